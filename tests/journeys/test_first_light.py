"""The whole chain in processes of its own: real bins' messages become a crew's round."""

import asyncio
import csv
import gzip
import json
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import httpx
import pytest

import store
from store import readings
from tests.services.brokers import Mosquitto
from tests.services.command import PROGRAM, brimful, environment, ingester
from tests.services.engine import Engine

pytestmark = pytest.mark.journey
MELBOURNE = ZoneInfo("Australia/Melbourne")


def real_places(file: Path) -> set[tuple[float, float]]:
    """Return where the Wyndham bins really stand, from the file itself."""
    with gzip.open(file, "rt") as rows:
        return {(float(r["longitude"]), float(r["latitude"])) for r in csv.DictReader(rows)}


def tomorrow() -> date:
    """Return a day whose shifts are still ahead, whatever the time."""
    return datetime.now(MELBOURNE).date() + timedelta(days=1)


async def ok(database_url: str, *arguments: str, **changes: str) -> str:
    """Run a command that has to succeed and return what it printed."""
    code, out, err = await brimful(database_url, *arguments, **changes)
    assert code == 0, err
    return out


async def replayed(mosquitto: Mosquitto, database_url: str, file: Path) -> dict[str, Any]:
    """Replay 60 days of Wyndham as a gateway and return the account."""
    arguments = ["--format", "wyndham", "--register", "--last-days", "60", "--json"]
    out = await ok(
        database_url,
        "replay",
        str(file),
        *arguments,
        BRIMFUL_MQTT_HOST=mosquitto.host,
        BRIMFUL_MQTT_PORT=str(mosquitto.port),
        BRIMFUL_MQTT_USERNAME=mosquitto.gateway.username,
        BRIMFUL_MQTT_PASSWORD=mosquitto.gateway.password,
    )
    account: dict[str, Any] = json.loads(out)
    return account


async def all_stored(database_url: str, published: int) -> None:
    """Wait until as many readings are stored as were published."""
    async with store.connect(database_url) as conn, asyncio.timeout(60):
        while await readings.count(conn) < published:
            await conn.rollback()
            await asyncio.sleep(0.1)


@asynccontextmanager
async def api(database_url: str, token: str) -> AsyncIterator[httpx.AsyncClient]:
    """Run `brimful serve` and yield a client that speaks for a crew."""
    process = await asyncio.create_subprocess_exec(
        *(*PROGRAM, "serve", "--port", "0"),
        env=environment(None, database_url, {}),
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    address = (await process.stdout.readline()).decode().split()[-1]
    try:
        async with httpx.AsyncClient(
            base_url=address, headers={"Authorization": f"Bearer {token}"}
        ) as client:
            yield client
    finally:
        process.send_signal(signal.SIGTERM)
        assert await process.wait() == 0


async def test_real_bins_become_rounds_at_their_real_places_and_a_crew_empties_one(
    mosquitto: Mosquitto, database_url: str, engine: Engine, shared_data: Path, tmp_path: Path
) -> None:
    file = shared_data / "data" / "fill" / "wyndham" / "fill.csv.gz"
    async with ingester(mosquitto, database_url, tmp_path) as running:
        await running.has_logged("connected")
        account = await replayed(mosquitto, database_url, file)
        assert account["readings"] == account["expected_stored"] > 1_000
        await all_stored(database_url, account["readings"])
        assert await running.end(signal.SIGTERM) == 0

    day = str(tomorrow())
    document = json.loads(await ok(database_url, "plan", "--date", day, "--limit-s", "1", "--json"))
    (plan,) = document["plans"]
    bin_stops = [s for r in plan["rounds"] for s in r["stops"] if s["kind"] == "bin"]
    assert bin_stops
    assert {(s["lon"], s["lat"]) for s in bin_stops} <= real_places(file)
    assert len(bin_stops) + len(plan["left_out"]) == 24
    assert all(out["reason"] and out["detail"] for out in plan["left_out"])
    for round_ in plan["rounds"]:
        assert [s["kind"] for s in round_["stops"]][-1] == "disposal"

    await the_crew_empties_its_first_bin(database_url, plan["rounds"][0], day)
    await readings_lie_in_chunks(database_url, engine)


async def the_crew_empties_its_first_bin(
    database_url: str, planned: dict[str, Any], day: str
) -> None:
    crew = ["--role", "crew", "--crew", planned["crew_id"], "--name", "phone"]
    token = (await ok(database_url, "token", "create", *crew)).strip()
    async with api(database_url, token) as phone:
        answer = await phone.get("/crew/round", params={"day": day})
        assert answer.status_code == 200, answer.text
        stops = answer.json()["stops"]
        assert [s["stop_id"] for s in stops] == [s["stop_id"] for s in planned["stops"]]
        mark = {
            "report_id": str(uuid4()),
            "outcome": "done",
            "reported_at": datetime.now(UTC).isoformat(),
        }
        for _ in range(2):  # the phone did not hear the first answer
            done = await phone.put(f"/crew/stops/{stops[0]['stop_id']}", json=mark)
            assert (done.status_code, done.json()["outcome"]) == (200, "done")
        again = await phone.get("/crew/round", params={"day": day})
        assert again.json()["progress"]["done"] == 1
        # a crew sees its own round and nothing else
        assert (await phone.get("/bins")).status_code == 403
        assert (await phone.get(f"/bins/{stops[0]['bin_id']}")).status_code == 403
    async with store.connect(database_url) as conn:
        row = await (
            await conn.execute(
                "SELECT fill_pct, source, "
                "(SELECT count(*) FROM emptyings WHERE source = 'crew') AS emptied "
                "FROM bin_states WHERE bin_id = %s",
                (stops[0]["bin_id"],),
            )
        ).fetchone()
    assert row == {"fill_pct": 0, "source": "crew", "emptied": 1}


async def readings_lie_in_chunks(database_url: str, engine: Engine) -> None:
    if engine.name != "timescaledb":
        return
    async with store.connect(database_url) as conn:
        row = await (
            await conn.execute(
                "SELECT count(*) AS chunks FROM timescaledb_information.chunks "
                "WHERE hypertable_name = 'readings'"
            )
        ).fetchone()
    assert row is not None
    assert row["chunks"] >= 8
