"""From a device's own bytes to measurements, once it is known what the sensor is."""

from dataclasses import replace

from core.bins import KnownSensor
from core.readings import RejectReason
from ingest.devices import FrameError, UnknownDeviceError, decode_frame
from ingest.messages import Numbered, Opened, Problem

NATIVE = "native"


def decode_opened(opened: Opened, sensor: KnownSensor) -> Opened:
    """Return the message with its frame decoded; what cannot be read becomes a Problem.

    A frame without a clock of its own is as old as the network server says.
    """
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
            Numbered(
                index=None if one else index,
                measurement=m
                if m.measured_at is not None
                else replace(m, measured_at=frame.measured_at),
            )
            for index, m in enumerate(said)
        ),
    )


def _spoiled(opened: Opened, reason: RejectReason, text: str) -> Opened:
    problem = Problem(index=None, reason=reason, text=text)
    return replace(opened, frame=None, problems=(*opened.problems, problem))
