"""How a round goes: how far it is behind its plan, and when it is expected to be back.

From the last mark on, what is open takes what it takes in the plan: the way to it, the wait, the
work. Where no mark has come although the next one is due, nobody knows whether the crew is offline
and goes on, or stands: the expectation says the first moment and the last that follow from that.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from itertools import pairwise
from math import sqrt
from statistics import pstdev
from uuid import UUID

from core.plans import Round, Stop
from core.rules.progress_told import RoundState, reason

METHOD = (
    "from the last mark on, with the planned way, wait and work of every open stop; the range: how "
    "far the last steps were from plan, and from going on unseen to standing since the last mark"
)
SILENT_AFTER = timedelta(minutes=15)
"""The next mark may be so late before anybody is told that none came."""
_STEPS = 10
"""The last marks whose steps say how far steps are from plan."""
_FEWEST_STEPS = 3
_UNKNOWN_SPREAD = 0.1
"""Of what is left to do, while there are too few steps to know better."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Expected:
    """How a round goes, at a moment.

    Attributes:
        ends_at: when it is expected back; None: nobody can know.
        earliest, latest: between which moments, for what is not known; None with ``ends_at``.
        delay_s: how far behind plan the last mark was, negative ahead; None without a mark.
        silent_s: since the last mark (or the planned start), where the next one is overdue.
        last: the stop marked last.
        reason: why so, for people.
        begins: when work is expected to begin at each open stop, by stop_id.
    """

    state: RoundState
    ends_at: datetime | None
    earliest: datetime | None
    latest: datetime | None
    delay_s: int | None
    silent_s: int | None
    last: Stop | None
    reason: str
    begins: Mapping[UUID, datetime] = field(default_factory=dict)


def expect(
    round_: Round,
    *,
    now: datetime,
    zone: tzinfo,
    drives_s: Sequence[int] = (),
    out_of_service: str | None = None,
) -> Expected:
    """Return how a round goes.

    ``drives_s``: the planned driving to each stop and, last, home; without it, it is what lies
    between the stops' planned times. ``out_of_service``: since when or why, for people.
    """
    last = last_marked(round_, now)
    anchor = _marked_at(last, now) if last else round_.starts_at
    delay_s = None if last is None else _seconds(anchor - _planned_end(last))
    drives = tuple(drives_s) if len(drives_s) == len(round_.stops) + 1 else _between(round_)
    rest = [
        (stop, drive_s)
        for stop, drive_s in zip(round_.stops, drives, strict=False)
        if stop.outcome is None
    ]
    if out_of_service is not None:
        return Expected(
            state=RoundState.OUT_OF_SERVICE,
            ends_at=None,
            earliest=None,
            latest=None,
            delay_s=delay_s,
            silent_s=None,
            last=last,
            reason=f"out of service {out_of_service}",
        )
    begins, ends_at = _go_on(rest, drives[-1], anchor, first_done_by=now if rest else None)
    _, unseen = _go_on(rest, drives[-1], anchor)
    _, stood = _go_on(rest, drives[-1], max(anchor, now) if rest else anchor)
    spread = _spread(round_, drives, now, left=ends_at - max(anchor, now), n=len(rest))
    overdue = now - anchor - _takes(*rest[0]) if rest else timedelta(0)
    silent = overdue > SILENT_AFTER
    state = _state(last, rest, round_, now)
    return Expected(
        state=state,
        ends_at=ends_at,
        earliest=min(ends_at, max(unseen - spread, now if rest else unseen)),
        latest=max(ends_at, (stood if silent else ends_at) + spread),
        delay_s=delay_s,
        silent_s=_seconds(now - anchor) if silent else None,
        last=last,
        reason=reason(
            state,
            last,
            starts_at=round_.starts_at.astimezone(zone),
            delay_s=delay_s,
            silent=now - anchor if silent else None,
            n_open=len(rest),
        ),
        begins=begins,
    )


def last_marked(round_: Round, now: datetime) -> Stop | None:
    """Return the stop marked last; a mark from the future counts as made now."""
    marked = [s for s in round_.stops if s.outcome is not None and s.reported_at is not None]
    return max(marked, key=lambda s: (_marked_at(s, now), s.seq), default=None)


def _state(
    last: Stop | None, rest: Sequence[tuple[Stop, int]], round_: Round, now: datetime
) -> RoundState:
    if not rest and round_.stops:
        return RoundState.FINISHED
    if last is None and now < round_.starts_at:
        return RoundState.NOT_BEGUN
    return RoundState.UNDER_WAY


def _go_on(
    rest: Sequence[tuple[Stop, int]],
    home_s: int,
    clock: datetime,
    *,
    first_done_by: datetime | None = None,
) -> tuple[Mapping[UUID, datetime], datetime]:
    """Return when work begins at each open stop, and when the vehicle is home.

    ``first_done_by``: the first stop was not marked by then, so it is done then at the soonest.
    """
    begins = {}
    for n, (stop, drive_s) in enumerate(rest):
        clock += timedelta(seconds=drive_s)
        if stop.begins_at > stop.arrives_at:
            # the plan waits here: for an hour, or for the time of a break
            clock = max(clock, stop.begins_at)
        if n == 0 and first_done_by is not None:
            clock = max(clock, first_done_by - timedelta(seconds=stop.service_s))
        begins[stop.stop_id] = clock
        clock += timedelta(seconds=stop.service_s)
    return begins, clock + timedelta(seconds=home_s)


def _takes(stop: Stop, drive_s: int) -> timedelta:
    """Return how long a stop takes from the mark before: way, wait and work, by plan."""
    return timedelta(seconds=drive_s) + (_planned_end(stop) - stop.arrives_at)


def _between(round_: Round) -> tuple[int, ...]:
    """Return the driving that lies between the planned times."""
    leaves = [round_.starts_at, *(_planned_end(stop) for stop in round_.stops)]
    comes = [*(stop.arrives_at for stop in round_.stops), round_.ends_at]
    return tuple(max(0, _seconds(there - here)) for here, there in zip(leaves, comes, strict=True))


def _spread(
    round_: Round, drives: Sequence[int], now: datetime, *, left: timedelta, n: int
) -> timedelta:
    """Return how far the end may be off: steps err one by one, and add up like a random walk."""
    marked = sorted(
        (s for s in round_.stops if s.outcome is not None and s.reported_at is not None),
        key=lambda s: (_marked_at(s, now), s.seq),
    )[-_STEPS - 1 :]
    to_it = {s.stop_id: drive_s for s, drive_s in zip(round_.stops, drives, strict=False)}
    off_s = [
        (_marked_at(b, now) - _marked_at(a, now)).total_seconds()
        - to_it[b.stop_id]
        - (_planned_end(b) - b.arrives_at).total_seconds()
        for a, b in pairwise(marked)
        if b.seq == a.seq + 1
    ]
    if len(off_s) < _FEWEST_STEPS:
        return _UNKNOWN_SPREAD * max(timedelta(0), left)
    return timedelta(seconds=round(pstdev(off_s) * sqrt(n)))


def _planned_end(stop: Stop) -> datetime:
    return stop.begins_at + timedelta(seconds=stop.service_s)


def _marked_at(stop: Stop, now: datetime) -> datetime:
    return now if stop.reported_at is None else min(stop.reported_at, now)


def _seconds(length: timedelta) -> int:
    return round(length.total_seconds())
