"""What has to be done so that a sensor is registered and sits where somebody wants it.

One rule for single commands and for files: the same wish twice does nothing the second time.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from core.sensors import NATIVE, Wish, known_device, normal_sensor_id, possible_ids

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
class Registered:
    """A sensor as it is now. ``free_since`` is the end of its last mounting that has one."""

    sensor_id: str
    device: str
    retired_at: datetime | None = None
    bin_id: str | None = None
    mounted_at: datetime | None = None
    free_since: datetime | None = None


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


class WishError(ValueError):
    """A wish that cannot be fulfilled; ``column`` says which part of it."""

    def __init__(self, column: str, text: str) -> None:
        super().__init__(text)
        self.column = column


def decide(
    wish: Wish,
    known: Registered | None,
    *,
    now: datetime,
    devices: Collection[str],
    first_heard_at: datetime | None = None,
) -> Step:
    """Say what the wish means for a sensor that is registered as ``known``, or not at all.

    Without a time a sensor is mounted now; one that was never in a bin, from what of it waits
    (``first_heard_at``) on. Raises WishError.
    """
    device = _device(wish, known, devices)
    sensor_id = _sensor_id(wish, known, device)
    if wish.at is not None and wish.bin_id is None:
        raise WishError("mounted_at", "says when without bin_id, which says where")
    new = known is None
    again = known is not None and known.retired_at is not None
    changes = known is None or known.device != device
    step = Step(
        sensor_id=sensor_id,
        action=Action.ADD if new else Action.CHANGE if changes or again else Action.NOTHING,
        device=device if changes else None,
        again=again,
    )
    if wish.bin_id is None:
        return step
    return _mounted(step, wish, known, now=now, first_heard_at=first_heard_at)


def _device(wish: Wish, known: Registered | None, devices: Collection[str]) -> str:
    if wish.device is None:
        return NATIVE if known is None else known.device
    try:
        return known_device(wish.device, devices)
    except ValueError as error:
        raise WishError("device", str(error)) from error


def _sensor_id(wish: Wish, known: Registered | None, device: str) -> str:
    try:
        sensor_id = normal_sensor_id(wish.sensor_id, device)
    except ValueError as error:
        raise WishError("sensor_id", str(error)) from error
    if known is None or known.sensor_id == sensor_id:
        return sensor_id
    if device == NATIVE:
        # typed in another way than it is registered
        return known.sensor_id
    raise WishError(
        "device",
        f"sensor {known.sensor_id} cannot become a {device}: such a sensor is named by its DevEUI "
        f"in lower case; add {sensor_id} and retire {known.sensor_id}",
    )


def _mounted(
    step: Step,
    wish: Wish,
    known: Registered | None,
    *,
    now: datetime,
    first_heard_at: datetime | None,
) -> Step:
    here = known is not None and known.bin_id == wish.bin_id
    at = wish.at
    if at is None:
        if here:
            return step
        never = known is None or (known.bin_id is None and known.free_since is None)
        at = min(first_heard_at, now) if never and first_heard_at is not None else now
    if at > now + FUTURE_MAX:
        raise WishError(
            "mounted_at",
            f"{_told(at)} is more than {FUTURE_MAX.days} day ahead; until then its readings would "
            "be set aside",
        )
    if known is not None and known.free_since is not None and at < known.free_since:
        raise WishError(
            "mounted_at",
            f"{_told(at)} lies before {_told(known.free_since)}, when it left the bin before",
        )
    if known is None or known.mounted_at is None:
        action = Action.ADD if known is None else Action.MOUNT
        return replace(step, action=action, bin_id=wish.bin_id, at=at)
    if here:
        if at >= known.mounted_at:
            return step
        return replace(step, action=Action.CHANGE, bin_id=wish.bin_id, at=at, earlier=True)
    if at <= known.mounted_at:
        raise WishError(
            "mounted_at",
            f"it sits in bin {known.bin_id} since {_told(known.mounted_at)}: it can move to bin "
            f"{wish.bin_id} only later than that",
        )
    return replace(step, action=Action.MOVE, bin_id=wish.bin_id, at=at, leaves=known.bin_id)


def find(typed: str, registered: Mapping[str, Registered]) -> Registered | None:
    """Return the sensor somebody means who typed its name so; None for one not registered.

    ``registered``: by sensor_id.
    """
    return next((registered[each] for each in possible_ids(typed) if each in registered), None)


def _told(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
