"""Which devices there are, and the way from a frame to its measurements."""

from collections.abc import Mapping
from difflib import get_close_matches
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType

from core.measurements import Measurement
from ingest.devices import makes
from ingest.devices.device import Device, FrameError


class UnknownDeviceError(ValueError):
    """No file in makes/ has this name; the text names those that come near."""


def _found() -> dict[str, Device]:
    found: dict[str, Device] = {}
    for module in iter_modules(makes.__path__):
        device = import_module(f"{makes.__name__}.{module.name}").DEVICE
        if not isinstance(device, Device) or device.name != module.name.replace("_", "-"):
            raise TypeError(
                f"{makes.__name__}.{module.name}: DEVICE must be a Device with the file's name"
            )
        found[device.name] = device
    return found


DEVICES: Mapping[str, Device] = MappingProxyType(_found())
"""Every device, by name and in its order."""


def decode_frame(device: str, frame: bytes, *, port: int | None) -> tuple[Measurement, ...]:
    """Return what a device's frame says, oldest first; at least one measurement.

    Several with ``measured_at`` None came without times: the last is the newest and the network's
    time is its own; those before it are of kind HISTORY, and nobody knows when they were.

    Args:
        device: As the registry calls it; a key of DEVICES.
        frame: The bytes the device sent, without what networks wrap around them.
        port: LoRaWAN's FPort; None where it is not known or there is none (NB-IoT).

    Raises:
        FrameError: The bytes do not fit the device's table.
        UnknownDeviceError: There is no such device.
    """
    known = DEVICES.get(device)
    if known is None:
        near = get_close_matches(device, DEVICES, n=3, cutoff=0.4)
        hint = f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(DEVICES)}"
        raise UnknownDeviceError(f"there is no device {device!r}: {hint}")
    if not frame:
        raise FrameError(
            "the frame is empty: a device that only keeps its link alive sends no port"
        )
    return tuple(known.decode(frame, port))
