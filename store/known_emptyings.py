"""Emptyings and disagreements as an account tells them, with the evidence for each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.rules.emptying_match import Disagreement, DisagreementKind
from store.emptyings import BinStop
from store.sensed import Sensed

type Key = tuple[datetime, str, str]
"""Time, bin_id, and stop_id where there is a stop, else an empty text."""


def _stop_id(stop: BinStop | None) -> str:
    return "" if stop is None else str(stop.planned.stop_id)


class KnownBy(StrEnum):
    """Who says that a bin was emptied."""

    CREW = "crew"
    SENSOR = "sensor"
    BOTH = "both"


@dataclass(frozen=True, kw_only=True, slots=True)
class Emptying:
    """A bin was emptied. ``stop`` is a crew's word for it, ``sensed`` a sensor's; one may be None.

    ``emptied_at`` is the crew's time where a crew says one; a sensor knows only that it was after
    one reading and before the next.
    """

    bin_id: str
    emptied_at: datetime
    known_by: KnownBy
    disagreement: DisagreementKind | None
    """What is odd about it; None where nothing is, or it cannot be known yet."""
    stop: BinStop | None
    sensed: Sensed | None

    @property
    def key(self) -> Key:
        """What identifies it, and its place in an account."""
        return self.emptied_at, self.bin_id, _stop_id(self.stop)

    @property
    def fill_before_pct(self) -> float | None:
        """The last level before: by the sensor that saw the fall, else as it was at the mark."""
        if self.sensed is not None:
            return self.sensed.emptying.fill_before_pct
        return None if self.stop is None else self.stop.fill_before_pct

    @property
    def fill_after_pct(self) -> float | None:
        """What was left; None where no sensor shows it."""
        return None if self.sensed is None else self.sensed.emptying.fill_after_pct


@dataclass(frozen=True, kw_only=True, slots=True)
class Disputed:
    """A disagreement with whose round it was, and with the fall it is about."""

    disagreement: Disagreement
    stop: BinStop | None
    sensed: Sensed | None

    @property
    def key(self) -> Key:
        """What identifies it, and its place in an account."""
        return self.disagreement.at, self.disagreement.bin_id, _stop_id(self.stop)


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """Both in the order of their keys: of time first."""

    emptyings: Sequence[Emptying]
    disagreements: Sequence[Disputed]
