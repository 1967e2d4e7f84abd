"""What has been published for the set: vehicles and miles."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Result:
    """One published result."""

    source: str
    vehicles: int
    distance_miles: float


_KIM = "Kim, Kim, Sahoo 2006"
_BENJAMIN = "Benjamin, Beasley 2010 (best)"
_BUHRKAL = "Buhrkal, Larsen, Ropke 2012 (best)"

_FIGURES: Mapping[str, tuple[tuple[int, float], tuple[int, float], tuple[int, float]]] = {
    "102": ((3, 205.1), (3, 183.5), (3, 174.5)),
    "277": ((3, 527.3), (3, 464.5), (3, 447.6)),
    "444": ((11, 87.0), (11, 89.1), (11, 78.3)),
    "804": ((5, 769.5), (5, 725.6), (5, 586.2)),
    "1351": ((7, 1039.7), (8, 915.1), (8, 828.1)),
    "1932": ((17, 1395.3), (16, 1262.8), (16, 1128.7)),
}
"""By number of stops, as the set names its instances.

Kim, B.-I., Kim, S., Sahoo, S.: Waste collection vehicle routing problem with time windows.
Computers & Operations Research 33 (2006). Benjamin, A. M., Beasley, J. E.: Metaheuristics for the
waste collection vehicle routing problem with time windows, driver rest period and multiple disposal
facilities. Computers & Operations Research 37 (2010). Buhrkal, K., Larsen, A., Ropke, S.: The waste
collection vehicle routing problem with time windows in a city logistics context. Procedia - Social
and Behavioral Sciences 39 (2012).
"""


def published(name: str) -> tuple[Result, ...]:
    """Return what is known here of an instance, by its number of stops; empty: nothing."""
    if name not in _FIGURES:
        return ()
    return tuple(
        Result(source=source, vehicles=vehicles, distance_miles=miles)
        for source, (vehicles, miles) in zip(
            (_KIM, _BENJAMIN, _BUHRKAL), _FIGURES[name], strict=True
        )
    )


def best(results: tuple[Result, ...]) -> Result | None:
    """Return the published result with the shortest way."""
    return min(results, key=lambda result: result.distance_miles, default=None)
