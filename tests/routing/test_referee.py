"""The referee sees every rule that is broken: each mutation of a valid plan is caught."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from core.geo import Position
from core.plans import LeftOut, LeftOutReason, Round, Stop
from routing.build import Built
from routing.problem import Problem
from routing.referee import check
from tests.routing.worlds import two_rounds

type Mutation = Callable[[Problem, list[Round], list[LeftOut]], None]


def faults_of(
    result: Built, due_ids: set[str], rounds: Sequence[Round], left_out: Sequence[LeftOut]
) -> tuple[str, ...]:
    return check(result.problem, due=due_ids, rounds=rounds, left_out=left_out)


def _edit(rounds: list[Round], index: int, **changes: object) -> None:
    rounds[index] = replace(rounds[index], **changes)  # type: ignore[arg-type]  # fields by name


def _edit_stop(rounds: list[Round], round_: int, stop: int, **changes: object) -> None:
    stops = list(rounds[round_].stops)
    stops[stop] = replace(stops[stop], **changes)  # type: ignore[arg-type]  # fields by name
    _edit(rounds, round_, stops=tuple(stops))


def _numbered(stops: Sequence[Stop]) -> tuple[Stop, ...]:
    return tuple(replace(stop, seq=seq) for seq, stop in enumerate(stops, start=1))


def _drop_stop(_p: Problem, rounds: list[Round], _l: list[LeftOut]) -> None:
    _edit(rounds, 0, stops=_numbered(rounds[0].stops[1:]))


def _duplicate_stop(_p: Problem, rounds: list[Round], _l: list[LeftOut]) -> None:
    stops = rounds[0].stops
    _edit(rounds, 0, stops=_numbered([stops[0], *stops]))


def _serve_and_leave_out(_p: Problem, rounds: list[Round], left_out: list[LeftOut]) -> None:
    bin_id = str(rounds[0].stops[0].bin_id)
    left_out.append(
        LeftOut(bin_id=bin_id, reason=LeftOutReason.NO_CAPACITY_LEFT, detail="said twice")
    )


def _forget_left_out(_p: Problem, _r: list[Round], left_out: list[LeftOut]) -> None:
    left_out.pop()


def _invent_bin(_p: Problem, rounds: list[Round], _l: list[LeftOut]) -> None:
    _edit_stop(rounds, 0, 0, bin_id="nobody-knows-it")


def _swap_streams(_p: Problem, rounds: list[Round], _l: list[LeftOut]) -> None:
    """Give each vehicle the other one's stops: everything is served, the streams are wrong."""
    first, second = rounds
    rounds[0] = replace(first, stops=second.stops)
    rounds[1] = replace(second, stops=first.stops)


def _skip_disposal(_p: Problem, rounds: list[Round], _l: list[LeftOut]) -> None:
    _edit(rounds, 0, stops=rounds[0].stops[:-1])


def _disposal_first(_p: Problem, rounds: list[Round], _l: list[LeftOut]) -> None:
    *bins, disposal = rounds[0].stops
    _edit(rounds, 0, stops=_numbered([disposal, *bins]))


def _wrong_disposal(_p: Problem, rounds: list[Round], _l: list[LeftOut]) -> None:
    _edit_stop(rounds, 0, -1, disposal_site_id="glass-site")


def _unknown_disposal(_p: Problem, rounds: list[Round], _l: list[LeftOut]) -> None:
    _edit_stop(rounds, 0, -1, disposal_site_id="nowhere")


def _arrive_early(_p: Problem, rounds: list[Round], _l: list[LeftOut]) -> None:
    at = rounds[0].stops[1].arrives_at
    _edit_stop(rounds, 0, 1, arrives_at=at - timedelta(seconds=1))


def _shorten_service(_p: Problem, rounds: list[Round], _l: list[LeftOut]) -> None:
    _edit_stop(rounds, 0, 0, service_s=1)


def _back_early(_p: Problem, rounds: list[Round], _l: list[LeftOut]) -> None:
    _edit(rounds, 0, ends_at=rounds[0].ends_at - timedelta(minutes=1))


def _shifted(round_: Round, by: timedelta) -> Round:
    return replace(
        round_,
        starts_at=round_.starts_at + by,
        ends_at=round_.ends_at + by,
        stops=tuple(replace(s, arrives_at=s.arrives_at + by) for s in round_.stops),
    )


def _leave_before_the_shift(_p: Problem, rounds: list[Round], _l: list[LeftOut]) -> None:
    rounds[0] = _shifted(rounds[0], -timedelta(minutes=1))


def _back_after_the_shift(problem: Problem, rounds: list[Round], _l: list[LeftOut]) -> None:
    by = problem.vehicles[0].shift.ends_by - rounds[0].ends_at + timedelta(seconds=1)
    rounds[0] = _shifted(rounds[0], by)


def _less_driving(_p: Problem, rounds: list[Round], _l: list[LeftOut]) -> None:
    _edit(rounds, 0, drive_s=rounds[0].drive_s - 1)


