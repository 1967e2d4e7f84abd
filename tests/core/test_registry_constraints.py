"""What the registry file says of bodies, hours, breaks and streets: wrong input names its place."""

from typing import Any

import pytest
from pydantic import ValidationError

from core.fleet import Stream
from core.registry import BinRecord, ClosureRecord, Registry, VehicleRecord
from core.vehicles import Compartment, Vehicle, VehicleSize
from tests.routing.worlds import vehicle

SPLIT = [
    {"streams": ["paper"], "volume_l": 12_000},
    {"streams": ["glass"], "volume_l": 6_000, "compaction": {"glass": 1}},
]


def lorry(**fields: Any) -> dict[str, Any]:  # noqa: ANN401 - any of its fields
    return {"vehicle_id": "v", "name": "V", "depot_id": "d", "capacity_kg": 5_000, **fields}


def bin_(**fields: Any) -> dict[str, Any]:  # noqa: ANN401 - as above
    plain = {"bin_id": "b", "name": "B", "stream": "paper", "capacity_l": 240, "depot_id": "d"}
    return {**plain, **fields}


def closure(**fields: Any) -> dict[str, Any]:  # noqa: ANN401 - as above
    hours = [{"begins": "08:00", "ends": "10:00"}]
    return {"closure_id": "c", "name": "C", "bin_ids": ["b"], "hours": hours, **fields}


def told(**lists: Any) -> tuple[str, str]:  # noqa: ANN401 - the lists of a registry
    """Where the first mistake is, and what it is."""
    with pytest.raises(ValidationError) as caught:
        Registry.model_validate(lists)
    first = caught.value.errors()[0]
    return ".".join(map(str, first["loc"])), first["msg"]


def test_a_vehicle_of_before_is_valid_and_takes_any_volume() -> None:
    record = VehicleRecord.model_validate(lorry(streams=["paper", "glass"]))
    assert record.carried() == ["glass", "paper"]
    assert (record.compartments, record.size) == ([], VehicleSize.LARGE)
    assert vehicle().body == (Compartment(streams=frozenset({"paper"})),)


def test_compartments_say_the_streams() -> None:
    assert VehicleRecord.model_validate(lorry(compartments=SPLIT)).carried() == ["glass", "paper"]


@pytest.mark.parametrize(
    ("lists", "place", "complaint"),
    [
        ({"vehicles": [lorry()]}, "vehicles.0", "give streams, or compartments"),
        (
            {"vehicles": [lorry(streams=["paper"], compartments=SPLIT)]},
            "vehicles.0",
            "streams must be those of its compartments",
        ),
        (
            {"vehicles": [lorry(compartments=[*SPLIT, {"streams": ["glass"]}])]},
            "vehicles.0",
            "glass goes into more than one compartment",
        ),
        (
            {"vehicles": [lorry(compartments=[{"streams": ["paper"], "volume_l": 0}])]},
            "vehicles.0.compartments.0.volume_l",
            "greater than 0",
        ),
        (
            {"vehicles": [lorry(compartments=[{**SPLIT[0], "compaction": {"glass": 1}}])]},
            "vehicles.0.compartments.0",
            "compaction names glass, which it does not take",
        ),
        (
            {"vehicles": [lorry(streams=["paper"], size="huge")]},
            "vehicles.0.size",
            "'small', 'medium' or 'large'",
        ),
        (
            {"vehicles": [lorry(streams=["paper"], latest_start="07:00+01:00")]},
            "vehicles.0.latest_start",
            "without an offset",
        ),
        (
            {
                "vehicles": [
                    lorry(
                        streams=["paper"],
                        breaks=[{"earliest": "9", "latest": "10:00", "length_s": 900}],
                    )
                ]
            },
            "vehicles.0.breaks.0.earliest",
            "time",
        ),
        (
            {"bins": [bin_(windows=[{"begins": "08:00", "ends": "25:00"}])]},
            "bins.0.windows.0.ends",
            "time",
        ),
        (
            {"bins": [bin_(windows=[{"days": ["monday"], "begins": "08:00", "ends": "09:00"}])]},
            "bins.0.windows.0.days.0",
            "'mon'",
        ),
        (
            {"vehicles": [lorry(streams=["paper"], shift_start="06:00:00.5")]},
            "vehicles.0.shift_start",
            "whole seconds",
        ),
        ({"bins": [bin_(walk_m=-1)]}, "bins.0.walk_m", "greater than or equal to 0"),
        (
            {"bins": [bin_(pinned_vehicle_id="v", forbidden_vehicle_ids=["v"])]},
            "bins.0",
            "pinned to v and forbidden to it",
        ),
        (
            {"bins": [bin_(forbidden_vehicle_ids=["v", "v"])]},
            "bins.0.forbidden_vehicle_ids",
            "twice",
        ),
        ({"closures": [closure(bin_ids=[])]}, "closures.0", "give bin_ids or site_ids"),
        ({"closures": [closure(hours=[])]}, "closures.0.hours", "at least 1 item"),
        (
            {"closures": [closure(first_day="2026-03-02", last_day="2026-03-01")]},
            "closures.0",
            "last_day must not be before first_day",
        ),
        ({"closures": [closure(), closure()]}, "", "closure_id given twice: c"),
        ({"bin_types": [{"bin_type": "t"}]}, "bin_types.0.service_s", "required"),
        (
            {
                "disposal_sites": [
                    {
                        "disposal_site_id": "s",
                        "name": "S",
                        "lon": 1,
                        "lat": 1,
                        "streams": ["paper"],
                        "opening_hours": [{"begins": "06:00"}],
                    }
                ]
            },
            "disposal_sites.0.opening_hours.0.ends",
            "required",
        ),
    ],
)
def test_a_mistake_names_its_place(lists: dict[str, Any], place: str, complaint: str) -> None:
    where, what = told(**lists)
    assert where == place
    assert complaint in what


def test_good_ones_are_taken() -> None:
    BinRecord.model_validate(bin_(windows=[{"begins": "22:00", "ends": "04:00"}], walk_m=12.5))
    ClosureRecord.model_validate(closure(first_day="2026-03-01", last_day="2026-03-01"))


def test_sizes_in_order() -> None:
    small, medium, large = VehicleSize
    assert [size.fits(medium) for size in (small, medium, large)] == [True, True, False]
    assert all(size.fits(None) for size in VehicleSize)


def test_the_compartment_of_a_stream_and_how_far_it_is_pressed() -> None:
    paper = Compartment(streams=frozenset({"paper"}), volume_l=100, compaction={"paper": 4.0})
    glass = Compartment(streams=frozenset({"glass"}))
    split: Vehicle = vehicle(streams=frozenset({"paper", "glass"}), compartments=(paper, glass))
    assert [split.compartment_for(s) for s in ("paper", "glass", "plastic")] == [0, 1, None]
    assert paper.ratio(Stream(stream="paper", density_kg_per_l=0.05, compaction=3.0)) == 4
    assert glass.ratio(Stream(stream="glass", density_kg_per_l=0.3, compaction=1.5)) == 1.5
