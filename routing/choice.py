"""Which bins of a depot are due, from their levels and their histories."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from core.levels import Level, Sample
from core.plans import LeftOut
from core.rules.due import Due, decide
from core.rules.fill_rate import fill_rate


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """Every bin considered, in one of two lists."""

    due: tuple[Due, ...]
    left_out: tuple[LeftOut, ...]


def choose(
    levels: Sequence[Level],
    histories: Mapping[str, Sequence[Sample]],
    *,
    round_at: datetime,
    next_round_at: datetime,
) -> Choice:
    """Say of every bin whether it is due at ``round_at`` or why not.

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
        due=tuple(d for d in decisions if isinstance(d, Due)),
        left_out=tuple(d for d in decisions if isinstance(d, LeftOut)),
    )
