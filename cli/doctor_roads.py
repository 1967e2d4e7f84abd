"""What ``brimful doctor`` says of the roads: there, of this version, and under every bin."""

from collections.abc import Sequence
from datetime import UTC, datetime

import store
from core.geo import Position
from core.settings import Settings
from routing.roads.opening import roads_of
from store import checks, fleet

_NAMED = 3
_TO_DO_FAR = (
    "correct their places (lon and lat swapped?), build roads that cover them, or set "
    "BRIMFUL_ROADS_SNAP_LIMIT_M"
)


async def roads_found(settings: Settings) -> tuple[str, str, str]:
    """Return verdict (ok, warning, failed), what was found and what to do.

    Raises RoadsError where the roads that are set cannot be had, DatabaseUnavailableError.
    """
    if settings.roads is None:
        return (
            "warning",
            "rounds are planned on straight lines, and take up to twice as long when driven",
            "brimful roads build EXTRACT, then set BRIMFUL_ROADS (docs/roads.md)",
        )
    day = datetime.now(UTC).date()
    places = await _places(settings)
    async with roads_of(settings, day=day) as roads:
        away_m = await roads.snapped_m([position for _, position in places])
        source, warnings = roads.source, roads.warnings
    far = [
        name for (name, _), m in zip(places, away_m, strict=True) if m > settings.roads_snap_limit_m
    ]
    if warnings:
        return "failed", source, "correct the file of closed streets (docs/roads.md)"
    if not far:
        return "ok", f"{source}; all {len(places)} places are on them", ""
    named = ", ".join(far[:_NAMED]) + (", ..." if len(far) > _NAMED else "")
    found = f"{source}; {len(far)} of {len(places)} places are further than "
    found += f"{settings.roads_snap_limit_m:.0f} m from a road: {named}"
    # a depot or a site off the roads spoils every round, a bin only its own
    spoilt = any(name.startswith(("depot ", "site ")) for name in far)
    return "failed" if spoilt else "warning", found, _TO_DO_FAR


async def _places(settings: Settings) -> Sequence[tuple[str, Position]]:
    async with store.connect(
        settings.database_url.get_secret_value(),
        application="doctor",
        timeout_s=settings.database_timeout_s,
    ) as conn:
        return [
            *((f"depot {d.depot_id}", d.position) for d in await fleet.depots(conn)),
            *((f"site {s.disposal_site_id}", s.position) for s in await fleet.disposal_sites(conn)),
            *((f"bin {name}", position) for name, position in await checks.bin_places(conn)),
        ]
