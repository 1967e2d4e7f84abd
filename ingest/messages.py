"""What moves along the walk: a message, what was read in it, what is wrong with it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from core.measurements import Measurement
from core.readings import RejectReason
from core.records import record
from core.rules.trust_limits import TrustLimits
from core.settings import Settings
from ingest.envelopes import FrameEnvelope

BYTES_PER_READING = 256
"""A payload weighs at least one reading for so many bytes, also when nothing in it is readable."""


def _nobody_waits() -> None:
    """Acknowledge nothing: QoS 0, or a replay."""


@record
class Message:
    """A message as it was received. ``acknowledge`` is called once, after the COMMIT.

    ``promised``: it came with QoS 1, so the publisher relies on it being kept.
    """

    topic: str
    payload: bytes
    received_at: datetime
    promised: bool = True
    acknowledge: Callable[[], None] = field(default=_nobody_waits, compare=False, repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """Something in a message that cannot be used.

    ``index`` counts the array's elements from 0; None means the message as a whole (or its only
    reading). ``readings`` is how many readings it makes unusable.
    """

    index: int | None
    reason: RejectReason
    text: str
    readings: int = 1


@record
class Numbered:
    """A readable measurement and its place in the message's array (None: it was no array)."""

    index: int | None
    measurement: Measurement


@record
class Opened:
    """A message with what could be read in it. ``sensor_id`` is None where the topic says none.

    ``frame`` holds device bytes, which mean something only to who knows the sensor's make; then
    there is nothing in ``readings`` until they are decoded.
    """

    message: Message
    sensor_id: str | None
    readings: tuple[Numbered, ...] = ()
    problems: tuple[Problem, ...] = ()
    frame: FrameEnvelope | None = None

    @property
    def readings_in(self) -> int:
        """How many readings the message held; one that cannot be read at all counts as one."""
        found = len(self.readings)
        if self.problems:
            found += sum(problem.readings for problem in self.problems)
        return found if self.frame is None else max(1, found)

    @property
    def weight(self) -> int:
        """How much of a batch it takes, in readings: never less than its readings."""
        return max(self.readings_in, len(self.message.payload) // BYTES_PER_READING)


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """What an operator says about plausible messages."""

    payload_max_bytes: int
    oldest: timedelta
    clock_tolerance: timedelta
    trust: TrustLimits

    @classmethod
    def of(cls, settings: Settings) -> "Limits":
        """Take the limits from the settings."""
        return cls(
            payload_max_bytes=settings.ingest_payload_max_bytes,
            oldest=timedelta(days=settings.ingest_oldest_days),
            clock_tolerance=settings.clock_tolerance,
            trust=settings.trust_limits,
        )
