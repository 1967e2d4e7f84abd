from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from pydantic import ValidationError

from core.fleet import Depot
from core.geo import Position, haversine_m
from core.registry import Registry, StreamRecord
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
    assert town(stream="glass").all_streams() == [StreamRecord(stream="glass")]


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
        (change(name="a\0b"), r"bins\.0\.name\n.*NUL"),
        (change(access_note="\0"), r"bins\.0\.access_note\n.*NUL"),
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


@pytest.mark.parametrize(
    "mounted_at",
    ["0001-01-01T00:00:00+14:00", "9999-12-31T23:00:00-05:00", "1969-12-31T23:59:59Z",
     "1970-01-01T00:00:00+01:00", "2200-01-01T00:00:00Z"],
)  # fmt: skip
def test_a_mounting_outside_all_plausible_time_is_refused(mounted_at: str) -> None:
    document = {"sensors": [{"sensor_id": "s", "bin_id": "b", "mounted_at": mounted_at}]}
    with pytest.raises(ValidationError, match="must be within 1970-01-01 and 2199-12-31"):
        Registry.model_validate(document)


def test_mountings_within_the_bounds_are_taken_as_they_are() -> None:
    for text in ("1970-01-01T00:00:00Z", "2199-12-31T00:00:00+00:00", "2026-03-02T09:30:00+01:00"):
        document = {"sensors": [{"sensor_id": "s", "bin_id": "b", "mounted_at": text}]}
        found = Registry.model_validate(document).sensors[0].mounted_at
        assert found == datetime.fromisoformat(text)
