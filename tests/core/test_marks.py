"""Which mark holds: the same in whatever order two phones' marks arrive."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from core.plans import Mark, Outcome, SkipReason
from core.rules.marks import Decision, standing

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
STOP, MINE, OTHER = uuid4(), UUID(int=1), UUID(int=2)


def mark(
    outcome: str = "done",
    minutes: int = 0,
    *,
    phone: UUID | None = MINE,
    follows: Mark | None = None,
    weight_kg: float | None = None,
) -> Mark:
    return Mark(
        report_id=uuid4(),
        stop_id=STOP,
        outcome=Outcome(outcome),
        skip_reason=SkipReason.BLOCKED if outcome == "skipped" else None,
        note=None,
        reported_at=NOON + timedelta(minutes=minutes),
        weight_kg=weight_kg,
        device_id=phone,
        follows=None if follows is None else follows.report_id,
        received_at=NOON + timedelta(hours=5),
        reported_by="crew",
    )


def holds(*marks: Mark, decision: Decision | None = None) -> tuple[Mark, set[UUID]]:
    """What they come to, in every order."""
    found = {
        (one.in_force.report_id, frozenset(side.report_id for side in one.sides))
        for order in permutations(marks)
        for one in [standing(order, decision)]
    }
    ((report_id, sides),) = found
    return next(m for m in marks if m.report_id == report_id), set(sides)


def ids(*marks: Mark) -> set[UUID]:
    return {one.report_id for one in marks}


def test_a_single_mark_holds() -> None:
    done = mark()
    assert holds(done) == (done, set())


def test_an_undo_takes_back_what_it_follows_also_where_it_comes_first() -> None:
    done = mark()
    undone = mark("open", 1, follows=done)
    assert holds(done, undone) == (undone, set())
    again = mark("done", 2, follows=undone)
    assert holds(done, undone, again) == (again, set())


def test_who_knew_of_a_mark_goes_before_it_whatever_the_clocks_say() -> None:
    done = mark("done", 30)
    # the other phone's clock is an hour behind
    skipped = mark("skipped", -30, phone=OTHER, follows=done)
    assert holds(done, skipped) == (skipped, set())


def test_one_phone_never_contradicts_itself() -> None:
    first, second = mark("skipped", 0), mark("done", 5)
    assert holds(first, second) == (second, set())


def test_two_phones_that_knew_nothing_of_one_another_and_differ_are_a_conflict() -> None:
    done, skipped = mark("done", 0), mark("skipped", 5, phone=OTHER)
    assert holds(done, skipped) == (skipped, ids(done, skipped))
    # of one moment, done
    skipped = replace(skipped, reported_at=done.reported_at)
    assert holds(done, skipped) == (done, ids(done, skipped))


def test_two_phones_that_say_the_same_are_none() -> None:
    one, two = mark("done", 0), mark("done", 5, phone=OTHER)
    assert holds(one, two) == (two, set())
    weighed, otherwise = (
        replace(one, weight_kg=4_000.0),
        replace(two, weight_kg=4_100.0),
    )
    assert holds(weighed, two) == (two, set())
    assert holds(weighed, otherwise) == (otherwise, ids(weighed, otherwise))


def test_a_conflict_ends_when_a_phone_that_knows_both_marks_anew() -> None:
    done, skipped = mark("done", 0), mark("skipped", 5, phone=OTHER)
    later = mark("done", 10, follows=skipped)
    assert holds(done, skipped, later) == (later, set())


def test_an_undo_without_knowing_of_the_others_done_is_a_conflict() -> None:
    mine, other = mark("done", 0), mark("done", 1, phone=OTHER)
    undone = mark("open", 2, phone=OTHER, follows=other)
    assert holds(mine, other, undone) == (undone, ids(mine, undone))


def test_phones_that_do_not_say_who_they_are_go_by_the_clock_and_take_no_side() -> None:
    done, skipped = mark("done", 5, phone=None), mark("skipped", 0, phone=None)
    assert holds(done, skipped) == (done, set())
    mine = mark("skipped", 3)
    assert holds(done, mine) == (done, set())


def test_a_decision_holds_over_what_it_knew_and_a_later_mark_over_it() -> None:
    done, skipped = mark("done", 0), mark("skipped", 5, phone=OTHER)
    decision = Decision(
        report_id=done.report_id,
        known=frozenset(ids(done, skipped)),
        decided_at=NOON + timedelta(hours=1),
    )
    assert holds(done, skipped, decision=decision) == (done, set())
    after = mark("open", 90, follows=done)
    assert holds(done, skipped, after, decision=decision) == (after, set())


def test_a_mark_that_knew_neither_decision_nor_choice_is_a_conflict_anew() -> None:
    done, skipped = mark("done", 0), mark("skipped", 5, phone=OTHER)
    decision = Decision(
        report_id=done.report_id,
        known=frozenset(ids(done, skipped)),
        decided_at=NOON + timedelta(hours=1),
    )
    late = replace(mark("skipped", 30, phone=OTHER, follows=skipped), note="still there")
    assert holds(done, skipped, late, decision=decision) == (done, ids(done, late))
    afterwards = mark("skipped", 90, phone=OTHER, follows=skipped)
    assert holds(done, skipped, afterwards, decision=decision) == (
        afterwards,
        ids(done, afterwards),
    )


def test_what_makes_no_sense_still_comes_to_something() -> None:
    one = mark("done", 0)
    alone = replace(one, follows=one.report_id)
    assert holds(alone) == (alone, set())
    two = replace(mark("skipped", 5, phone=OTHER), follows=one.report_id)
    round_and_round = replace(one, follows=two.report_id)
    assert holds(round_and_round, two) == (two, ids(one, two))


@st.composite
def queues(draw: st.DrawFn) -> tuple[Sequence[Mark], Sequence[int]]:
    """Marks of two phones as they made them, and which phone each next one arrives from."""
    made: list[Mark] = []
    for n in range(draw(st.integers(2, 7))):
        phone = draw(st.sampled_from([MINE, OTHER]))
        known = [m for m in made if m.device_id == phone]
        if draw(st.booleans()):  # it had the network, and knows of all
            known = made
        made.append(
            mark(
                draw(st.sampled_from(["done", "skipped", "open"])),
                n + draw(st.integers(-3, 3)),
                phone=phone,
                follows=known[-1] if known else None,
            )
        )
    arrivals = draw(st.permutations([0 if m.device_id == MINE else 1 for m in made]))
    return made, arrivals


def arrived(made: Sequence[Mark], arrivals: Sequence[int]) -> Sequence[Mark]:
    left = [[m for m in made if m.device_id == phone] for phone in (MINE, OTHER)]
    return [
        replace(left[phone].pop(0), received_at=NOON + timedelta(hours=5, seconds=n))
        for n, phone in enumerate(arrivals)
    ]


@given(queues())
def test_any_interleaving_of_two_phones_queues_comes_to_the_same(
    given_: tuple[Sequence[Mark], Sequence[int]],
) -> None:
    made, arrivals = given_
    as_made, as_arrived = standing(made), standing(arrived(made, arrivals))
    assert as_made.in_force.report_id == as_arrived.in_force.report_id
    assert ids(*as_made.sides) == ids(*as_arrived.sides)
    assert len(as_made.sides) != 1
