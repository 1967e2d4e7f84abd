"""From a device's own bytes to measurements, once it is known what the sensor is."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from core.bins import KnownSensor
from core.measurements import Measurement
from core.readings import NoLevelReason, RejectReason
from ingest.devices import FrameError, UnknownDeviceError, decode_frame
from ingest.messages import Numbered, Opened, Problem

NATIVE = "native"


def decode_opened(opened: Opened, sensor: KnownSensor) -> Opened:
    """Return the message with its frame decoded; what cannot be read becomes a Problem."""
    frame = opened.frame
    if frame is None:
        return opened
    if sensor.device == NATIVE:
        return _spoiled(
            opened,
            RejectReason.UNKNOWN_DEVICE,
            f"sensor {sensor.sensor_id} is registered without its make, so its bytes cannot be "
            "read: register it with a device that `brimful decode --list` names, then replay",
        )
    try:
        said = decode_frame(sensor.device, frame.frame, port=frame.port)
    except UnknownDeviceError as error:
        return _spoiled(opened, RejectReason.UNKNOWN_DEVICE, str(error))
    except FrameError as error:
        text = f"{sensor.device}, port {frame.port}: {error}"
        return _spoiled(opened, RejectReason.UNREADABLE_FRAME, text)
    one = len(said) == 1
    return replace(
        opened,
        frame=None,
        readings=tuple(
            Numbered(index=None if one else index, measurement=measurement)
            for index, measurement in enumerate(_timed(said, frame.measured_at))
        ),
    )


def _timed(said: Sequence[Measurement], at: datetime) -> Iterator[Measurement]:
    """Give the network's time to the newest measurement without one of its own.

    Those a device without a clock kept before it are told apart by a microsecond each, and say
    that nobody knows when they were.
    """
    clockless = sum(m.measured_at is None for m in said)
    for measurement in said:
        if measurement.measured_at is not None:
            yield measurement
            continue
        clockless -= 1
        if clockless == 0:
            yield replace(measurement, measured_at=at)
        else:
            yield replace(
                measurement,
                measured_at=at - timedelta(microseconds=clockless),
                no_level_reason=measurement.no_level_reason or NoLevelReason.UNKNOWN_TIME,
            )


def _spoiled(opened: Opened, reason: RejectReason, text: str) -> Opened:
    problem = Problem(index=None, reason=reason, text=text)
    return replace(opened, frame=None, problems=(*opened.problems, problem))