def _less_distance(_p: Problem, rounds: list[Round], _l: list[LeftOut]) -> None:
    _edit(rounds, 0, distance_m=rounds[0].distance_m - 1)


def _less_load(_p: Problem, rounds: list[Round], _l: list[LeftOut]) -> None:
    _edit(rounds, 0, load_kg=rounds[0].load_kg - 1)


def _less_load_at_a_stop(_p: Problem, rounds: list[Round], _l: list[LeftOut]) -> None:
    _edit_stop(rounds, 0, 0, load_kg=1.0)


def _elsewhere(_p: Problem, rounds: list[Round], _l: list[LeftOut]) -> None:
    _edit_stop(rounds, 0, 0, position=Position(lon=0, lat=0))


def _other_vehicle(_p: Problem, rounds: list[Round], _l: list[LeftOut]) -> None:
    _edit(rounds, 0, vehicle_id="never-heard-of")


def _vehicle_twice(_p: Problem, rounds: list[Round], _l: list[LeftOut]) -> None:
    *bins, disposal = rounds[0].stops
    _edit(rounds, 0, stops=_numbered([*bins[:1], disposal]))
    rounds.append(replace(rounds[0], round_id=uuid4(), stops=_numbered([*bins[1:], disposal])))


def _other_crew(_p: Problem, rounds: list[Round], _l: list[LeftOut]) -> None:
    _edit(rounds, 0, crew_id="someone-else")


def _numbers_out_of_order(_p: Problem, rounds: list[Round], _l: list[LeftOut]) -> None:
    _edit_stop(rounds, 0, 0, seq=7)


def _only_disposal(_p: Problem, rounds: list[Round], left_out: list[LeftOut]) -> None:
    left_out += [
        LeftOut(bin_id=str(stop.bin_id), reason=LeftOutReason.NO_CAPACITY_LEFT, detail="lazy")
        for stop in rounds[0].stops[:-1]
    ]
    _edit(rounds, 0, stops=_numbered(rounds[0].stops[-1:]))


MUTATIONS: dict[str, tuple[Mutation, str]] = {
    "drop a stop": (_drop_stop, "neither on a round nor left out"),
    "duplicate a stop": (_duplicate_stop, "in the plan 2 times"),
    "serve and leave out": (_serve_and_leave_out, "in the plan 2 times"),
    "forget a left-out bin": (_forget_left_out, "neither on a round nor left out"),
    "invent a bin": (_invent_bin, "was not due"),
    "swap streams": (_swap_streams, "which it does not carry"),
    "skip disposal": (_skip_disposal, "does not end with bins emptied"),
    "disposal first": (_disposal_first, "does not end with bins emptied"),
    "wrong disposal site": (_wrong_disposal, "does not take paper"),
    "unknown disposal site": (_unknown_disposal, "does not exist"),
    "arrive early": (_arrive_early, "is reached at"),
    "shorten the service": (_shorten_service, "takes 60 s, not 1 s"),
    "be back early": (_back_early, "it is back at"),
    "leave before the shift": (_leave_before_the_shift, "leaves before its shift"),
    "be back after the shift": (_back_after_the_shift, "after its shift ends"),
    "less driving": (_less_driving, "driving is given as"),
    "less distance": (_less_distance, "driving is given as"),
    "less load": (_less_load, "load is given as"),
    "less load at a stop": (_less_load_at_a_stop, "another place or load"),
    "a stop elsewhere": (_elsewhere, "another place or load"),
    "another vehicle": (_other_vehicle, "cannot work on this day"),
    "a vehicle twice": (_vehicle_twice, "has 2 rounds"),
    "another crew": (_other_crew, "is not its crew"),
    "numbers out of order": (_numbers_out_of_order, "not numbered from 1"),
    "nothing but disposal": (_only_disposal, "does not end with bins emptied"),
}


def test_the_plan_the_mutations_start_from_is_valid() -> None:
    result, due_ids, rounds, left_out = two_rounds()
    assert [len(r.stops) for r in rounds] == [3, 3]
    assert faults_of(result, due_ids, rounds, left_out) == ()


@pytest.mark.parametrize("name", MUTATIONS)
def test_the_referee_catches(name: str) -> None:
    mutate, expected = MUTATIONS[name]
    result, due_ids, rounds, left_out = two_rounds()
    mutate(result.problem, rounds, left_out)
    faults = faults_of(result, due_ids, rounds, left_out)
    assert any(expected in fault for fault in faults), faults


def test_the_referee_catches_an_overloaded_vehicle() -> None:
    result, due_ids, rounds, left_out = two_rounds()
    paper = result.problem.vehicles[0]
    weaker = replace(
        paper, shift=replace(paper.shift, vehicle=replace(paper.shift.vehicle, capacity_kg=100.0))
    )
    problem = replace(result.problem, vehicles=(weaker, *result.problem.vehicles[1:]))
    faults = check(problem, due=due_ids, rounds=rounds, left_out=left_out)
    assert faults == ("vehicle paper: load 138.6 kg is over its capacity of 100.0 kg",)
