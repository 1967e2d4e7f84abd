"""Rounds for maps: a GeoJSON FeatureCollection (RFC 7946) of their ways and stops."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from core.plans import Round, Stop
from core.ways import joined

ATTRIBUTION = "© OpenStreetMap contributors"
"""Has to be shown wherever a way along its streets is shown (ODbL 1.0)."""


def rounds_geojson(rounds: Sequence[Round]) -> Mapping[str, Any]:
    """Return for each round a line (``way``: roads, or straight between stops) and its stops.

    ``attribution`` is what a map has to show beside it; None where no road is in it.
    """
    on_roads = any(leg.steps for r in rounds for leg in r.legs)
    return {
        "type": "FeatureCollection",
        "attribution": ATTRIBUTION if on_roads else None,
        "features": [feature for r in rounds for feature in _features(r)],
    }


def _features(round_: Round) -> Iterator[Mapping[str, Any]]:
    line: Sequence[tuple[float, float]] = joined(leg.line for leg in round_.legs)
    on_roads = any(leg.steps for leg in round_.legs)
    if not line:
        line = [(stop.position.lon, stop.position.lat) for stop in round_.stops]
    if len(line) > 1:
        yield {
            "type": "Feature",
            "id": str(round_.round_id),
            "geometry": {"type": "LineString", "coordinates": [list(place) for place in line]},
            "properties": {
                "round_id": str(round_.round_id),
                "vehicle_id": round_.vehicle_id,
                "crew_id": round_.crew_id,
                "distance_m": round_.distance_m,
                "drive_s": round_.drive_s,
                "bins": sum(stop.bin_id is not None for stop in round_.stops),
                "way": "roads" if on_roads else "straight",
            },
        }
    for stop in round_.stops:
        yield _stop(round_, stop)


def _stop(round_: Round, stop: Stop) -> Mapping[str, Any]:
    return {
        "type": "Feature",
        # a stop may stand in the rounds of several plans
        "id": f"{round_.round_id}/{stop.seq}",
        "geometry": {"type": "Point", "coordinates": [stop.position.lon, stop.position.lat]},
        "properties": {
            "round_id": str(round_.round_id),
            "vehicle_id": round_.vehicle_id,
            "stop_id": str(stop.stop_id),
            "seq": stop.seq,
            "kind": stop.kind.value,
            "bin_id": stop.bin_id,
            "disposal_site_id": stop.disposal_site_id,
            "arrives_at": stop.arrives_at.isoformat(),
            "outcome": None if stop.outcome is None else stop.outcome.value,
        },
    }
