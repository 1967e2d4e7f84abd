"""What a reason for leaving a bin out means, and what would change it, for people."""

from collections.abc import Mapping
from types import MappingProxyType

from core.plans import LeftOutReason as Why

MEANING: Mapping[Why, tuple[str, str]] = MappingProxyType(
    {
        Why.BELOW_THRESHOLD: (
            "not due, and too unlikely to overflow to be worth a detour",
            "nothing has to be done; ask for the bin to have it emptied all the same",
        ),
        Why.NOT_ITS_TURN: (
            "by the fixed schedule another day is its day",
            "ask for the bin, or choose by fill instead of by schedule",
        ),
        Why.NO_LEVEL: (
            "nobody ever heard a level that can be trusted, and by schedule it is not full",
            "check that its sensor is mounted and heard of; ask for the bin",
        ),
        Why.STALE_LEVEL: (
            "below its threshold by an old level; it may be fuller than it says",
            "check its sensor; ask for the bin if somebody saw it full",
        ),
        Why.OUT_OF_SERVICE: (
            "the bin is marked out of service",
            "put it back into service in the registry",
        ),
        Why.NO_POSITION: (
            "due, and nobody has said where it stands",
            "register its position",
        ),
        Why.NO_ROAD_NEAR: (
            "no road for a lorry is near enough",
            "correct its position, or allow a longer walk",
        ),
        Why.NO_VEHICLE: (
            "no vehicle can work on this day any more",
            "put a vehicle into service, or plan the next day",
        ),
        Why.NO_VEHICLE_FOR_STREAM: (
            "no vehicle that can work today carries its stream",
            "put one into service that does",
        ),
        Why.NO_DISPOSAL_SITE_FOR_STREAM: (
            "no disposal site takes it while a vehicle works",
            "register a site for the stream, or longer opening hours",
        ),
        Why.OVER_VEHICLE_CAPACITY: (
            "the bin alone is more than any suitable vehicle holds",
            "check the bin's and the vehicles' capacity",
        ),
        Why.OUT_OF_REACH: (
            "even alone it does not fit into a shift",
            "check its position; a longer shift",
        ),
        Why.NO_CAPACITY_LEFT: (
            "the day holds more than the vehicles can take",
            "another vehicle, a longer shift, or a second day; each bin says what it lacks",
        ),
        Why.VEHICLE_TOO_LARGE: (
            "every vehicle that carries its stream is too large to get there",
            "a smaller vehicle",
        ),
        Why.PINNED_VEHICLE_AWAY: (
            "the only vehicle that may empty it does not work today",
            "put that vehicle into service, or allow another one",
        ),
        Why.WINDOW_CLOSED: (
            "no vehicle can be there in its hours",
            "other hours for the bin, or another shift",
        ),
        Why.TAKEN_OFF: (
            "somebody took it off its round by hand",
            "put it on a round again, or ask for it as urgent",
        ),
        Why.NOT_WORTH_DETOUR: (
            "not due, and the way costs more than we would drive for it today",
            "a higher dial, or ask for the bin",
        ),
    }
)
"""By reason: what it means, and what would change it."""
