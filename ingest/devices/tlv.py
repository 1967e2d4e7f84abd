"""Frames that name each of their fields: a key, then its bytes, and so on to the end."""

from collections.abc import Callable, Iterator, Mapping

from ingest.devices.device import wrong_at
from ingest.devices.fields import Field

type Sized = Field | Callable[[bytes, int], Field]
"""A field, or a way to tell by the frame and the place in it which field it is."""

type Table = Mapping[bytes, Sized]


def walk(
    frame: bytes, table: Table, *, key_size: int, make: str, at: int = 0
) -> Iterator[tuple[bytes, Field, int]]:
    """Yield each field of a frame from byte ``at``: its key, the field, where its bytes begin.

    Raises:
        FrameError: The frame ends within a field, or names one the table does not have. After an
            unknown one nothing can be read: nobody knows how long it is.
    """
    end = len(frame)
    while at < end:
        value_at = at + key_size
        key = frame[at:value_at]
        if value_at > end:
            raise wrong_at(end, "the frame ends within the name of a field; copy it whole")
        found = table.get(key)
        if found is None:
            raise wrong_at(
                at,
                f"{key.hex()} is in no table of {make}; check the device's name and the bytes, "
                "or add the field to the device's file",
            )
        field = found if isinstance(found, Field) else found(frame, value_at)
        if value_at + field.size > end:
            raise wrong_at(
                end,
                f"the frame ends within {key.hex()}, which has {field.size} bytes from byte "
                f"{value_at}; copy the frame whole",
            )
        yield key, field, value_at
        at = value_at + field.size
