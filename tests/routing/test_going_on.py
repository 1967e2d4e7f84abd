"""A re-plan's rounds whole, and the referee that looks at them."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import uuid4

import pytest

from core.plans import Outcome, Plan, Round
from core.replan import Keep, Replan
from routing.going_on import Way, whole_rounds
from routing.kept_referee import check_kept
from store.replans import Settled
from tests.routing.middays import marked, minutes, plan_of, round_of, stand, stop


def middle() -> tuple[Plan, tuple[Settled, ...]]:
    """Two vehicles; a has done p1 and skipped p22, b has done p5."""
    plan = plan_of(
        round_of("a", [stop("p1", 10), stop("p22", 20), stop("p3", 30), stop("p44", 40),
                       stop("paper-site", 50)]),
        round_of("b", [stop("p5", 10), stop("p6", 20), stop("both-site", 30)]),
    )  # fmt: skip
    return marked(plan, {"p1": ("done", 12), "p22": ("skipped", 25), "p5": ("done", 14)})


def rest() -> list[Round]:
    """a goes on with p3, b takes p44 before its p6, and p7 is new."""
    return [
        round_of("a", [stop("p3", 40), stop("paper-site", 50)], distance_m=6_000, drive_s=900),
        round_of(
            "b",
            [stop("p44", 45), stop("p6", 50), stop("p7", 55), stop("both-site", 60)],
            distance_m=9_000,
            drive_s=1_200,
        ),
    ]


REST_BEFORE = {"a": Way(distance_m=8_000, drive_s=1_500), "b": Way(distance_m=5_000, drive_s=700)}


def whole(before: Plan, rounds: Sequence[Round], settled: Sequence[Settled]) -> tuple[Round, ...]:
    return whole_rounds(before, rounds, settled, rest_before=REST_BEFORE)


def test_done_stops_stand_in_front_and_all_stops_keep_what_they_are() -> None:
    before, settled = middle()
    a, b = whole(before, rest(), settled)
    was = {s.bin_id: s for r in before.rounds for s in r.stops}
    assert [s.bin_id for s in a.stops] == ["p1", "p22", "p3", None]
    assert [s.outcome for s in a.stops] == [Outcome.DONE, Outcome.SKIPPED, None, None]
    assert [s.bin_id for s in b.stops] == ["p5", "p44", "p6", "p7", None]
    assert [s.seq for s in b.stops] == [1, 2, 3, 4, 5]
    # stays: the same stop; moves: another stop of the same visit; new: a visit of its own
    assert (a.stops[2].stop_id, a.stops[2].kept) == (was["p3"].stop_id, True)
    assert (b.stops[1].visit_id, b.stops[1].kept) == (was["p44"].stop_id, False)
    assert b.stops[1].stop_id != was["p44"].stop_id
    assert (b.stops[3].visit_id, b.stops[3].kept) == (None, False)
    # the plan's new time, not the old one
    assert a.stops[2].arrives_at == minutes(40)


def test_a_round_is_what_was_driven_and_what_is_left() -> None:
    before, settled = middle()
    a, b = whole(before, rest(), settled)
    assert (a.distance_m, a.drive_s) == (20_000 - 8_000 + 6_000, 4_000 - 1_500 + 900)
    assert (b.distance_m, b.drive_s) == (20_000 - 5_000 + 9_000, 4_000 - 700 + 1_200)
    # the skipped bin is not on board
    assert a.load_kg == 2 * 63
    assert (a.starts_at, a.ends_at) == (before.rounds[0].starts_at, minutes(180))


def test_a_broken_vehicle_shows_what_it_has_done_and_no_more() -> None:
    before, settled = middle()
    a, _b = whole(before, rest()[1:], settled)
    assert [s.bin_id for s in a.stops] == ["p1", "p22"]
    assert (a.distance_m, a.ends_at, a.load_kg) == (12_000, minutes(25), 63)


def test_a_mark_that_came_late_stands_on_the_round_of_whoever_made_it() -> None:
    # c's stop was given to b while c was offline; c has no round in the plan in force any more
    late = plan_of(round_of("c", [stop("p44", 15)]))
    _, (mark,) = marked(late, {"p44": ("done", 16)})
    before, settled = middle()
    _a, _b, c = whole(before, rest(), [*settled, mark])
    assert (c.vehicle_id, c.crew_id) == ("c", "crew-c")
    assert [s.stop_id for s in c.stops] == [mark.stop.stop_id]


def faults(
    before: Plan,
    after: Sequence[Round],
    settled: Sequence[Settled],
    *,
    replan: Replan | None = None,
    asked_again: Sequence[str] = (),
    able: Sequence[str] = ("a", "b"),
) -> tuple[str, ...]:
    return check_kept(
        before,
        after,
        settled,
        replan=replan or Replan(),
        standings=stand(before, settled, now=minutes(30)),
        able=able,
        asked_again=asked_again,
    )


def test_good_rounds_pass() -> None:
    before, settled = middle()
    assert faults(before, whole(before, rest(), settled), settled) == ()


def test_what_is_done_must_not_be_lost_or_changed() -> None:
    before, settled = middle()
    a, b = whole(before, rest(), settled)
    lost = replace(a, stops=tuple(replace(s, seq=n) for n, s in enumerate(a.stops[1:], 1)))
    (fault,) = faults(before, [lost, b], settled)
    assert "was marked by a and is not on its round" in fault
    undone = replace(a.stops[0], outcome=None)
    found = faults(before, [replace(a, stops=(undone, *a.stops[1:])), b], settled)
    assert any("was marked done and is None" in f for f in found)


def test_nobody_goes_where_somebody_was_unless_asked_again() -> None:
    before, settled = middle()
    again = [rest()[0], round_of("b", [stop("p22", 45), stop("p1", 50), stop("both-site", 60)])]
    after = whole(before, again, settled)
    assert set(faults(before, after, settled)) == {
        "bin p1 was visited today and is to be visited again",
        "bin p22 was visited today and is to be visited again",
    }
    assert faults(before, after, settled, asked_again=["p1", "p22"]) == ()
    twice = [rest()[0], round_of("b", [stop("p3", 45), stop("p6", 46), stop("both-site", 60)])]
    assert "bin p3 is to be emptied 2 times" in faults(
        before, whole(before, twice, settled), settled
    )


def test_identities_are_kept() -> None:
    before, settled = middle()
    a, b = whole(before, rest(), settled)
    other = replace(a.stops[2], stop_id=uuid4(), kept=False)
    found = faults(before, [replace(a, stops=(*a.stops[:2], other, a.stops[3])), b], settled)
    assert found == ("bin p3 stays with a and has another stop_id",)
    alone = replace(b.stops[1], visit_id=None)
    found = faults(before, [a, replace(b, stops=(b.stops[0], alone, *b.stops[2:]))], settled)
    assert found == ("bin p44 moves to b and is another visit",)


@pytest.mark.parametrize(
    ("replan", "said"),
    [
        (Replan(keep=Keep.ALL), ("bin p44 was promised to a and is on b",)),
        (Replan(keep=Keep.PREFER), ()),
        (Replan(keep=Keep.ALL, broken=("b",)), None),
    ],
)
def test_promises_hold_as_far_as_wished(replan: Replan, said: tuple[str, ...] | None) -> None:
    before, settled = middle()
    found = faults(before, whole(before, rest(), settled), settled, replan=replan)
    if said is None:
        assert "vehicle b broke down and has stop 2 to do" in found
    else:
        assert found == said


def test_nobody_can_keep_what_a_vehicle_promised_that_cannot_go_on() -> None:
    before, settled = middle()
    after = whole(before, rest(), settled)
    keep_all = Replan(keep=Keep.ALL)
    assert faults(before, after, settled, replan=keep_all, able=["b"]) == ()


def test_a_vehicle_reaches_nothing_before_it_is_free() -> None:
    before, settled = middle()
    early = [round_of("a", [stop("p3", 29), stop("paper-site", 50)]), rest()[1]]
    assert faults(before, whole(before, early, settled), settled) == (
        "vehicle a: stop 3 is reached before it is free",
    )
