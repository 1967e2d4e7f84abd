"""What has to be done so that a sensor is registered and sits where somebody wants it.

One rule for single commands and for files: the same wish twice does nothing the second time.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from core.sensors import (
    NATIVE,
    Registered,
    Wish,
    known_device,
    normal_sensor_id,
    possible_ids,
)

FUTURE_MAX = timedelta(days=1)
"""Readings are set aside until the mounting has come, so one further ahead is mistyped."""


class Action(StrEnum):
    """The one word for what is done with a sensor."""

    ADD = "add"
    """It is registered, and mounted where a bin is named."""
    MOUNT = "mount"
    """It was in no bin and is mounted."""
    MOVE = "move"
    """It sits in another bin until then."""
    CHANGE = "change"
    """Its device, the beginning of its mounting, or that it is in use again."""
    NOTHING = "nothing"


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """What is to be done with one sensor; fields are None where nothing of that is."""

    sensor_id: str
    action: Action
    device: str | None = None
    """Register it as this, or change it to this."""
    again: bool = False
    """It was retired and is in use again."""
    leaves: str | None = None
    """The bin it sits in until ``at``."""
    bin_id: str | None = None
    """The bin it is mounted in at ``at``, or whose mounting begins earlier: at ``at``."""
    at: datetime | None = None
    earlier: bool = False


class Wrong(NamedTuple):
    """What is wrong with one part of a wish."""

    column: str
    text: str


class WishError(ValueError):
    """A wish that cannot be fulfilled; ``wrong`` names all that is wrong with it."""

    def __init__(self, wrong: Sequence[Wrong]) -> None:
        super().__init__("; ".join(each.text for each in wrong))
        self.wrong = wrong


def decide(
    wish: Wish,
    known: Registered | None,
    *,
    now: datetime,
    devices: Collection[str],
    first_heard_at: datetime | None = None,
) -> Step:
    """Say what the wish means for a sensor that is registered as ``known``, or not at all.

    Without a time a sensor is mounted now (``this_second``); one that was never in a bin, from
    what of it waits (``first_heard_at``) on. Raises WishError.
    """
    device = _device(wish, known, devices)
    sensor_id = _sensor_id(wish, known, device)
    at = wish.at or _mounted_from(known, this_second(now, known), first_heard_at)
    wrong = [each for each in (device, sensor_id) if isinstance(each, Wrong)]
    wrong += _wrong_times(wish, known, at, now)
    if isinstance(device, Wrong) or isinstance(sensor_id, Wrong) or wrong:
        raise WishError(wrong)
    again = known is not None and known.retired_at is not None
    changes = known is None or known.device != device
    change = Action.CHANGE if changes or again else Action.NOTHING
    step = Step(
        sensor_id=sensor_id,
        action=Action.ADD if known is None else change,
        device=device if changes else None,
        again=again,
    )
    return step if wish.bin_id is None else _mounted(step, wish, known, at)


def this_second(now: datetime, *known: Registered | None) -> datetime:
    """Return the second that ``now`` lies in: devices and networks stamp in whole seconds.

    A frame from the second of the mounting belongs to it. Where one of the sensors was mounted or
    left its bin in this very second, it is ``now`` to the microsecond, which is later.
    """
    second = now.replace(microsecond=0)
    for each in filter(None, known):
        if each.mounted_at is not None and second <= each.mounted_at:
            return now
        if each.free_since is not None and second < each.free_since:
            return now
    return second


def _device(wish: Wish, known: Registered | None, devices: Collection[str]) -> str | Wrong:
    if wish.device is None:
        return NATIVE if known is None else known.device
    try:
        return known_device(wish.device, devices)
    except ValueError as error:
        return Wrong("device", str(error))


def _sensor_id(wish: Wish, known: Registered | None, device: str | Wrong) -> str | Wrong:
    typed = wish.sensor_id
    if isinstance(device, Wrong):
        # of which sort its name has to be is open: wrong is what can be neither
        typed, device = possible_ids(typed)[-1], NATIVE
    try:
        sensor_id = normal_sensor_id(typed, device)
    except ValueError as error:
        return Wrong("sensor_id", str(error))
    if known is None or known.sensor_id == sensor_id:
        return sensor_id
    if device == NATIVE:
        # typed in another way than it is registered
        return known.sensor_id
    return Wrong(
        "device",
        f"sensor {known.sensor_id} cannot become a {device}: such a sensor is named by its DevEUI "
        f"in lower case; add {sensor_id} and retire {known.sensor_id}",
    )


def _mounted_from(
    known: Registered | None, now: datetime, first_heard_at: datetime | None
) -> datetime:
    """Return since when a sensor sits in its bin of which nobody says since when."""
    never = known is None or (known.bin_id is None and known.free_since is None)
    return min(first_heard_at, now) if never and first_heard_at is not None else now


def _wrong_times(
    wish: Wish, known: Registered | None, at: datetime, now: datetime
) -> Iterator[Wrong]:
    """Yield why the sensor cannot be mounted at ``at``, if the wish wants it mounted."""
    if wish.at is not None and wish.bin_id is None and "bin_id" not in wish.unread:
        yield Wrong("mounted_at", "says when without bin_id, which says where")
    if at > now + FUTURE_MAX:
        yield Wrong(
            "mounted_at",
            f"{_told(at)} is more than {FUTURE_MAX.days} day ahead; until then its readings would "
            "be set aside",
        )
    if known is None or wish.bin_id is None or "mounted_at" in wish.unread:
        return
    here = known.bin_id == wish.bin_id
    if wish.at is None and here:
        return
    if known.free_since is not None and at < known.free_since:
        yield Wrong(
            "mounted_at",
            f"{_told(at)} lies before {_told(known.free_since)}, when it left the bin before",
        )
    if known.mounted_at is not None and not here and at <= known.mounted_at:
        yield Wrong(
            "mounted_at",
            f"it sits in bin {known.bin_id} since {_told(known.mounted_at)}: it can move to bin "
            f"{wish.bin_id} only later than that",
        )


def _mounted(step: Step, wish: Wish, known: Registered | None, at: datetime) -> Step:
    if known is None or known.mounted_at is None:
        action = Action.ADD if known is None else Action.MOUNT
        return replace(step, action=action, bin_id=wish.bin_id, at=at)
    if known.bin_id != wish.bin_id:
        return replace(step, action=Action.MOVE, bin_id=wish.bin_id, at=at, leaves=known.bin_id)
    if wish.at is None or at >= known.mounted_at:
        return step
    return replace(step, action=Action.CHANGE, bin_id=wish.bin_id, at=at, earlier=True)


def _told(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
