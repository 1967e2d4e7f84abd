"""Which bins of a depot are wanted today, from their levels and their histories."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from core.levels import Level, Sample
from core.plans import LeftOut
from core.rules.due import Wanted, decide
from core.rules.fill_rate import fill_rate


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """Every bin considered, in one of two lists."""

    wanted: tuple[Wanted, ...]
    left_out: tuple[LeftOut, ...]

    @property
    def due(self) -> tuple[Wanted, ...]:
        """Those of the wanted bins that have to be emptied, whatever the way."""
        return tuple(w for w in self.wanted if w.is_due)


def choose(
    levels: Sequence[Level],
    histories: Mapping[str, Sequence[Sample]],
    *,
    round_at: datetime,
    next_round_at: datetime,
) -> Choice:
    """Say of every bin whether it is wanted at ``round_at`` or why not.

    ``histories`` holds the trusted samples by bin_id, oldest first; a bin without is taken at its
    level.
    """
    decisions = [
        decide(
            level,
            fill_rate(histories.get(level.bin.bin_id, ())),
            round_at=round_at,
            next_round_at=next_round_at,
        )
        for level in levels
    ]
    return Choice(
        wanted=tuple(d for d in decisions if isinstance(d, Wanted)),
        left_out=tuple(d for d in decisions if isinstance(d, LeftOut)),
    )
