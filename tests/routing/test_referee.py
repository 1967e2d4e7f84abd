"""The referee sees every rule that is broken: each mutation of a valid plan is caught."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from core.bins import Closure
from core.geo import Position
from core.plans import LeftOut, LeftOutReason, Round, Stop, StopKind
from core.vehicles import Compartment, VehicleSize
from routing.problem import Problem, ProblemVehicle
from routing.referee import check
from routing.shifts import OwedBreak
from tests.routing.worlds import Planned, hours, later, two_rounds

type Mutation = Callable[[Problem, list[Round], list[LeftOut]], None]


def faults_of(planned: Planned, problem: Problem | None = None) -> tuple[str, ...]:
    return check(
        problem or planned.built.problem,
        wanted=WANTED,
        rounds=planned.rounds,
        left_out=planned.left_out,
    )


WANTED = {"p1", "p2", "g1", "g2", "x"}


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
    where = rounds[1].stops[-1].position
    _edit_stop(rounds, 0, -1, disposal_site_id="glass-site", position=where)


def _unknown_disposal(_p: Problem, rounds: list[Round], _l: list[LeftOut]) -> None:
    _edit_stop(rounds, 0, -1, disposal_site_id="nowhere")


def _arrive_early(_p: Problem, rounds: list[Round], _l: list[LeftOut]) -> None:
    at = rounds[0].stops[1].arrives_at
    _edit_stop(rounds, 0, 1, arrives_at=at - timedelta(seconds=1))


def _begin_before_arriving(_p: Problem, rounds: list[Round], _l: list[LeftOut]) -> None:
    at = rounds[0].stops[1].begins_at
    _edit_stop(rounds, 0, 1, begins_at=at - timedelta(seconds=1))


def _an_invented_break(_p: Problem, rounds: list[Round], _l: list[LeftOut]) -> None:
    first, *others = rounds[0].stops
    rest = replace(
        first,
        kind=StopKind.BREAK,
        bin_id=None,
        load_kg=None,
        service_s=0,
        arrives_at=rounds[0].starts_at,
        begins_at=rounds[0].starts_at,
    )
    _edit(rounds, 0, stops=_numbered([rest, first, *others]))


def _a_break_that_says_a_bin(_p: Problem, rounds: list[Round], _l: list[LeftOut]) -> None:
    _edit_stop(rounds, 0, 0, kind=StopKind.BREAK)


def _ends_elsewhere(_p: Problem, rounds: list[Round], _l: list[LeftOut]) -> None:
    _edit(rounds, 0, end_depot_id="south")


def _disposal_elsewhere(_p: Problem, rounds: list[Round], _l: list[LeftOut]) -> None:
    _edit_stop(rounds, 0, -1, position=Position(lon=0, lat=0))


def _shorten_service(_p: Problem, rounds: list[Round], _l: list[LeftOut]) -> None:
    _edit_stop(rounds, 0, 0, service_s=1)


def _back_early(_p: Problem, rounds: list[Round], _l: list[LeftOut]) -> None:
    _edit(rounds, 0, ends_at=rounds[0].ends_at - timedelta(minutes=1))


def _shifted(round_: Round, by: timedelta) -> Round:
    return replace(
        round_,
        starts_at=round_.starts_at + by,
        ends_at=round_.ends_at + by,
        stops=tuple(
            replace(s, arrives_at=s.arrives_at + by, begins_at=s.begins_at + by)
            for s in round_.stops
        ),
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
    "invent a bin": (_invent_bin, "was not wanted"),
    "swap streams": (_swap_streams, "which it does not carry"),
    "skip disposal": (_skip_disposal, "comes home with paper on board"),
    "disposal first": (_disposal_first, "comes home with paper on board"),
    "wrong disposal site": (_wrong_disposal, "takes nothing of what it carries"),
    "unknown disposal site": (_unknown_disposal, "does not exist"),
    "disposal elsewhere": (_disposal_elsewhere, "disposal site paper-site is elsewhere"),
    "arrive early": (_arrive_early, "is reached at"),
    "begin before arriving": (_begin_before_arriving, "before the vehicle is there"),
    "shorten the service": (_shorten_service, "takes 60 s, not 1 s"),
    "be back early": (_back_early, "it is back at"),
    "leave before the shift": (_leave_before_the_shift, "before its shift"),
    "be back after the shift": (_back_after_the_shift, "min after its shift ends"),
    "less driving": (_less_driving, "driving is given as"),
    "less distance": (_less_distance, "driving is given as"),
    "less load": (_less_load, "load is given as"),
    "less load at a stop": (_less_load_at_a_stop, "another place or load"),
    "a stop elsewhere": (_elsewhere, "another place or load"),
    "another vehicle": (_other_vehicle, "cannot work on this day"),
    "a vehicle twice": (_vehicle_twice, "has 2 rounds"),
    "another crew": (_other_crew, "is not its crew"),
    "numbers out of order": (_numbers_out_of_order, "not numbered from 1"),
    "nothing but disposal": (_only_disposal, "it collects nothing"),
    "an invented break": (_an_invented_break, "not one of its crew's"),
    "a break with a bin": (_a_break_that_says_a_bin, "is a break and says a bin"),
    "another end": (_ends_elsewhere, "it ends at depot south, not at depot"),
}


def test_the_plan_the_mutations_start_from_is_valid() -> None:
    planned = two_rounds()
    assert [len(r.stops) for r in planned.rounds] == [3, 3]
    assert planned.wanted == WANTED
    assert faults_of(planned) == ()


@pytest.mark.parametrize("name", MUTATIONS)
def test_the_referee_catches(name: str) -> None:
    mutate, expected = MUTATIONS[name]
    planned = two_rounds()
    mutate(planned.built.problem, planned.rounds, planned.left_out)
    faults = faults_of(planned)
    assert any(expected in fault for fault in faults), faults


def _with_bin(problem: Problem, bin_id: str, **changes: object) -> Problem:
    """The same problem with another rule for one bin."""
    known = problem.bins[bin_id]
    level = known.wanted.level
    wanted = replace(
        known.wanted,
        level=replace(level, bin=replace(level.bin, **changes)),  # type: ignore[arg-type]  # by name
    )
    return replace(problem, bins={**problem.bins, bin_id: replace(known, wanted=wanted)})


def _with_vehicle(problem: Problem, change: Callable[[ProblemVehicle], ProblemVehicle]) -> Problem:
    """The same problem with another paper vehicle."""
    first, *others = problem.vehicles
    return replace(problem, vehicles=(change(first), *others))


def _lorry(**changes: object) -> Callable[[ProblemVehicle], ProblemVehicle]:
    return lambda v: replace(
        v,
        shift=replace(v.shift, vehicle=replace(v.vehicle, **changes)),  # type: ignore[arg-type]  # by name
    )


def _shift(**changes: object) -> Callable[[ProblemVehicle], ProblemVehicle]:
    return lambda v: replace(v, shift=replace(v.shift, **changes))  # type: ignore[arg-type]  # by name


NIGHT = (hours("22:00", "23:00"),)
SMALL_BODY = (Compartment(streams=frozenset({"paper"}), volume_l=500, compaction={"paper": 1.0}),)
SOON = OwedBreak(
    earliest=later(hours=6), latest=later(hours=8), length_s=900, owed_after=later(hours=6)
)
SHUT = Closure(
    closure_id="works", name="W", hours=(hours("06:00", "09:00"),), bin_ids=frozenset({"p1"})
)
type Rule = Callable[[Problem], Problem]
RULES: dict[str, tuple[Rule, str]] = {
    "weight": (
        lambda p: _with_vehicle(p, _lorry(capacity_kg=100.0)),
        "load 138.6 kg is over its capacity of 100.0 kg",
    ),
    "what was on board": (
        lambda p: _with_vehicle(p, lambda v: replace(v, start_load_kg=4_900.0)),
        "is over its capacity of 5000.0 kg",
    ),
    "volume": (
        lambda p: _with_vehicle(p, _lorry(compartments=SMALL_BODY)),
        "1980 l of paper are over 500 l",
    ),
    "size": (lambda p: _with_bin(p, "p1", max_vehicle_size=VehicleSize.SMALL), "it is large, and"),
    "pinned": (lambda p: _with_bin(p, "p1", pinned_vehicle_id="glass"), "is pinned to glass"),
    "forbidden": (
        lambda p: _with_bin(p, "p1", forbidden_vehicle_ids=frozenset({"paper"})),
        "is forbidden to it",
    ),
    "promised": (
        lambda p: replace(
            p, vehicles=(p.vehicles[0], replace(p.vehicles[1], promised=frozenset({"p1"})))
        ),
        "is promised to glass",
    ),
    "hours of a bin": (lambda p: _with_bin(p, "p1", windows=NIGHT), "outside its hours"),
    "a closed street": (lambda p: replace(p, closures=(SHUT,)), "while works is shut"),
    "hours of a site": (
        lambda p: replace(p, sites=tuple(replace(site, opening_hours=NIGHT) for site in p.sites)),
        "disposal site paper-site is closed",
    ),
    "a break that is owed": (
        lambda p: _with_vehicle(p, _shift(breaks=(SOON,))),
        "it owes a break of 900 s",
    ),
    "the latest departure": (
        lambda p: _with_vehicle(p, _shift(latest_start=later(hours=5))),
        "later than it may",
    ),
    "the length of a shift": (
        lambda p: _with_vehicle(p, _shift(longest_s=600)),
        "longer than its shift of 600 s",
    ),
    "where it stood": (
        lambda p: replace(
            p,
            ground=replace(
                p.ground,
                places=replace(p.ground.places, starts={"paper": p.ground.places.bins["g2"]}),
            ),
        ),
        "is reached at",
    ),
    "the walk": (lambda p: _with_bin(p, "p1", walk_m=100), "takes 240 s, not 60 s"),
}


@pytest.mark.parametrize("name", RULES)
def test_the_referee_knows_the_rule(name: str) -> None:
    change, expected = RULES[name]
    planned = two_rounds()
    faults = faults_of(planned, change(planned.built.problem))
    assert any(expected in fault for fault in faults), faults


def test_the_referee_catches_a_site_that_is_torn_apart() -> None:
    planned = two_rounds()
    problem = planned.built.problem
    for bin_id in ("p1", "p2"):
        problem = _with_bin(problem, bin_id, site_id="m")
    assert faults_of(planned, problem) == ()
    (first, second), disposal = planned.rounds[0].stops[:2], planned.rounds[0].stops[2]
    planned.rounds[0] = replace(planned.rounds[0], stops=_numbered([first, disposal, second]))
    torn = "the 2 paper bins of site m are not emptied one after the other"
    assert torn in faults_of(planned, problem)
    split = replace(problem, split=frozenset({("m", "paper")}))
    assert torn not in faults_of(planned, split)
