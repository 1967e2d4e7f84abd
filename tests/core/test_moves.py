"""The order of stops that a move by hand leaves, without a database."""

from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest

from core.plans import Outcome, Plan, PlanStatus, Round, Stop, StopKind
from core.replan import Move
from core.rules.moves import Moved, Wish, move_of, moved, refuse_move
from core.rules.replan import AskedBin
from tests.core.test_progress import PRAGUE, SEVEN, a_round, on_time


def with_disposal(round_: Round, *places: int) -> Round:
    """The round with a disposal stop after so many bins, and at the end."""
    stops: list[Stop] = []
    for n, stop in enumerate(round_.stops, start=1):
        stops.append(stop)
        if n in places or n == len(round_.stops):
            stops.append(
                replace(
                    stop,
                    stop_id=uuid4(),
                    kind=StopKind.DISPOSAL,
                    bin_id=None,
                    disposal_site_id="site",
                    name="Site",
                )
            )
    numbered = tuple(replace(stop, seq=seq) for seq, stop in enumerate(stops, start=1))
    return replace(round_, stops=numbered)


def a_plan(*rounds: Round) -> Plan:
    return Plan(
        plan_id=uuid4(),
        depot_id="depot",
        day=date(2026, 3, 2),
        status=PlanStatus.READY,
        requested_at=SEVEN,
        rounds=rounds,
    )


def two(done: int = 0) -> tuple[Plan, Round, Round]:
    one = with_disposal(on_time(a_round(3), done), 2)
    other = replace(with_disposal(a_round(2)), vehicle_id="lorry-2", round_id=uuid4())
    return a_plan(one, other), one, other


def kinds(stops: tuple[Stop, ...]) -> str:
    return "".join("D" if stop.kind is StopKind.DISPOSAL else "b" for stop in stops)


def after(plan: Plan, wish: Wish) -> Moved:
    found = moved(move_of(wish, plan), plan, None, zone=PRAGUE)
    assert not isinstance(found, str), found
    return found


def test_by_default_it_comes_after_the_last_bin() -> None:
    plan, one, other = two()
    stop = one.stops[0]
    found = after(plan, Wish(stop_id=stop.stop_id, to_round_id=other.round_id))
    assert kinds(found.rounds["lorry-2"]) == "bbbD"
    new = found.rounds["lorry-2"][2]
    assert (new.bin_id, new.kept, new.stop_id == stop.stop_id) == (stop.bin_id, False, False)
    assert found.from_vehicle_id == "lorry-1"


def test_a_disposal_with_nothing_to_empty_is_not_driven_to() -> None:
    plan, one, _ = two()
    # bin, bin, disposal, bin, disposal: without its last bin the second disposal is in vain
    found = after(plan, Wish(stop_id=one.stops[3].stop_id))
    assert kinds(found.rounds["lorry-1"]) == "bbD"
    assert found.rounds["lorry-1"][2].kept


def test_a_vehicle_on_its_way_home_goes_to_its_site_again() -> None:
    plan, one, other = two()
    finished = replace(
        other,
        stops=tuple(replace(s, outcome=Outcome.DONE, reported_at=SEVEN) for s in other.stops),
    )
    plan = replace(plan, rounds=(one, finished))
    found = after(plan, Wish(stop_id=one.stops[0].stop_id, to_round_id=finished.round_id))
    assert kinds(found.rounds["lorry-2"]) == "bD"
    again = found.rounds["lorry-2"][1]
    assert (again.outcome, again.kept) == (None, False)
    assert again.stop_id not in {s.stop_id for s in finished.stops}


def test_a_disposal_changes_its_place_on_its_own_round_only() -> None:
    plan, one, other = two()
    disposal = one.stops[2]
    ahead = one.stops[1]
    found = after(
        plan,
        Wish(stop_id=disposal.stop_id, to_round_id=one.round_id, before_stop_id=ahead.stop_id),
    )
    assert kinds(found.rounds["lorry-1"]) == "bDbbD"
    assert found.rounds["lorry-1"][1].stop_id == disposal.stop_id
    for to in (other.round_id, None):
        wish = Wish(stop_id=disposal.stop_id, to_round_id=to)
        (refusal,) = refuse_move(wish, plan, bins={}, zone=PRAGUE)
        assert "only change its place there" in refusal.text


def test_what_was_marked_meanwhile_is_said() -> None:
    plan, one, other = two(done=1)
    done = one.stops[0]
    move = Move(stop_id=done.stop_id, to_vehicle_id="lorry-2")
    assert moved(move, plan, None, zone=PRAGUE) == (
        "Dlouha 1 was marked done at 07:10 meanwhile: what is done stays where it was done"
    )
    ahead = Move(
        stop_id=other.stops[0].stop_id, to_vehicle_id="lorry-1", before_stop_id=done.stop_id
    )
    assert "is marked" in str(moved(ahead, plan, None, zone=PRAGUE))
    gone = Move(stop_id=one.stops[1].stop_id, to_vehicle_id="lorry-3")
    assert moved(gone, plan, None, zone=PRAGUE) == "lorry-3 has no round any more"


@pytest.mark.parametrize(
    ("bin_", "words"),
    [
        (None, "there is no bin x"),
        (AskedBin(depot_id="north", in_service=True, has_position=True), "belongs to depot north"),
        (AskedBin(depot_id="depot", in_service=False, has_position=True), "out of service"),
        (AskedBin(depot_id="depot", in_service=True, has_position=False), "where bin x stands"),
    ],
)
def test_a_bin_that_cannot_be_put_on_a_round(bin_: AskedBin | None, words: str) -> None:
    plan, one, _ = two()
    wish = Wish(bin_id="x", to_round_id=one.round_id)
    (refusal,) = refuse_move(wish, plan, bins={} if bin_ is None else {"x": bin_}, zone=PRAGUE)
    assert (refusal.field, words in refusal.text) == ("bin_id", True)
