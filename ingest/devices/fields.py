"""The fields that tables of devices are made of: how many bytes, and what they mean.

A format is that of the struct module with its byte order: ``<h`` a signed 16-bit number, least
byte first. Codes are what a field holds instead of a value, as unsigned numbers.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from struct import Struct

from core.readings import NoLevelReason
from ingest.devices.device import wrong_at
from ingest.devices.draft import Draft

type Put = Callable[[Draft, bytes, int], None]
"""Puts into the draft what the frame holds from the byte that the number counts."""


@dataclass(frozen=True, slots=True)
class Field:
    """So many bytes, and what to do with them."""

    size: int
    put: Put


type Codes = Mapping[int, NoLevelReason]
NO_CODES: Codes = {}


def _number(form: str) -> tuple[Struct, int]:
    """Return the reader of one number, and the mask that makes it unsigned."""
    reader = Struct(form)
    return reader, (1 << 8 * reader.size) - 1


def distance_mm(form: str, *, codes: Codes = NO_CODES, mm: int = 1) -> Field:
    """A distance in units of ``mm`` millimetres."""
    reader, mask = _number(form)

    def put(draft: Draft, frame: bytes, at: int) -> None:
        (raw,) = reader.unpack_from(frame, at)
        reason = codes.get(raw & mask)
        if reason is None:
            draft.put_distance_mm(raw * mm)
        else:
            draft.put_no_level(reason)

    return Field(reader.size, put)


def fill_pct(form: str) -> Field:
    """A fill that the device computes itself, percent."""
    return _plain(form, lambda draft, raw: draft.put_fill_pct(raw))


def battery_pct(form: str) -> Field:
    """The battery's charge, percent."""
    return _plain(form, lambda draft, raw: draft.put_battery_pct(raw))


def battery_v(form: str, *, per_volt: int, bits: int = 0xFFFF) -> Field:
    """The battery's voltage; ``bits`` are those of the number that hold it."""
    return _plain(form, lambda draft, raw: draft.put_battery_v((raw & bits) / per_volt))


def temperature_c(form: str, *, per_degree: int, codes: frozenset[int] = frozenset()) -> Field:
    """A temperature, degrees Celsius."""
    reader, mask = _number(form)

    def put(draft: Draft, frame: bytes, at: int) -> None:
        (raw,) = reader.unpack_from(frame, at)
        if raw & mask not in codes:
            draft.put_temperature_c(raw / per_degree)

    return Field(reader.size, put)


def tilted(form: str = "B") -> Field:
    """1 while the device does not look straight down, else 0."""

    def take(draft: Draft, raw: int) -> None:
        draft.tilted = bool(raw) if raw in (0, 1) else None

    return _plain(form, take)


def tilted_from(form: str, *, degrees: int) -> Field:
    """The angle from upright, which means tilted from so many degrees on."""

    def take(draft: Draft, raw: int) -> None:
        draft.tilted = raw >= degrees if raw <= 180 else None

    return _plain(form, take)


def alarmed(form: str, *, bits: int = 0xFF) -> Field:
    """1 in these bits where an event made the device send, else 0."""

    def take(draft: Draft, raw: int) -> None:
        draft.alarm |= raw & bits == 1

    return _plain(form, take)


def no_level_if_zero(form: str, reason: NoLevelReason, *, and_no_distance: bool = False) -> Field:
    """0 where the distance before it is void, for this reason; it is kept if it may be of use."""

    def take(draft: Draft, raw: int) -> None:
        if raw == 0:
            draft.put_no_level(reason)
            if and_no_distance:
                draft.distance_mm = None

    return _plain(form, take)


def unix_time(form: str) -> Field:
    """When it was measured, seconds since 1970."""

    def take(draft: Draft, raw: int) -> None:
        draft.measured_at = datetime.fromtimestamp(raw, UTC)

    return _plain(form, take)


def skipped(size: int) -> Field:
    """Something that says nothing about a bin."""
    return Field(size, lambda _draft, _frame, _at: None)


def join(size: int) -> Field:
    """What only a device that has just been switched on or joined sends."""

    def put(draft: Draft, _frame: bytes, _at: int) -> None:
        draft.joined = True

    return Field(size, put)


def setting(size: int) -> Field:
    """One of the device's settings."""

    def put(draft: Draft, _frame: bytes, _at: int) -> None:
        draft.answers = True

    return Field(size, put)


def row(*fields: Field) -> Field:
    """Several fields in a row, as one."""

    def put(draft: Draft, frame: bytes, at: int) -> None:
        for field in fields:
            field.put(draft, frame, at)
            at += field.size

    return Field(sum(field.size for field in fields), put)


def alarm(*fields: Field) -> Field:
    """Several fields in a row that are sent because something has happened, or is over again."""
    whole = row(*fields)

    def put(draft: Draft, frame: bytes, at: int) -> None:
        draft.alarm = True
        whole.put(draft, frame, at)

    return Field(whole.size, put)


def read_whole(frame: bytes, fields: Sequence[Field], *, at: int = 0, what: str) -> Draft:
    """Read a frame that consists of these fields from byte ``at``, no more and no less.

    Raises:
        FrameError: It is shorter or longer.
    """
    size = sum(field.size for field in fields)
    if len(frame) - at != size:
        raise wrong_at(
            min(len(frame), at + size),
            f"{what} has {at + size} bytes, this frame has {len(frame)}; copy it whole, and check "
            "the device's name",
        )
    draft = Draft()
    row(*fields).put(draft, frame, at)
    return draft


def _plain(form: str, take: Callable[[Draft, int], None]) -> Field:
    reader = Struct(form)

    def put(draft: Draft, frame: bytes, at: int) -> None:
        (raw,) = reader.unpack_from(frame, at)
        take(draft, raw)

    return Field(reader.size, put)
