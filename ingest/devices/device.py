"""What a device is to Brimful: a name, a way from bytes to measurements, and frames to show it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from core.measurements import Measurement


class FrameError(ValueError):
    """The bytes do not fit the device's table; the text says where, what, and what to do."""


def wrong_at(at: int, text: str) -> FrameError:
    """Return the error for what is wrong at the byte ``at``, counted from 0."""
    return FrameError(f"byte {at}: {text}")


type Decode = Callable[[bytes, int | None], Sequence[Measurement]]
"""A frame and the port it came on (None: unknown, or a network without ports), oldest first."""


@dataclass(frozen=True, kw_only=True)
class Vector:
    """A frame composed from the device's table, and what it says."""

    shows: str
    frame: str
    """Hexadecimal; spaces may stand between the fields."""
    port: int | None
    says: tuple[Measurement, ...]


@dataclass(frozen=True, kw_only=True)
class Device:
    """A make and model."""

    name: str
    """As the registry calls it: the file's name with hyphens."""
    title: str
    decode: Decode
    vectors: tuple[Vector, ...]
