"""Which of a stop's marks holds, and whether two phones contradict each other."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from core.plans import Mark, Outcome


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """What ops decided: the mark ``report_id`` holds over the others of ``known``."""

    report_id: UUID
    known: frozenset[UUID]
    decided_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """The mark in force; ``sides`` are marks that contradict each other, or empty."""

    in_force: Mark
    sides: tuple[Mark, ...] = ()


def standing(marks: Sequence[Mark], decision: Decision | None = None) -> Standing:
    """Return what one or more marks of one stop come to, in whatever order they arrived.

    A mark holds until one follows it, or the same phone makes a later one. Where several are left,
    their phones did not know of one another: the latest by the crews' clocks holds (of one moment,
    done), and they are sides of a conflict where they differ. Phones that do not say who they are
    take no side. ``decision`` is the last one: what it knew is settled by it, and the mark it
    chose counts from then.
    """
    left = _of_each_phone(_unfollowed(marks, decision), decision) or list(marks)
    in_force = max(left, key=lambda mark: _order(mark, decision))
    sides = tuple(mark for mark in left if mark.device_id is not None)
    return Standing(in_force=in_force, sides=sides if _differ(sides) else ())


def _unfollowed(marks: Sequence[Mark], decision: Decision | None) -> list[Mark]:
    known: Collection[UUID] = () if decision is None else decision.known
    chosen = None if decision is None else decision.report_id
    followed = {mark.follows for mark in marks if mark.follows != mark.report_id}
    # who was overruled overrules nobody
    since = {mark.follows for mark in marks if mark.report_id not in known}
    return [
        mark
        for mark in marks
        if mark.report_id not in (since if mark.report_id == chosen else followed)
        and (mark.report_id == chosen or mark.report_id not in known)
    ]


def _of_each_phone(marks: Iterable[Mark], decision: Decision | None) -> list[Mark]:
    """Keep the latest mark of each phone, and all of phones that do not say who they are."""
    latest: dict[UUID, Mark] = {}
    for mark in sorted(marks, key=lambda mark: _order(mark, decision)):
        latest[mark.device_id or mark.report_id] = mark
    return list(latest.values())


def _order(mark: Mark, decision: Decision | None) -> tuple[datetime, datetime, bool, UUID]:
    chosen = decision is not None and decision.report_id == mark.report_id
    at = decision.decided_at if decision is not None and chosen else mark.counts_from
    return (at, max(at, mark.reported_at), mark.outcome is Outcome.DONE, mark.report_id)


def _differ(marks: Sequence[Mark]) -> bool:
    weights = {mark.weight_kg for mark in marks} - {None}
    return len({(mark.outcome, mark.skip_reason) for mark in marks}) > 1 or len(weights) > 1
