from collections.abc import Sequence
from datetime import timedelta
from itertools import count
from uuid import UUID

from core.levels import Sample
from core.plans import Outcome
from core.rules.emptying import SensedEmptying
from core.rules.emptying_match import (
    DisagreementKind,
    Matched,
    PlannedStop,
    match_emptyings,
)
from core.rules.trust_limits import DEFAULT_LIMITS
from tests.core.saying import at

_numbers = count(1)


def fell(
    not_before: float, emptied_at: float, before: float = 80, after: float = 4
) -> SensedEmptying:
    return SensedEmptying(
        not_before=at(not_before),
        emptied_at=at(emptied_at),
        fill_before_pct=before,
        fill_after_pct=after,
    )


def stop(planned: float, outcome: Outcome | None = None, said: float | None = None) -> PlannedStop:
    return PlannedStop(
        stop_id=UUID(int=next(_numbers)),
        arrives_at=at(planned),
        outcome=outcome,
        reported_at=None if outcome is None else at(planned if said is None else said),
        reason="blocked" if outcome is Outcome.SKIPPED else None,
    )


def matched(
    sensed: Sequence[SensedEmptying],
    stops: Sequence[PlannedStop],
    levels: Sequence[tuple[float, float]] = (),
    now: float = 1_000,
) -> Matched:
    return match_emptyings(
        "bin-1",
        sensed=sensed,
        stops=stops,
        levels=[Sample(measured_at=at(hours), fill_pct=pct) for hours, pct in levels],
        now=at(now),
        tolerance=timedelta(hours=1),
        round_slack=timedelta(hours=8),
        limits=DEFAULT_LIMITS,
    )


def kinds(account: Matched) -> list[DisagreementKind]:
    return [one.kind for one in account.disagreements]


def test_done_and_a_fall_agree() -> None:
    done, emptying = stop(3, Outcome.DONE, said=3.5), fell(2, 4)
    account = matched([emptying], [done])
    assert [(a.stop, a.emptying) for a in account.agreements] == [(done, emptying)]
    assert account.disagreements == ()


def test_clocks_may_be_apart_by_the_tolerance_and_no_more() -> None:
    assert matched([fell(2, 4)], [stop(5, Outcome.DONE)]).agreements
    account = matched([fell(2, 4)], [stop(5.1, Outcome.DONE)])
    assert not account.agreements
    assert kinds(account) == [DisagreementKind.EMPTIED_BY_SOMEBODY_ELSE]


def test_each_counts_once_and_the_nearest_first() -> None:
    first, second = stop(2.5, Outcome.DONE), stop(4.5, Outcome.DONE)
    account = matched([fell(2, 4)], [second, first], levels=[(1, 80), (5, 6), (6, 7)])
    assert [a.stop for a in account.agreements] == [first]
    assert kinds(account) == []
    twice = matched([fell(2, 4), fell(20, 22)], [stop(3, Outcome.DONE), stop(21, Outcome.DONE)])
    assert len(twice.agreements) == 2


def test_done_without_a_drop() -> None:
    levels = [(0, 80), (2, 81), (4, 82), (6, 83)]
    done = stop(3, Outcome.DONE)
    (only,) = matched([], [done], levels).disagreements
    assert (only.kind, only.stop_id, only.at) == (
        DisagreementKind.DONE_WITHOUT_DROP,
        done.stop_id,
        at(3),
    )
    assert only.detail == (
        "marked as done 2 March 2026 15:00 UTC; the sensor said 81 % before and 82 % "
        "2 March 2026 16:00 UTC"
    )


def test_a_done_is_not_contradicted_without_proof() -> None:
    done = [stop(3, Outcome.DONE)]
    assert kinds(matched([], done)) == []
    # nothing from after it, or only from within the tolerance
    assert kinds(matched([], done, [(2, 80)])) == []
    assert kinds(matched([], done, [(2, 80), (3.5, 80)])) == []
    # hardly anything was in the bin
    assert kinds(matched([], done, [(2, 12), (5, 13), (7, 14)])) == []
    # it was low in between, or the first level came when it may have been full again
    assert kinds(matched([], done, [(2, 80), (3.5, 30), (5, 79)])) == []
    assert kinds(matched([], done, [(2, 80), (30, 80)])) == []


def test_a_skipped_stop_is_a_missed_pick_up() -> None:
    skipped = stop(3, Outcome.SKIPPED)
    (only,) = matched([], [skipped]).disagreements
    assert (only.kind, only.stop_id) == (DisagreementKind.MISSED_PICKUP, skipped.stop_id)
    assert only.detail == (
        "on a round for 2 March 2026 15:00 UTC, marked as skipped (blocked), "
        "and no fall of the level"
    )


def test_an_unmarked_stop_is_missed_once_its_round_must_be_over() -> None:
    assert kinds(matched([], [stop(3)], now=11)) == []
    assert kinds(matched([], [stop(3)], now=11.1)) == [DisagreementKind.MISSED_PICKUP]


def test_a_fall_without_any_report_is_somebody_else() -> None:
    (only,) = matched([fell(2, 4)], []).disagreements
    assert (only.kind, only.stop_id, only.emptied_at) == (
        DisagreementKind.EMPTIED_BY_SOMEBODY_ELSE,
        None,
        at(4),
    )
    assert only.detail == "fell from 80 to 4 % by 2 March 2026 16:00 UTC, and no crew reports it"


def test_a_fall_at_an_unmarked_or_skipped_stop_says_so_and_nothing_was_missed() -> None:
    for outcome, words in ((None, "never marked"), (Outcome.SKIPPED, "marked as skipped")):
        (only,) = matched([fell(2, 4)], [stop(9, outcome)]).disagreements
        assert only.kind is DisagreementKind.EMPTIED_BY_SOMEBODY_ELSE
        assert words in only.detail


def test_a_fall_is_nobodys_once_the_crews_marks_must_have_come() -> None:
    for planned in ([], [stop(3)]):
        assert kinds(matched([fell(2, 4)], planned, now=12)) == []
        (only,) = matched([fell(2, 4)], planned, now=12.1).disagreements
        assert only.kind is DisagreementKind.EMPTIED_BY_SOMEBODY_ELSE


def test_a_done_has_the_first_claim_on_a_fall() -> None:
    done, skipped = stop(4, Outcome.DONE), stop(3, Outcome.SKIPPED)
    account = matched([fell(2, 4)], [skipped, done])
    assert [a.stop for a in account.agreements] == [done]
    assert kinds(account) == [DisagreementKind.MISSED_PICKUP]


def test_the_account_is_in_order_of_time() -> None:
    account = matched([fell(40, 42), fell(20, 21)], [stop(3, Outcome.SKIPPED), stop(70)])
    assert [one.at for one in account.disagreements] == [at(3), at(21), at(42), at(70)]
