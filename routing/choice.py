"""Which bins of a depot are wanted today, from their levels and what is expected of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from core.forecasts import Outlook
from core.levels import Level
from core.plans import LeftOut
from core.rules.due import Aims, Known, Wanted, decide

_NOTHING_KNOWN = Known()


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
    outlooks: Sequence[Outlook],
    *,
    aims: Aims,
    round_at: datetime,
    known: Mapping[str, Known] | None = None,
) -> Choice:
    """Say of every bin whether it is wanted at ``round_at`` or why not.

    ``outlooks`` stand beside ``levels``; ``known`` holds what else is known, by bin_id.
    """
    known = known or {}
    decisions = [
        decide(
            level,
            outlook,
            aims=aims,
            known=known.get(level.bin.bin_id, _NOTHING_KNOWN),
            round_at=round_at,
        )
        for level, outlook in zip(levels, outlooks, strict=True)
    ]
    return Choice(
        wanted=tuple(d for d in decisions if isinstance(d, Wanted)),
        left_out=tuple(d for d in decisions if isinstance(d, LeftOut)),
    )
