"""What an ingester has done and how it is, for logs, the demo and health checks."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from core.readings import RejectReason


@dataclass(kw_only=True, slots=True)
class Stats:
    """Counts since the start; readings = stored + duplicates + sum(set_aside.values()).

    One mutable object, written by the ingester and read by whoever runs it in the same process.
    """

    messages: int = 0
    """Messages received, redeliveries too."""
    readings: int = 0
    """Readings in the messages that are settled: committed, then acknowledged."""
    stored: int = 0
    duplicates: int = 0
    set_aside: Counter[RejectReason] = field(default_factory=Counter)
    """Readings set aside, by the reason of their message."""
    dropped_qos0: int = 0
    """Messages published without any promise (QoS 0) that came while the database was away."""
    batches: int = 0
    batch_s: float = 0.0
    """Duration of the last batch's transaction."""
    lag_s: float = 0.0
    """Time from receipt to COMMIT of the oldest message in the last batch."""
    in_flight: int = 0
    """Messages received and not settled yet."""
    connected: bool = False
    """The broker has accepted us and our subscription."""
    connections: int = 0
    database_up: bool = False
    """The last attempt to reach the database went through."""
    committed_at: datetime | None = None

    def fields(self) -> dict[str, Any]:
        """Return everything as log fields."""
        return {
            "connected": self.connected,
            "database_up": self.database_up,
            "messages": self.messages,
            "readings": self.readings,
            "stored": self.stored,
            "duplicates": self.duplicates,
            "set_aside": {str(reason): n for reason, n in sorted(self.set_aside.items())},
            "dropped_qos0": self.dropped_qos0,
            "batches": self.batches,
            "batch_s": round(self.batch_s, 3),
            "lag_s": round(self.lag_s, 3),
            "in_flight": self.in_flight,
        }
