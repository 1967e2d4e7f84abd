"""What crews report of a bin's emptyings beside what its sensor shows; where the two disagree."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from core.levels import Sample
from core.plans import Outcome
from core.rules.emptying import SensedEmptying
from core.rules.in_words import day_and_time, number
from core.rules.trust_limits import TrustLimits


class DisagreementKind(StrEnum):
    """Who says what."""

    MISSED_PICKUP = "missed_pickup"
    """On a round and not emptied: skipped, or never marked, and no sensor shows otherwise."""
    DONE_WITHOUT_DROP = "done_without_drop"
    """Marked as done, and what the sensor said afterwards is the old level."""
    EMPTIED_BY_SOMEBODY_ELSE = "emptied_by_somebody_else"
    """The level fell, and no crew reports that it emptied the bin."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedStop:
    """A stop at the bin on a round that was to be driven, with the newest thing said of it.

    ``outcome`` and ``reported_at`` are None while nobody marked it.
    """

    stop_id: UUID
    arrives_at: datetime
    outcome: Outcome | None = None
    reported_at: datetime | None = None
    reason: str | None = None
    """Why it was skipped."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Agreement:
    """A crew's "done" and the fall of the level that goes with it."""

    stop: PlannedStop
    emptying: SensedEmptying


@dataclass(frozen=True, kw_only=True, slots=True)
class Disagreement:
    """Something to ask about; ``at`` is when, ``stop_id`` and ``emptied_at`` what it is about."""

    kind: DisagreementKind
    bin_id: str
    at: datetime
    stop_id: UUID | None
    emptied_at: datetime | None
    detail: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Matched:
    """A bin's account, in order of time."""

    agreements: tuple[Agreement, ...]
    disagreements: tuple[Disagreement, ...]


def match_emptyings(
    bin_id: str,
    *,
    sensed: Sequence[SensedEmptying],
    stops: Sequence[PlannedStop],
    levels: Sequence[Sample],
    now: datetime,
    tolerance: timedelta,
    round_slack: timedelta,
    limits: TrustLimits,
) -> Matched:
    """Pair one bin's sensed emptyings with its stops, one to one, and list what is left over.

    ``stops`` are those of plans that were driven, or that somebody reported on. ``levels`` are the
    bin's trusted ones in order of time, from before the first stop. ``tolerance`` is how far a
    crew's clock and a sensor's may be apart; ``round_slack`` how far a round may be from its plan,
    and a mark from its moment, before an unmarked stop counts as missed and a fall as nobody's.
    What cannot be known yet is not listed.
    """
    done = [stop for stop in stops if stop.outcome is Outcome.DONE]
    others = [stop for stop in stops if stop.outcome is not Outcome.DONE]
    reported = _pair(sensed, done, tolerance)
    left = [emptying for emptying in sensed if emptying not in reported.values()]
    unreported = _pair(left, others, round_slack)
    stop_of = {emptying: stop for stop, emptying in unreported.items()}
    found = [
        *(
            _done_without_drop(bin_id, s, levels, tolerance, limits)
            for s in done
            if s not in reported
        ),
        *(_missed(bin_id, s, now, round_slack) for s in others if s not in unreported),
        *(
            _somebody_else(bin_id, emptying, stop_of.get(emptying))
            # a phone may have been offline since: its mark still comes
            for emptying in left
            if now > emptying.emptied_at + round_slack
        ),
    ]
    return Matched(
        agreements=tuple(
            Agreement(stop=stop, emptying=reported[stop]) for stop in sorted(reported, key=_said_at)
        ),
        disagreements=tuple(sorted((one for one in found if one), key=lambda one: one.at)),
    )


def _said_at(stop: PlannedStop) -> datetime:
    return stop.reported_at or stop.arrives_at


def _pair(
    sensed: Sequence[SensedEmptying], stops: Sequence[PlannedStop], within: timedelta
) -> dict[PlannedStop, SensedEmptying]:
    """Pair what is nearest first; a stop within the span of an emptying is as near as can be."""
    near = sorted(
        (
            (distance, _said_at(stop), stop, emptying)
            for stop in stops
            for emptying in sensed
            if (distance := _distance(stop, emptying)) <= within
        ),
        key=lambda one: one[:2],
    )
    pairs: dict[PlannedStop, SensedEmptying] = {}
    for _, _, stop, emptying in near:
        if stop not in pairs and emptying not in pairs.values():
            pairs[stop] = emptying
    return pairs


def _distance(stop: PlannedStop, emptying: SensedEmptying) -> timedelta:
    at = _said_at(stop)
    return max(emptying.not_before - at, at - emptying.emptied_at, timedelta(0))


def _done_without_drop(
    bin_id: str,
    stop: PlannedStop,
    levels: Sequence[Sample],
    tolerance: timedelta,
    limits: TrustLimits,
) -> Disagreement | None:
    """Contradict a "done" only by levels from after it, all of them as high as the one before.

    They have to reach past the tolerance, and begin before a bin could have filled again.
    """
    at = _said_at(stop)
    before = next((level for level in reversed(levels) if level.measured_at <= at), None)
    after = [level for level in levels if at < level.measured_at]
    checked = next((n for n, one in enumerate(after) if one.measured_at >= at + tolerance), None)
    if before is None or before.fill_pct < limits.emptying_drop_pct or checked is None:
        return None
    after = after[: checked + 1]
    if after[0].measured_at > at + timedelta(hours=limits.bounce_h):
        return None
    if any(level.fill_pct < before.fill_pct - limits.bounce_pct for level in after):
        return None
    return Disagreement(
        kind=DisagreementKind.DONE_WITHOUT_DROP,
        bin_id=bin_id,
        at=at,
        stop_id=stop.stop_id,
        emptied_at=None,
        detail=f"marked as done {day_and_time(at)}; the sensor said {number(before.fill_pct)} % "
        f"before and {number(after[-1].fill_pct)} % {day_and_time(after[-1].measured_at)}",
    )


def _missed(
    bin_id: str, stop: PlannedStop, now: datetime, round_slack: timedelta
) -> Disagreement | None:
    at = _said_at(stop)
    if stop.outcome is None and now <= at + round_slack:
        return None
    reason = "" if stop.reason is None else f" ({stop.reason})"
    said = "never marked" if stop.outcome is None else f"marked as skipped{reason}"
    return Disagreement(
        kind=DisagreementKind.MISSED_PICKUP,
        bin_id=bin_id,
        at=at,
        stop_id=stop.stop_id,
        emptied_at=None,
        detail=f"on a round for {day_and_time(stop.arrives_at)}, {said}, and no fall of the level",
    )


def _somebody_else(bin_id: str, emptying: SensedEmptying, stop: PlannedStop | None) -> Disagreement:
    on_round = ""
    if stop is not None:
        marked = "never marked" if stop.outcome is None else "marked as skipped"
        on_round = f"; it was on a round for {day_and_time(stop.arrives_at)} and {marked}"
    return Disagreement(
        kind=DisagreementKind.EMPTIED_BY_SOMEBODY_ELSE,
        bin_id=bin_id,
        at=emptying.emptied_at,
        stop_id=None if stop is None else stop.stop_id,
        emptied_at=emptying.emptied_at,
        detail=f"fell from {number(emptying.fill_before_pct)} to {number(emptying.fill_after_pct)} "
        f"% by {day_and_time(emptying.emptied_at)}, and no crew reports it{on_round}",
    )
