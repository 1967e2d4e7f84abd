"""What the registry says of constraints is read back by the planner as it was registered."""

from datetime import date, time, timedelta
from typing import Any

import store
from core.bins import Bin, Closure
from core.geo import Position
from core.hours import Hours, Weekday
from core.registry import Registry
from core.vehicles import Area, Break, Compartment, VehicleSize
from store import fleet
from store.levels import levels
from store.registry import register
from tests.store.make import NOON, town


def registry(**of_bin: Any) -> Registry:  # noqa: ANN401 - any of a bin's fields
    document = town(bins=1).model_dump(mode="json")
    document["bins"][0].update(of_bin)
    document["bin_types"] = [{"bin_type": "underground", "service_s": 240}]
    return Registry.model_validate(document)


async def the_bin(conn: store.Connection) -> Bin:
    (level,) = await levels(conn, now=NOON, stale_after=timedelta(days=2))
    return level.bin


async def test_a_vehicle_comes_back_with_body_shift_breaks_and_area(conn: store.Connection) -> None:
    document = town().model_dump(mode="json")
    document["vehicles"][0] |= {
        "streams": [],
        "compartments": [
            {"streams": ["paper"], "volume_l": 9_000, "compaction": {"paper": 4}},
            {"streams": ["glass"]},
        ],
        "size": "small",
        "latest_start": "07:30",
        "end_depot_id": "depot",
        "breaks": [{"earliest": "09:00", "latest": "12:00", "length_s": 1800}],
        "area": {"lon": 14.4, "lat": 50.1, "radius_m": 1500},
    }
    await register(conn, Registry.model_validate(document))
    (vehicle,) = await fleet.vehicles(conn, "depot")
    assert vehicle.streams == {"paper", "glass"}
    assert vehicle.body == (
        Compartment(streams=frozenset({"paper"}), volume_l=9_000, compaction={"paper": 4.0}),
        Compartment(streams=frozenset({"glass"})),
    )
    assert vehicle.size is VehicleSize.SMALL
    assert (vehicle.latest_start, vehicle.end_depot_id) == (time(7, 30), "depot")
    assert vehicle.breaks == (Break(earliest=time(9), latest=time(12), length_s=1800),)
    assert vehicle.area == Area(centre=Position(lon=14.4, lat=50.1), radius_m=1500)


async def test_a_bin_comes_back_with_what_it_allows(conn: store.Connection) -> None:
    await register(
        conn,
        registry(
            windows=[{"days": ["mon"], "begins": "08:00", "ends": "10:00"}],
            walk_m=25,
            site_id="market",
            max_vehicle_size="medium",
            pinned_vehicle_id="lorry",
            forbidden_vehicle_ids=[],
        ),
    )
    bin_ = await the_bin(conn)
    assert bin_.windows == (Hours(begins=time(8), ends=time(10), days=frozenset({Weekday.MON})),)
    assert (bin_.walk_m, bin_.site_id, bin_.pinned_vehicle_id) == (25, "market", "lorry")
    assert bin_.max_vehicle_size is VehicleSize.MEDIUM
    assert bin_.forbidden_vehicle_ids == frozenset()


async def test_the_time_at_a_bin_is_its_own_else_its_types_else_its_streams(
    conn: store.Connection,
) -> None:
    await register(conn, registry())
    assert (await the_bin(conn)).service_s == 60
    await register(
        conn, Registry.model_validate({"streams": [{"stream": "paper", "service_s": 90}]})
    )
    assert (await the_bin(conn)).service_s == 90
    await register(conn, registry(bin_type="underground"))
    assert (await the_bin(conn)).service_s == 240
    await register(conn, registry(bin_type="underground", service_s=30))
    assert (await the_bin(conn)).service_s == 30


async def test_streams_press_as_registered_else_as_usual(conn: store.Connection) -> None:
    document = {"streams": [{"stream": s} for s in ("paper", "glass")]}
    document["streams"].append({"stream": "plastic", "compaction": 5})  # type: ignore[dict-item]
    await register(conn, Registry.model_validate(document))
    found = await fleet.streams(conn)
    assert {s: found[s].compaction for s in found} == {"paper": 3, "glass": 1, "plastic": 5}


async def test_closures_and_opening_hours_come_back(conn: store.Connection) -> None:
    document = registry(site_id="market").model_dump(mode="json")
    saturday = {"days": ["sat"], "begins": "05:00", "ends": "15:00"}
    document["disposal_sites"][0]["opening_hours"] = [saturday]
    document["closures"] = [
        {
            "closure_id": "stalls",
            "name": "Market stalls",
            "site_ids": ["market"],
            "hours": [saturday],
            "last_day": "2026-12-31",
        }
    ]
    await register(conn, Registry.model_validate(document))
    hours = (Hours(begins=time(5), ends=time(15), days=frozenset({Weekday.SAT})),)
    (site,) = await fleet.disposal_sites(conn)
    (closure,) = await fleet.closures(conn)
    assert site.opening_hours == hours
    assert closure == Closure(
        closure_id="stalls",
        name="Market stalls",
        hours=hours,
        site_ids=frozenset({"market"}),
        last_day=date(2026, 12, 31),
    )
    assert closure.concerns(await the_bin(conn))
    assert closure.counts_on(date(2026, 12, 31))
    assert not closure.counts_on(date(2027, 1, 1))
