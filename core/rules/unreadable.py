"""A sensor that sends, and nothing of what it sends can be read: what waits of it, in words."""

from dataclasses import dataclass
from datetime import datetime

from core.readings import RejectReason
from core.rules.in_words import day_and_time

DETAIL_MAX_CHARACTERS = 160

NOT_THE_SENSORS = frozenset(
    {
        # came before it was registered; a replay reads it
        RejectReason.UNKNOWN_SENSOR,
        # nobody measured it
        RejectReason.SIMULATED,
        # others of the same minute were let in, and what became of those counts
        RejectReason.RATE,
    }
)
"""Reasons that do not say that a sensor cannot be understood."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SetAside:
    """What waits of a sensor that came later than all that could be stored of it.

    ``n``: messages, at least one. ``since``: when the first of them was received.
    ``reason`` and ``detail`` are those of the last.
    """

    n: int
    since: datetime
    last_received_at: datetime
    reason: RejectReason
    detail: str

    @property
    def in_words(self) -> str:
        """Say how many there are, since when, and what is the matter with the last."""
        detail = self.detail
        if len(detail) > DETAIL_MAX_CHARACTERS:
            detail = detail[: DETAIL_MAX_CHARACTERS - 3] + "..."
        messages = "1 message" if self.n == 1 else f"{self.n} messages"
        since = day_and_time(self.since)
        return f"{messages} since {since}, the last: {self.reason} ({detail})"
