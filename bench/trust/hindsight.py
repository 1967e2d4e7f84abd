"""What a reading was, told from the ones around it: by its own definitions, not by the rules."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from bench.trust.walking import Walked
from core.readings import Reading, Trust

WELL_ABOVE_PCT = 10.0
BACK_WITHIN_PCT = 10.0


class Zero(StrEnum):
    """What an exact zero after a level well above it was."""

    MISSING = "missing"
    """The next reading is back where the level was."""
    REFILLED = "emptied, then filling"
    """The next reading is well above 0 and somewhere else."""
    EMPTIED = "emptied"
    """The next reading is low as well."""


@dataclass(frozen=True, kw_only=True)
class Told:
    """A reading with what hindsight makes of it and what the rules made of it."""

    of: Zero | None
    kept_out: bool
    """It never counted."""
    delayed_by: timedelta | None
    """It was doubted at first; until when."""


def zeros(walked: Walked) -> list[Told]:
    """Look at each exact zero that comes from a level well above."""
    found = []
    for n in range(1, len(walked.readings) - 1):
        before, zero, after = walked.readings[n - 1 : n + 2]
        if zero.fill_pct != 0 or zero.trust is not Trust.TRUSTED:
            continue
        if _pct(before) < WELL_ABOVE_PCT or before.trust is not Trust.TRUSTED:
            continue
        if _pct(after) < WELL_ABOVE_PCT:
            what = Zero.EMPTIED
        elif abs(_pct(after) - _pct(before)) <= BACK_WITHIN_PCT:
            what = Zero.MISSING
        else:
            what = Zero.REFILLED
        found.append(_told(walked, n, what))
    return found


def spikes(walked: Walked, rise_pct: float) -> list[Told]:
    """Look at each rise of at least this that the next reading takes back."""
    found = []
    for n in range(1, len(walked.readings) - 1):
        before, peak, after = walked.readings[n - 1 : n + 2]
        if _pct(peak) - _pct(before) < rise_pct:
            continue
        if abs(_pct(after) - _pct(before)) <= BACK_WITHIN_PCT:
            found.append(_told(walked, n, None))
    return found


def delays(walked: Walked, doubt: Trust) -> list[timedelta]:
    """Return for how long readings waited that were right after all."""
    told = (
        _told(walked, n, None)
        for n, trust in enumerate(walked.at_once)
        if trust is doubt and walked.in_the_end[n] is Trust.TRUSTED
    )
    return [one.delayed_by for one in told if one.delayed_by is not None]


def risen_soon(walked: Walked, within: timedelta, by_pct: float) -> int:
    """Count the emptyings after which the level rises by more than this, for whatever reason."""
    count, n = 0, 0
    for emptied_at, emptying in sorted(walked.emptyings.items()):
        while walked.readings[n].measured_at < emptied_at:
            n += 1
        m = n
        while m < len(walked.readings) and walked.readings[m].measured_at <= emptied_at + within:
            if _pct(walked.readings[m]) > emptying.fill_after_pct + by_pct:
                count += 1
                break
            m += 1
    return count


@dataclass(frozen=True, kw_only=True)
class Standstill:
    """Exactly the same value, said again and again, and counted as stuck at the end."""

    first: Reading
    last: Reading
    readings: int
    doubted: int


def standstills(walked: Walked) -> list[Standstill]:
    """Return the runs in which a sensor counted as stuck."""
    found, first = [], 0
    for n in range(1, len(walked.readings) + 1):
        if n < len(walked.readings) and (
            walked.readings[n].raw_fill_pct == walked.readings[first].raw_fill_pct
        ):
            continue
        doubted = sum(trust is Trust.STUCK for trust in walked.at_once[first:n])
        if doubted:
            found.append(
                Standstill(
                    first=walked.readings[first],
                    last=walked.readings[n - 1],
                    readings=n - first,
                    doubted=doubted,
                )
            )
        first = n
    return found


def _pct(reading: Reading) -> float:
    return reading.fill_pct or 0.0


def _told(walked: Walked, n: int, what: Zero | None) -> Told:
    trusted = walked.in_the_end[n] is Trust.TRUSTED
    waited = trusted and walked.at_once[n] is not Trust.TRUSTED and n + 1 < len(walked.readings)
    return Told(
        of=what,
        kept_out=not trusted,
        delayed_by=walked.readings[n + 1].measured_at - walked.readings[n].measured_at
        if waited
        else None,
    )
