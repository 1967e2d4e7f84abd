"""``brimful replan`` as a person runs it when a lorry breaks down."""

import json
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from datetime import time as clock
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

import store
from core.geo import Position
from core.plans import Outcome, Plan, Round, Stop, StopKind, StopReport
from store import plans, replans
from store.reports import report_stop
from tests.cli.test_plan import BRIMFUL, environment
from tests.routing.towns import bin_, fill, lorry, town

PRAGUE = ZoneInfo("Europe/Prague")


def brimful_replan(database_url: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [BRIMFUL, "replan", *arguments],
        env=environment(database_url, BRIMFUL_PLAN_SOLVE_LIMIT_S="0.5"),
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )


def round_by_hand(vehicle_id: str, bins: list[str], now: datetime) -> Round:
    stops = [
        Stop(
            stop_id=uuid4(),
            seq=seq,
            kind=StopKind.BIN,
            position=Position(lon=14.41, lat=50.11),
            bin_id=bin_id,
            disposal_site_id=None,
            arrives_at=now,
            begins_at=now,
            service_s=60,
            expected_fill_pct=90,
            load_kg=70,
        )
        for seq, bin_id in enumerate(bins, start=1)
    ]
    return Round(
        round_id=uuid4(),
        vehicle_id=vehicle_id,
        crew_id=f"crew-{vehicle_id}",
        starts_at=now - timedelta(hours=1),
        ends_at=now + timedelta(hours=3),
        distance_m=30_000,
        drive_s=4_000,
        load_kg=70.0 * len(bins),
        stops=tuple(stops),
    )


async def middle_of_a_day(database_url: str) -> Plan:
    """Two lorries that work around the clock; one did its first bin a quarter of an hour ago."""
    now = datetime.now(UTC)
    always = [lorry(f"lorry-{n}", shift_start=clock(0), shift_s=86_400) for n in (1, 2)]
    bins = {"a": 90.0, "b": 95.0, "c": 92.0, "d": 99.0, "low": 10.0}
    async with store.open_pool(database_url, application="test") as pool:
        here = town([bin_(b) for b in bins], vehicles=always, timezone="Europe/Prague")
        await fill(pool, here, bins, at=now - timedelta(hours=2))
        async with store.transaction(pool) as conn:
            asked = await plans.request_plan(
                conn,
                depot_id="depot",
                day=now.astimezone(PRAGUE).date(),
                requested_by="test",
                now=now,
            )
            claimed = await plans.claim_plan(conn, now=now, lease=timedelta(hours=1))
            assert claimed is not None
            rounds = (
                round_by_hand("lorry-1", ["a", "b"], now),
                round_by_hand("lorry-2", ["c", "d"], now),
            )
            await plans.save_plan(conn, replace(claimed, rounds=rounds), now=now)
            first = rounds[0].stops[0]
            report = StopReport(
                report_id=uuid4(),
                stop_id=first.stop_id,
                outcome=Outcome.DONE,
                skip_reason=None,
                note=None,
                reported_at=now - timedelta(minutes=15),
            )
            await report_stop(
                conn, report, reported_by="t", crew_id="crew-lorry-1", received_at=now
            )
            before = await replans.whole(conn, asked.plan_id)
    assert before is not None
    return before


def only(document: dict[str, Any], vehicle_id: str) -> list[tuple[str | None, str | None]]:
    (round_,) = [r for r in document["plan"]["rounds"] if r["vehicle_id"] == vehicle_id]
    return [(s["bin_id"], s["outcome"]) for s in round_["stops"]]


async def test_a_breakdown_is_shown_first_and_accepted_afterwards(database_url: str) -> None:
    before = await middle_of_a_day(database_url)
    shown = brimful_replan(database_url, "--breakdown", "lorry-2", "--urgent", "low", "--dry-run")
    assert shown.returncode == 0, shown.stderr
    assert "What changes:" in shown.stdout
    assert "2 stops moved from lorry-2 to lorry-1: " in shown.stdout
    assert "1 stop added for lorry-1: low (" in shown.stdout
    assert "lorry-2: stays in, 2 bins fewer" in shown.stdout
    assert "lorry-2 broke down" in shown.stdout
    (line,) = [x for x in shown.stdout.splitlines() if x.startswith("Proposed; to drive it: ")]
    accepted = brimful_replan(database_url, *line.split()[-2:])
    assert accepted.returncode == 0, accepted.stderr
    assert "is in force: the rest of the day: 4 bins to do on 1 round, 1 done" in accepted.stdout
    async with store.connect(database_url) as conn:
        now = await replans.in_force(conn, "depot", before.day)
    assert now is not None
    assert now.replaces_plan_id == before.plan_id


async def test_by_iterations_the_same_is_proposed_twice(database_url: str) -> None:
    await middle_of_a_day(database_url)
    anew = ("--breakdown", "lorry-2", "--keep", "none", "--dry-run", "--json")
    proposed = []
    for _time in range(2):
        done = brimful_replan(database_url, *anew, "--iterations", "2000", "--seed", "3")
        assert done.returncode == 0, done.stderr
        proposed.append(only(json.loads(done.stdout), "lorry-1"))
    assert len(proposed[0]) >= 4
    assert proposed[0] == proposed[1]


async def test_the_json_document_has_the_plan_and_what_changes(database_url: str) -> None:
    before = await middle_of_a_day(database_url)
    done = brimful_replan(database_url, "--breakdown", "lorry-2", "--keep", "all", "--json")
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert document["plan"]["status"] == "ready"
    assert document["plan"]["replaces_plan_id"] == str(before.plan_id)
    stops = only(document, "lorry-1")
    assert stops[0] == ("a", "done")
    assert {bin_id for bin_id, outcome in stops if outcome is None} == {"b", "c", "d", None}
    found = document["difference"]
    assert {m["bin_id"] for m in found["moved"]} == {"c", "d"}
    assert datetime.fromisoformat(found["moved"][0]["arrives_at"]).tzinfo is not None
    assert found["words"][0].startswith("2 stops moved from lorry-2 to lorry-1")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ["--breakdown", "tram"],
            "--breakdown: depot depot has no vehicle tram; there are: lorry-1",
        ),
        (["--repaired", "lorry-1"], "--repaired: vehicle lorry-1 did not break down today"),
        (["--urgent", "nowhere"], "--urgent: there is no bin nowhere"),
        (["--depot", "nowhere"], "no depot nowhere is registered"),
        (["--date", "2020-01-01"], "depot depot has no plan in force for 2020-01-01"),
        (["--date", "soon"], "is not a day"),
        (["--closed", "/nowhere/closed.csv"], "--closed /nowhere/closed.csv cannot be read"),
        (["--closed", __file__], "--closed: no road engine is set (BRIMFUL_ROADS)"),
        (["--accept", str(uuid4())], "There is no plan"),
    ],
)
async def test_what_cannot_be_done_is_said_clearly(
    database_url: str, arguments: list[str], said: str
) -> None:
    await middle_of_a_day(database_url)
    done = brimful_replan(database_url, *arguments)
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr
