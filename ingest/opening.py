"""Open a message: whose it is and what it says. The pure first half of the walk."""

from collections.abc import Callable

from core.errors import StorageRefusedError
from core.logs import get_logger
from core.readings import RejectReason
from ingest.decode import decode
from ingest.envelopes import (
    EnvelopeError,
    EventEnvelope,
    FrameEnvelope,
    NativeEnvelope,
    TopicError,
    unwrap,
)
from ingest.messages import Limits, Message, Numbered, Opened, Problem

_log = get_logger(__name__)


def open_message(
    message: Message, limits: Limits, *, admits: Callable[[str], bool] | None = None
) -> Opened:
    """Unwrap and decode a message. Never raises: what is wrong becomes a Problem.

    A device's own bytes stay a frame: decoding them needs to know the sensor. ``admits`` tells
    whether a sensor may send now; None admits every one (a replay has no hurry).
    """
    try:
        return _open(message, limits, admits)
    except TopicError as error:
        return spoiled(message, RejectReason.TOPIC, str(error))
    except EnvelopeError as error:
        return spoiled(message, error.reason, str(error))
    except Exception as error:  # noqa: BLE001 - a bug must cost one message, not all after it
        _log.exception("message cannot be opened: a bug, please report it", topic=message.topic)
        return condemned(message, error)


def _open(message: Message, limits: Limits, admits: Callable[[str], bool] | None) -> Opened:
    size = len(message.payload)
    if size > limits.payload_max_bytes:
        text = (
            f"{size} bytes; at most {limits.payload_max_bytes} are read "
            "(BRIMFUL_INGEST_PAYLOAD_MAX_BYTES)"
        )
        return spoiled(message, RejectReason.TOO_LARGE, text)
    envelope = unwrap(message.topic, message.payload)
    if admits is not None and not admits(envelope.sensor_id):
        return _too_often(message, envelope.sensor_id)
    match envelope:
        case NativeEnvelope(sensor_id=sensor_id, payload=payload):
            decoded = decode(payload)
            return Opened(
                message=message,
                sensor_id=sensor_id,
                readings=decoded.readings,
                problems=decoded.problems,
            )
        case EventEnvelope(sensor_id=sensor_id, measurement=measurement):
            only = Numbered(index=None, measurement=measurement)
            return Opened(message=message, sensor_id=sensor_id, readings=(only,))
        case FrameEnvelope() as frame:
            return Opened(message=message, sensor_id=frame.sensor_id, frame=frame)


def _too_often(message: Message, sensor_id: str) -> Opened:
    text = (
        f"sensor {sensor_id} sends more often than any needs to (BRIMFUL_INGEST_RATE_PER_MINUTE, "
        "BRIMFUL_INGEST_RATE_BURST)"
    )
    problem = Problem(index=None, reason=RejectReason.RATE, text=text)
    return Opened(message=message, sensor_id=sensor_id, problems=(problem,))


def spoiled(message: Message, reason: RejectReason, text: str, *, readings_in: int = 1) -> Opened:
    """Return a message of which nothing can be used."""
    problem = Problem(index=None, reason=reason, text=text, readings=readings_in)
    return Opened(message=message, sensor_id=None, problems=(problem,))


def condemned(message: Message, error: Exception, *, readings_in: int = 1) -> Opened:
    """Return a message of which nothing can be used because handling it raised ``error``."""
    if isinstance(error, StorageRefusedError):
        return spoiled(message, RejectReason.STORAGE_REFUSED, str(error), readings_in=readings_in)
    text = f"{type(error).__name__}: {error}"
    return spoiled(message, RejectReason.UNEXPECTED_ERROR, text, readings_in=readings_in)
