"""What an ingester has done and how it is, for logs, metrics, the demo and health checks."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from typing import Any

from core.readings import Reading, Rejection, RejectReason, Trust

_MINUTE_S, _HOUR_S, _DAY_S = 60, 3_600, 86_400
BATCH_READINGS = (1, 10, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 50_000)
BATCH_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
# a batch that is held while the database is away has waited as long as that took
RECEIPT_TO_COMMIT_S = (
    *(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
    *(_MINUTE_S, 5 * _MINUTE_S, 15 * _MINUTE_S, _HOUR_S, 6 * _HOUR_S, _DAY_S, 7 * _DAY_S),
)
# devices keep what they could not send; the tail is where the outages are
MEASUREMENT_TO_COMMIT_S = (
    *(1, 5, 15, _MINUTE_S, 5 * _MINUTE_S, 15 * _MINUTE_S, 30 * _MINUTE_S),
    *(_HOUR_S, 3 * _HOUR_S, 6 * _HOUR_S, 12 * _HOUR_S),
    *(_DAY_S, 2 * _DAY_S, 7 * _DAY_S, 30 * _DAY_S),
)


class Histogram:
    """How many values were at most each of some bounds, and their sum, since the start."""

    def __init__(self, bounds: Sequence[float]) -> None:
        self.bounds = tuple(bounds)
        self.sum = 0.0
        self._counts = [0] * (len(self.bounds) + 1)

    def observe(self, values: Iterable[float]) -> None:
        """Count values; one below zero (a device's clock runs ahead) counts as zero.

        Many at once cost a sort, which is far less than looking for the place of each.
        """
        ordered = sorted(values)
        ordered[: bisect_right(ordered, 0.0)] = [0.0] * bisect_right(ordered, 0.0)
        counted = 0
        for n, bound in enumerate(self.bounds):
            up_to = bisect_right(ordered, bound, counted)
            self._counts[n] += up_to - counted
            counted = up_to
        self._counts[-1] += len(ordered) - counted
        self.sum += sum(ordered)

    def cumulative(self) -> list[int]:
        """Return how many were at most each bound; the last number is of all values."""
        total, result = 0, []
        for n in self._counts:
            total += n
            result.append(total)
        return result


@dataclass(kw_only=True, slots=True)
class Stats:
    """Counts since the start; readings = stored + duplicates + sum(set_aside.values()).

    One mutable object, written by the ingester and read by whoever runs it in the same process.
    Holding ``lock`` a reader in another thread sees no batch by half.
    """

    messages: int = 0
    """Messages received, redeliveries too."""
    readings: int = 0
    """Readings in the messages that are settled: committed, then acknowledged."""
    stored: int = 0
    duplicates: int = 0
    set_aside: Counter[RejectReason] = field(default_factory=Counter)
    """Readings set aside, by the reason of their message."""
    trust: Counter[Trust] = field(default_factory=Counter)
    """Stored readings by the verdict on them as they were stored."""
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
    lock: Lock = field(default_factory=Lock, repr=False, compare=False)
    batch_sizes: Histogram = field(default_factory=lambda: Histogram(BATCH_READINGS))
    batch_times_s: Histogram = field(default_factory=lambda: Histogram(BATCH_S))
    receipt_to_commit_s: Histogram = field(default_factory=lambda: Histogram(RECEIPT_TO_COMMIT_S))
    """Of each message."""
    measurement_to_commit_s: Histogram = field(
        default_factory=lambda: Histogram(MEASUREMENT_TO_COMMIT_S)
    )
    """Of each stored reading."""

    def note_batch(
        self,
        *,
        now: datetime,
        batch_s: float,
        received_at: Sequence[datetime],
        readings: int,
        stored: Sequence[Reading],
        duplicates: int,
        rejections: Iterable[Rejection | None],
    ) -> None:
        """Count a batch that is committed and acknowledged.

        Args:
            now: the moment of the COMMIT.
            batch_s: how long its transaction took.
            received_at: when each of its messages came, at least one.
            readings: how many readings its messages held.
            stored: those of them that are new rows, with the trust they were stored with.
            duplicates: how many of them were rows already.
            rejections: what was set aside; None for a message that was not.
        """
        waited_s = [(now - at).total_seconds() for at in received_at]
        late_s = [(now - reading.measured_at).total_seconds() for reading in stored]
        trust = Counter(reading.trust for reading in stored)
        with self.lock:
            self.readings += readings
            self.stored += len(stored)
            self.duplicates += duplicates
            for rejection in rejections:
                if rejection is not None:
                    self.set_aside[rejection.reason] += rejection.readings
            self.trust.update(trust)
            self.batches += 1
            self.batch_s = batch_s
            self.lag_s = max(waited_s)
            self.in_flight -= len(received_at)
            self.committed_at = now
            self.database_up = True
            self.batch_sizes.observe((readings,))
            self.batch_times_s.observe((batch_s,))
            self.receipt_to_commit_s.observe(waited_s)
            self.measurement_to_commit_s.observe(late_s)

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
            "trust": {str(trust): n for trust, n in sorted(self.trust.items())},
            "dropped_qos0": self.dropped_qos0,
            "batches": self.batches,
            "batch_s": round(self.batch_s, 3),
            "lag_s": round(self.lag_s, 3),
            "in_flight": self.in_flight,
        }
