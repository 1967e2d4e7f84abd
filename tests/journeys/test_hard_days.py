"""Days that do not work out, on a town's own roads: there is a plan all the same, with reasons."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

import store
from core.plans import LeftOutReason
from simulators.town import TIMEZONE
from tests.routing.towns import reading
from tests.services.command import brimful
from tests.store.make import add_readings

pytestmark = [
    pytest.mark.journey,
    # the roads and the search are the same on each engine
    pytest.mark.parametrize("engine", ["embedded"], indirect=True),
]
OFF_THE_ROADS = ("bin-00001", "bin-00002")
type Document = dict[str, Any]


class TownOnRoads:
    """A simulated town's registry file, to be changed, and the folder with its roads."""

    def __init__(self, database_url: str, folder: Path) -> None:
        self._database_url = database_url
        self._folder = folder
        self.registry: Document = {}

    async def build(self) -> None:
        file, streets = self._folder / "town.json", self._folder / "town.osm.pbf"
        wanted = ["--write-registry", str(file), "--write-streets", str(streets)]
        await self.ok("simulate", "--bins", "60", "--days", "0", "--live-s", "0", *wanted)
        await self.ok("roads", "build", str(streets), "--out", str(self._folder / "roads"))
        self.registry = json.loads(file.read_text())

    async def ok(self, *arguments: str) -> str:
        code, out, err = await brimful(
            self._database_url, *arguments, BRIMFUL_ROADS=str(self._folder / "roads")
        )
        assert code == 0, err
        return out

    async def register(self) -> None:
        file = self._folder / "changed.json"
        file.write_text(json.dumps(self.registry))
        await self.ok("register", str(file))

    async def all_full(self) -> None:
        now = datetime.now(UTC) - timedelta(minutes=5)
        async with store.connect(self._database_url) as conn:
            await add_readings(
                conn, [reading(b["bin_id"], 90, at=now) for b in self.registry["bins"]]
            )

    async def plan(self) -> Document:
        """Make tomorrow's: its shifts are ahead, whatever the time is."""
        out = await self.ok("plan", "--limit-s", "2", "--json", "--date", tomorrow().isoformat())
        (plan,) = json.loads(out)["plans"]
        assert plan["status"] == "ready"
        found: Document = plan
        return found


def tomorrow() -> date:
    return datetime.now(ZoneInfo(TIMEZONE)).date() + timedelta(days=1)


def reasons(plan: Document) -> Mapping[str, str]:
    return {entry["bin_id"]: entry["reason"] for entry in plan["left_out"]}


def bins_on_rounds(plan: Document) -> list[str]:
    return [s["bin_id"] for r in plan["rounds"] for s in r["stops"] if s["kind"] == "bin"]


async def test_an_overfull_day_then_no_road_then_no_vehicle(
    database_url: str, tmp_path: Path
) -> None:
    town = TownOnRoads(database_url, tmp_path)
    await town.build()
    for lorry in town.registry["vehicles"]:
        lorry["shift_s"] = 50 * 60
    await town.register()
    await town.all_full()
    names = {b["bin_id"] for b in town.registry["bins"]}

    # more than fits: the best that can be done, and for each other what would change it
    plan = await town.plan()
    assert plan["travel_source"].startswith("roads of town.osm.pbf")
    served, left = bins_on_rounds(plan), reasons(plan)
    assert sorted([*served, *left]) == sorted(names)
    assert 10 < len(served) < 60
    assert set(left.values()) == {LeftOutReason.NO_CAPACITY_LEFT}
    assert all("it needs " in entry["detail"] for entry in plan["left_out"])
    assert f"{len(left)} due bins left out: {len(left)} no capacity left" in plan["summary"]

    # two bins in the fields, and lorries with time: these two are left out, with the distance
    for bin_ in town.registry["bins"]:
        if bin_["bin_id"] in OFF_THE_ROADS:
            bin_["lon"] += 0.2
    for lorry in town.registry["vehicles"]:
        lorry["shift_s"] = 8 * 3600
    await town.register()
    plan = await town.plan()
    assert reasons(plan) == dict.fromkeys(OFF_THE_ROADS, LeftOutReason.NO_ROAD_NEAR)
    assert sorted(bins_on_rounds(plan)) == sorted(names - set(OFF_THE_ROADS))
    assert all("the nearest road for a lorry is" in entry["detail"] for entry in plan["left_out"])

    # nobody to drive: a plan without rounds that says so first
    for lorry in town.registry["vehicles"]:
        lorry["in_service"] = False
    await town.register()
    plan = await town.plan()
    assert plan["rounds"] == []
    assert set(reasons(plan).values()) == {LeftOutReason.NO_VEHICLE, LeftOutReason.NO_ROAD_NEAR}
    assert plan["summary"].startswith("no vehicle is in service: ")
