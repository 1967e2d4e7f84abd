"""``brimful report`` on a real database with a plan that was driven."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from datetime import time as clock
from pathlib import Path
from uuid import uuid4

import pytest

import store
from core.plans import Outcome, SkipReason, StopReport
from core.settings import Settings
from routing.planner import Means
from routing.request import plan_day
from store import fleet, rounds
from store.reports import report_stop
from tests.routing.towns import bin_, fill, lorry, town

BRIMFUL = Path(sys.executable).parent / "brimful"


def report(database_url: str, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    own = {k: v for k, v in os.environ.items() if not k.startswith("BRIMFUL_")}
    return subprocess.run(
        [BRIMFUL, "report", "--out", folder / "out", *arguments],
        env={**own, "BRIMFUL_DATABASE_URL": database_url},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


HERE = town(
    [bin_("a"), bin_("b"), bin_("c")],
    vehicles=[lorry(shift_start=clock(0), shift_s=86_400)],
    timezone="UTC",
)


async def driven(database_url: str) -> tuple[str, int]:
    """Plan today's bins, mark the first as done and the second as skipped; the day and metres."""
    settings = Settings(database_url=database_url)
    now = datetime.now(UTC)
    # by noon at the latest: late in the day there is no time left for a round
    now = min(now, datetime.combine(now, clock(12), tzinfo=UTC))
    async with store.open_pool(database_url, application="test") as pool:
        await fill(pool, HERE, {"a": 90, "b": 95, "c": 85}, at=now - timedelta(minutes=30))
        async with store.transaction(pool) as conn:
            (depot,) = await fleet.depots(conn)
        day = depot.local_day(now)
        plan = await plan_day(
            pool, settings, depot=depot, day=day, now=now, means=Means(limit_s=0.5)
        )
        async with store.transaction(pool) as conn:
            (round_,) = await rounds.rounds(conn, plan.plan_id)
            bins = [stop for stop in round_.stops if stop.bin_id]
            for stop, outcome in zip(bins, (Outcome.DONE, Outcome.SKIPPED), strict=False):
                await report_stop(
                    conn,
                    StopReport(
                        report_id=uuid4(),
                        stop_id=stop.stop_id,
                        outcome=outcome,
                        skip_reason=SkipReason.LOCKED if outcome is Outcome.SKIPPED else None,
                        note=None,
                        reported_at=now + timedelta(minutes=stop.seq),
                    ),
                    reported_by="crew",
                    crew_id=None,
                    received_at=now + timedelta(minutes=stop.seq),
                )
    return day.isoformat(), round_.distance_m


async def test_what_was_driven_is_told_beside_what_was_planned(
    database_url: str, tmp_path: Path
) -> None:
    day, distance_m = await driven(database_url)
    done = report(database_url, tmp_path, "--from", day, "--to", day)
    assert done.returncode == 0, done.stderr
    told = json.loads((tmp_path / "out/report.json").read_text())
    total = told["totals"]
    assert (total["planned_bins"], total["bins"], total["skipped"], total["unmarked"]) == (
        3,
        1,
        1,
        1,
    )
    assert total["planned_distance_m"] == distance_m
    assert 0 < total["distance_m"] <= distance_m * 1.001
    assert told["skipped_by_reason"] == {"locked": 1}
    assert total["fills_known"] == 1
    assert total["fill_at_pickup_pct"] in {85, 90, 95}
    assert total["service_pct"] == 100
    assert total["co2_kg"] > 0
    page = (tmp_path / "out/report.html").read_text()
    assert "1 locked" in page
    assert "estimated" in page
    csv_text = (tmp_path / "out/report.csv").read_text()
    assert csv_text.splitlines()[1].startswith(f"{day},")
    assert "said nothing of 1" in done.stdout


async def test_days_on_which_nothing_was_driven_say_so(database_url: str, tmp_path: Path) -> None:
    await driven(database_url)
    done = report(database_url, tmp_path, "--from", "2020-01-01", "--to", "2020-01-07")
    assert done.returncode == 0, done.stderr
    assert "No crew has marked a stop" in done.stdout
    told = json.loads((tmp_path / "out/report.json").read_text())
    assert told["totals"]["overflow_h"] is None
    assert told["totals"]["cost"] is None
    assert len(told["days"]) == 7


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--from", "soon"], "--from 'soon' is not a day"),
        (["--from", "2026-03-09", "--to", "2026-03-02"], "must not be before"),
        (["--depot", "moon"], "no depot"),
    ],
)
async def test_wrong_questions_are_told(
    database_url: str, tmp_path: Path, arguments: list[str], told: str
) -> None:
    async with store.open_pool(database_url, application="test") as pool:
        await fill(pool, HERE, {}, at=datetime.now(UTC))
    done = report(database_url, tmp_path, *arguments)
    assert done.returncode == 1
    assert told in done.stderr
    assert not (tmp_path / "out").exists()
