import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import store
from cli.main import app
from core.plans import Outcome, Plan, PlanStatus, StopReport
from core.rules.emptying import SensedEmptying
from store import sensed
from store.plans import claim_plan, request_plan, save_plan
from store.reports import emptyings_between, report_stop
from store.sensed import Sensed
from tests.api.parts import a_round
from tests.store.make import NOON, add_readings, reading, registered, town

HOUR = timedelta(hours=1)
DAY = ["--since", "2026-03-02T00:00:00Z", "--until", "2026-03-03T00:00:00Z"]


@pytest.fixture(autouse=True)
def a_day(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """bin-1 done and seen, bin-2 done and not emptied, bin-3 emptied by somebody."""
    monkeypatch.setenv("BRIMFUL_DATABASE_URL", database_url)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.chdir(tmp_path)
    asyncio.run(_live(database_url))


async def _live(database_url: str) -> None:
    async with store.connect(database_url) as conn:
        await registered(conn, town(bins=3))
        await add_readings(
            conn,
            [reading(2, at=NOON + n * HOUR, fill_pct=80) for n in range(-1, 5)],
        )
        asked = await request_plan(
            conn, depot_id="depot", day=NOON.date(), requested_by="test", now=NOON
        )
        await claim_plan(conn, now=NOON, lease=HOUR, plan_id=asked.plan_id)
        round_ = a_round(bins=2)
        plan = Plan(
            plan_id=asked.plan_id,
            depot_id="depot",
            day=NOON.date(),
            status=PlanStatus.RUNNING,
            requested_at=NOON,
            rounds=(round_,),
        )
        await save_plan(conn, plan, now=NOON)
        for n in (1, 2):
            stop = round_.stops[n - 1]
            marked = NOON + n * timedelta(minutes=10)
            report = StopReport(
                report_id=stop.stop_id,
                stop_id=stop.stop_id,
                outcome=Outcome.DONE,
                skip_reason=None,
                note=None,
                reported_at=marked,
            )
            await report_stop(conn, report, reported_by="test", crew_id="crew", received_at=marked)
        await sensed.add(conn, [_fall(1, hours=0), _fall(3, hours=5)])


def _fall(n: int, *, hours: float) -> Sensed:
    return Sensed(
        bin_id=f"bin-{n}",
        sensor_id=f"sensor-{n}",
        emptying=SensedEmptying(
            not_before=NOON + hours * HOUR,
            emptied_at=NOON + (hours + 1) * HOUR,
            fill_before_pct=91,
            fill_after_pct=4.5,
        ),
    )


def emptyings(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["emptyings", *arguments])


def test_each_emptying_and_who_knows_of_it() -> None:
    result = emptyings(*DAY)
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert [line.split()[2:4] for line in lines[1:4]] == [
        ["bin-1", "both"],
        ["bin-2", "crew"],
        ["bin-3", "sensor"],
    ]
    assert lines[1].split()[4:] == ["91", "4.5", "crew"]
    assert lines[2].split()[4:] == ["80", "crew", "done_without_drop"]
    assert lines[4] == (
        "3 emptyings (known by: 1 both, 1 crew, 1 sensor); disagreements: 1 done_without_drop, "
        "1 emptied_by_somebody_else"
    )


def test_the_disagreements_with_their_evidence() -> None:
    lines = emptyings("--disagreements", *DAY).stdout.splitlines()
    assert [line.split()[2] for line in lines[1:3]] == [
        "done_without_drop",
        "emptied_by_somebody_else",
    ]
    assert "marked as done 2 March 2026 12:20 UTC; the sensor said 80 % before" in lines[1]
    assert "fell from 91 to 4.5 % by 2 March 2026 18:00 UTC" in lines[2]


def test_for_programs_and_for_one_bin() -> None:
    said = json.loads(emptyings("--json", "--bin", "bin-3", *DAY).stdout)
    (only,) = said["items"]
    assert (only["known_by"], only["crew_id"], only["sensor_id"]) == ("sensor", None, "sensor-3")
    assert said["counts"]["disagreements"] == {"emptied_by_somebody_else": 1}
    (odd,) = json.loads(emptyings("--json", "--disagreements", "--bin", "bin-2", *DAY).stdout)[
        "items"
    ]
    assert (odd["kind"], odd["crew_id"]) == ("done_without_drop", "crew")


async def test_what_both_know_counts_once_as_emptied(conn: store.Connection) -> None:
    emptied, fill_pct = await emptyings_between(conn, NOON, NOON + 24 * HOUR)
    assert (emptied, fill_pct) == (2, 80)


def test_nothing_in_the_last_week() -> None:
    assert datetime.now(UTC) > NOON + timedelta(days=8)
    assert emptyings().stdout == "0 emptyings; disagreements: none\n"
    assert emptyings("--depot", "elsewhere", *DAY).stdout.startswith("0 emptyings")


@pytest.mark.parametrize(
    "span",
    [
        ["--since", "2026-03-02T00:00:00Z", "--until", "2026-03-02T00:00:00Z"],
        ["--since", "2024-03-02T00:00:00Z", "--until", "2026-03-02T00:00:00Z"],
    ],
)
def test_a_span_that_is_none_is_told(span: list[str]) -> None:
    result = emptyings(*span)
    assert result.exit_code == 2
    assert "later than --since" in result.stderr
