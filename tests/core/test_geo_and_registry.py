from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from pydantic import ValidationError

from core.fleet import Depot
from core.geo import Position, haversine_m
from core.registry import DEFAULT_DENSITY_KG_PER_L, Registry
from tests.store.make import town


def test_a_degree_of_latitude_is_111_km_everywhere() -> None:
    for lat in (0, 50, 80):
        m = haversine_m(Position(lon=14, lat=lat), Position(lon=14, lat=lat + 1))
        assert m == pytest.approx(111_195, rel=1e-3)


def test_swapped_coordinates_are_noticed_where_they_can_be() -> None:
    with pytest.raises(ValueError, match="swapped"):
        Position(lon=-37.9, lat=144.66)


def test_a_shift_starts_by_the_depots_clock_in_summer_and_winter() -> None:
    depot = Depot(
        depot_id="d", name="D", position=Position(lon=14, lat=50), timezone="Europe/Prague"
    )
    assert depot.at_local(date(2026, 1, 5), time(6)) == datetime(2026, 1, 5, 5, tzinfo=UTC)
    assert depot.at_local(date(2026, 7, 5), time(6)) == datetime(2026, 7, 5, 4, tzinfo=UTC)
    assert depot.local_day(datetime(2026, 7, 5, 22, 30, tzinfo=UTC)) == date(2026, 7, 6)


def test_streams_are_those_named_anywhere() -> None:
    assert town(stream="glass").all_streams() == {"glass": DEFAULT_DENSITY_KG_PER_L}


def change(**of_bin: Any) -> dict[str, Any]:  # noqa: ANN401 - any of a bin's fields
    document = town(bins=1).model_dump(mode="json")
    document["bins"][0].update(of_bin)
    return document


@pytest.mark.parametrize(
    ("document", "complaint"),
    [
        (change(lat=None), "lon and lat together"),
        (change(lat=91), "less than or equal to 90"),
        (change(threshold_pct=0), "greater than 0"),
        (change(empty_distance_mm=1500), "together or neither"),
        (change(empty_distance_mm=300, full_distance_mm=300), "more than full"),
        (change(colour="red"), "Extra inputs"),
        (change(bin_id="a b"), "pattern"),
        ({"bins": [change()["bins"][0]] * 2}, "bin_id given twice: bin-1"),
        (
            {"depots": [{"depot_id": "d", "name": "D", "lon": 1, "lat": 1, "timezone": "Mars"}]},
            "IANA",
        ),
    ],
)
def test_a_wrong_registry_is_refused_and_says_why(document: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValidationError, match=complaint):
        Registry.model_validate(document)
