"""Sensors as an operator keeps them: how they are named, and what somebody wants of one."""

import difflib
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from core.broker_access import SERVICE_USERS
from core.wire import SENSOR_ID_PATTERN

NATIVE = "native"
"""The device that sends JSON of its own; all others are decoded from their bytes."""

_DEV_EUI = re.compile(r"[0-9a-f]{16}")
_NATIVE_ID = re.compile(SENSOR_ID_PATTERN.removeprefix("^").removesuffix("$"))


def normal_sensor_id(text: str, device: str) -> str:
    """Return the name under which a sensor's messages are looked up.

    A sensor that speaks through a network server is named by its DevEUI, 16 hexadecimal digits in
    lower case; it may be typed as labels print it, with capitals, spaces, dashes or colons. A
    native sensor is named as it names itself in its topic.

    Raises ValueError that says what is wrong.
    """
    text = text.strip()
    if device != NATIVE:
        return _dev_eui(text)
    if _NATIVE_ID.fullmatch(text) is None:
        raise ValueError(
            f"{text!r} is no sensor_id: 1 to 64 letters, digits or any of _ . : - beginning with a "
            "letter or digit"
        )
    if text in SERVICE_USERS:
        raise ValueError(f"{text!r} is the name of a service at the broker: take another one")
    return text


def _dev_eui(text: str) -> str:
    bare = re.sub(r"[-:. ]", "", text.lower())
    if _DEV_EUI.fullmatch(bare) is None:
        raise ValueError(
            f"{text!r} is no DevEUI: it has 16 hexadecimal digits ({len(bare)} characters here); "
            "it is printed on the sensor and shown by the network server"
        )
    return bare


def possible_ids(text: str) -> Sequence[str]:
    """Return what a registered sensor may be called that someone has typed so, likeliest first."""
    text = text.strip()
    bare = re.sub(r"[-:. ]", "", text.lower())
    return (text, bare) if bare != text and _DEV_EUI.fullmatch(bare) else (text,)


def known_device(name: str, devices: Collection[str]) -> str:
    """Return the device's name as it is; raises ValueError with near names for an unknown one."""
    if name in devices:
        return name
    near = difflib.get_close_matches(name.lower().replace("_", "-"), sorted(devices), n=3)
    hint = f"did you mean {' or '.join(near)}?" if near else "`brimful decode --list` names all"
    raise ValueError(f"{name!r} is no device that Brimful knows: {hint}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Registered:
    """A sensor as it is now. ``free_since`` is the end of its last mounting that has one."""

    sensor_id: str
    device: str
    retired_at: datetime | None = None
    bin_id: str | None = None
    mounted_at: datetime | None = None
    free_since: datetime | None = None


def find(typed: str, registered: Mapping[str, Registered]) -> Registered | None:
    """Return the sensor somebody means who typed its name so; None for one not registered.

    ``registered``: by sensor_id.
    """
    return next((registered[each] for each in possible_ids(typed) if each in registered), None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """What somebody wants of a sensor; ``line`` and column names are for pointing at mistakes."""

    sensor_id: str
    """As it was typed."""
    device: str | None = None
    bin_id: str | None = None
    at: datetime | None = None
    line: int | None = None
    unread: frozenset[str] = frozenset()
    """Columns that hold something which could not be read, and was complained of already."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Mistake:
    """What is wrong in a file and where; ``column`` is None for a whole row or file."""

    line: int
    column: str | None
    text: str

    def __str__(self) -> str:
        """Say it as ``line 3, device: ...``."""
        place = f"line {self.line}" if self.column is None else f"line {self.line}, {self.column}"
        return f"{place}: {self.text}"
