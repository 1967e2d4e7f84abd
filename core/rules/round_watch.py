"""What of a round somebody has to look at: stops that come too late, that were passed, the load."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from core.bins import Closure
from core.hours import Hours
from core.plans import Outcome, Round, Stop, StopKind
from core.rules.progress import Expected
from core.rules.progress_told import RoundState

PASSED_AFTER = timedelta(minutes=30)
"""A stop that a later one was marked before, and that was planned so long ago, was passed."""
FORGOTTEN_AFTER = timedelta(hours=2)
"""An open stop so long after its time, the round's delay counted, is missed in any case."""


@dataclass(frozen=True, kw_only=True, slots=True)
class When:
    """Hours that a stop has to keep to: none, any time. ``shut``: of closed streets."""

    hours: tuple[Hours, ...] = ()
    shut: tuple[Closure, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Late:
    """An open stop that is expected after its last moment."""

    stop: Stop
    begins_at: datetime
    limit_at: datetime
    why: str


def last_moment(stop: Stop, when: When, day: date, zone: ZoneInfo) -> datetime | None:
    """Return the last moment at which work may begin, in the hours it is planned for.

    None: at any time. A stop that is planned outside its hours has its planned time.
    """
    moments = []
    if when.hours:
        ends = [
            end
            for hours in when.hours
            for begin, end in hours.spans(day, zone)
            if begin <= stop.begins_at <= end
        ]
        moments.append(max(ends, default=stop.begins_at))
    for closure in when.shut:
        moments += [
            begin - timedelta(seconds=stop.service_s)
            for hours in closure.hours
            for begin, _ in hours.spans(day, zone)
            if begin >= stop.begins_at and closure.counts_on(begin.astimezone(zone).date())
        ]
    return min(moments, default=None)


def late_stops(
    round_: Round,
    expected: Expected,
    *,
    shift_ends_at: datetime | None,
    whens: Mapping[UUID, When],
    day: date,
    zone: ZoneInfo,
) -> Iterator[Late]:
    """Yield the open stops that miss their hours, then those that miss the end of the shift.

    A vehicle that is expected back after its shift misses it with every stop begun after that.
    """
    for stop in round_.stops:
        begins_at = expected.begins.get(stop.stop_id)
        if begins_at is None or expected.state is RoundState.OUT_OF_SERVICE:
            continue
        limit_at = last_moment(stop, whens.get(stop.stop_id, When()), day, zone)
        if limit_at is not None and begins_at > limit_at:
            by = f"{limit_at.astimezone(zone):%H:%M}"
            what = "opening hours end" if stop.kind is StopKind.DISPOSAL else "its hours end"
            yield Late(stop=stop, begins_at=begins_at, limit_at=limit_at, why=f"{what} at {by}")
        elif shift_ends_at is not None and begins_at > shift_ends_at:
            by = f"{shift_ends_at.astimezone(zone):%H:%M}"
            yield Late(
                stop=stop,
                begins_at=begins_at,
                limit_at=shift_ends_at,
                why=f"the shift ends at {by}",
            )


def missed_stops(round_: Round, expected: Expected, *, now: datetime) -> Iterator[Stop]:
    """Yield the bins that were planned long ago and that nobody marked.

    Those the crew has passed (it marked a later stop), and those whose time, with the delay of the
    last mark, is hours ago.
    """
    passed_seq = max((s.seq for s in round_.stops if s.outcome is not None), default=0)
    delay = timedelta(seconds=max(0, expected.delay_s or 0))
    for stop in round_.stops:
        if stop.kind is not StopKind.BIN or stop.outcome is not None:
            continue
        passed = stop.seq < passed_seq and stop.begins_at + PASSED_AFTER < now
        if passed or stop.begins_at + delay + FORGOTTEN_AFTER < now:
            yield stop


@dataclass(frozen=True, kw_only=True, slots=True)
class Load:
    """What a round has collected by its marks; ``aboard_kg``: since it last emptied its body."""

    collected_kg: float
    aboard_kg: float


def load_of(stops: Sequence[Stop]) -> Load:
    """Add up what was expected to be in the bins that are done."""
    done = sorted(
        (s for s in stops if s.outcome is Outcome.DONE and s.reported_at is not None),
        key=lambda s: (s.reported_at, s.seq),
    )
    collected_kg = aboard_kg = 0.0
    for stop in done:
        if stop.kind is StopKind.DISPOSAL:
            aboard_kg = 0.0
        collected_kg += stop.load_kg or 0.0
        aboard_kg += stop.load_kg or 0.0
    return Load(collected_kg=collected_kg, aboard_kg=aboard_kg)
