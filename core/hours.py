"""Hours of the week by a local clock: a site's, a bin's, those of a closed street."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

_DAY = timedelta(days=1)
type Span = tuple[datetime, datetime]
"""From the first moment to the last, in UTC; both belong to it."""


class Weekday(StrEnum):
    """A day of the week; the order is that of ``date.weekday``."""

    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"

    @classmethod
    def of(cls, day: date) -> "Weekday":
        """Return the weekday of a date."""
        return list(cls)[day.weekday()]


@dataclass(frozen=True, kw_only=True, slots=True)
class Hours:
    """From ``begins`` to ``ends`` on each of ``days``, by the local clock.

    An end that is not after the beginning is on the next day: 22:00 to 04:00, and 00:00 to 00:00
    is the whole day.
    """

    begins: time
    ends: time
    days: frozenset[Weekday] = frozenset(Weekday)

    def hold(self, at: datetime, zone: ZoneInfo) -> bool:
        """Tell whether a moment lies within them, by the clock.

        In the two nights in which the clocks change also by the time that has gone by since they
        began: half past two comes twice in one, and never in the other.
        """
        local = at.astimezone(zone)
        if self._by_the_clock(local):
            return True
        return any(begin <= at <= end for begin, end in self.spans(local.date(), zone))

    def _by_the_clock(self, local: datetime) -> bool:
        clock, today = local.time(), Weekday.of(local.date())
        if self.begins < self.ends:
            return today in self.days and self.begins <= clock <= self.ends
        yesterday = Weekday.of(local.date() - _DAY)
        return (today in self.days and clock >= self.begins) or (
            yesterday in self.days and clock <= self.ends
        )

    def spans(self, day: date, zone: ZoneInfo) -> Iterator[Span]:
        """Yield what of them begins from the day before to two days after: for any night shift."""
        for begins_on in (day + n * _DAY for n in range(-1, 3)):
            if Weekday.of(begins_on) in self.days:
                ends_on = begins_on if self.begins < self.ends else begins_on + _DAY
                yield (_utc(begins_on, self.begins, zone), _utc(ends_on, self.ends, zone))

    def __str__(self) -> str:
        clock = f"{self.begins:%H:%M}-{self.ends:%H:%M}"
        if len(self.days) == len(Weekday):
            return clock
        return f"{','.join(d for d in Weekday if d in self.days)} {clock}"


def open_spans(
    hours: Sequence[Hours], day: date, zone: ZoneInfo, *, within: Span
) -> tuple[Span, ...]:
    """Return what of ``within`` lies in any of the hours, sorted and merged; no hours: all of it.

    ``within`` reaches from the beginning of ``day`` to the end of the day after the next at most.
    """
    if not hours:
        return (within,)
    found = (span for one in hours for span in one.spans(day, zone))
    return merged(clipped(found, within))


def without(spans: Sequence[Span], closed: Sequence[Span]) -> tuple[Span, ...]:
    """Return what is left of sorted spans where none of ``closed`` is.

    The first and the last moment of a closure are free: another may end or begin there.
    """
    left = list(spans)
    for shut_from, shut_until in closed:
        parts: list[Span] = []
        for begin, end in left:
            if shut_until <= begin or end <= shut_from:
                parts.append((begin, end))
                continue
            if begin <= shut_from:
                parts.append((begin, shut_from))
            if shut_until <= end:
                parts.append((shut_until, end))
        left = parts
    return tuple(left)


def clipped(spans: Iterator[Span] | Sequence[Span], within: Span) -> list[Span]:
    """Return what of the spans lies within one."""
    cut = ((max(b, within[0]), min(e, within[1])) for b, e in spans)
    return [(begin, end) for begin, end in cut if begin <= end]


def merged(spans: Sequence[Span]) -> tuple[Span, ...]:
    """Return the spans sorted, those that touch or overlap as one."""
    whole: list[Span] = []
    for begin, end in sorted(spans):
        if whole and begin <= whole[-1][1]:
            whole[-1] = (whole[-1][0], max(end, whole[-1][1]))
        else:
            whole.append((begin, end))
    return tuple(whole)


def _utc(day: date, clock: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, clock, tzinfo=zone).astimezone(ZoneInfo("UTC"))
