"""What an envelope can hold, and what can be wrong with one."""

from datetime import datetime

from core.measurements import Measurement
from core.readings import Kind, NoLevelReason, RejectReason
from core.records import record


class TopicError(ValueError):
    """The topic names no sensor; the text says what it should look like."""


class EnvelopeError(ValueError):
    """The message is for a sensor, and cannot be used; the text names the field.

    ``reason`` is NOT_JSON, ENVELOPE or SIMULATED.
    """

    def __init__(self, reason: RejectReason, text: str) -> None:
        super().__init__(text)
        self.reason = reason


@record
class NativeEnvelope:
    """What a sensor (or its gateway) published itself: ``payload`` is a native message."""

    sensor_id: str
    payload: bytes


@record
class FrameEnvelope:
    """A device's own bytes, to be read by the table of its make.

    ``sensor_id`` is the DevEUI, 16 lower-case hex digits. ``port`` is the LoRaWAN FPort, 1 to
    255; None where the server left it out. ``measured_at`` is when the network server received
    the frame, in UTC and whole microseconds: it counts where the device has no clock.
    """

    sensor_id: str
    port: int | None
    frame: bytes
    measured_at: datetime


@record
class EventEnvelope:
    """What the network itself says of a device: nothing is left to decode.

    ``sensor_id`` as in FrameEnvelope; ``measurement.measured_at`` is always given.
    """

    sensor_id: str
    measurement: Measurement


type Envelope = NativeEnvelope | FrameEnvelope | EventEnvelope


def event(
    sensor_id: str, kind: Kind, measured_at: datetime, *, battery_pct: float | None = None
) -> EventEnvelope:
    """Return the envelope of an event, which never says anything about the level."""
    return EventEnvelope(
        sensor_id=sensor_id,
        measurement=Measurement(
            kind=kind,
            measured_at=measured_at,
            battery_pct=battery_pct,
            no_level_reason=NoLevelReason.NOT_MEASURED,
        ),
    )
