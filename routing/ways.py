"""The ways of finished rounds: line and turn steps from stop to stop."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from core.errors import BrimfulError
from core.geo import Position
from core.logs import get_logger
from core.plans import Round, StopKind
from core.ways import Leg
from routing.travel import TravelTimes

type EndsOf = Callable[[Round], tuple[Position, Position]]
"""Where a round's vehicle begins and ends."""
_DRIVEN_TO = frozenset({StopKind.BIN, StopKind.DISPOSAL})
_NOWHERE = Leg(polyline="", distance_m=0, drive_s=0)
"""To what happens where the vehicle stands."""

_log = get_logger(__name__)


async def add_ways(
    rounds: Sequence[Round], travel: TravelTimes, *, ends_of: EndsOf
) -> tuple[Round, ...]:
    """Return the rounds with their legs: the first to the first stop, the last one home.

    A round whose way cannot be had stays without legs: it is no worse for that.
    """
    found = []
    for round_ in rounds:
        try:
            found.append(replace(round_, legs=await _legs(round_, travel, ends_of(round_))))
        except BrimfulError as error:
            _log.error("a round stays without its way", vehicle=round_.vehicle_id, error=str(error))
            found.append(round_)
    return tuple(found)


async def _legs(
    round_: Round, travel: TravelTimes, ends: tuple[Position, Position]
) -> tuple[Leg, ...]:
    start, end = ends
    driven_to = [s for s in round_.stops if s.kind in _DRIVEN_TO]
    way = await travel.way(
        [start, *(s.position for s in driven_to), end],
        kerb=[False, *(s.kind is StopKind.BIN for s in driven_to), False],
    )
    legs = iter(way.legs)
    return (*(next(legs) if s.kind in _DRIVEN_TO else _NOWHERE for s in round_.stops), *legs)
