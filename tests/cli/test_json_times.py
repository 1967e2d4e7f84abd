"""Every time in a document that a command prints is ISO 8601 with T and offset."""

import asyncio
import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from typer.core import TyperGroup
from typer.main import get_command
from typer.testing import CliRunner

import store
from cli.main import app
from core.json_values import as_text
from core.readings import Rejection, RejectReason
from core.rules.emptying import SensedEmptying
from evidence.report.files import json_text
from store import accounts, rejected, requests, sensed, sessions
from store.sensed import Sensed
from store.sessions import Lasting
from store.tokens import Role
from tests.store.make import add_readings, reading, registered, town

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
LIKE_A_TIME = re.compile(r"\d{4}-\d\d-\d\d.\d\d:\d\d")
HOUR = timedelta(hours=1)
TOMORROW = (datetime.now(UTC) + timedelta(days=1)).date().isoformat()
HISTORY = "20ce10f6a468b0040000000000" + "20ce00e8a468a0040000000000"

# In this order, on one database.
WITH_TIMES = (
    "migrate",
    "health",
    "emptyings",
    "rejected list",
    "sensor list",
    "forecast",
    "bin requests",
    "token create --role viewer --name Screen --expires-days 1",
    "token list",
    "user list",
    "user sessions anna",
    "crew link crew",
    f"plan --date {TOMORROW} --iterations 5",
    f"replan --date {TOMORROW} --iterations 5 --dry-run",
    "recalibrate bin-1 --empty-mm 1400 --full-mm 400 --since 2026-03-01T00:00:00Z",
    "sensor mount sensor-2 --bin bin-1",
    "sensor swap sensor-2 new-1",
    "sensor unmount new-1",
    "sensor retire new-1",
    f"decode --device milesight-em410-rdl {HISTORY}",
)
# These print no time, or need photos, a town, roads or a broker: what they print goes through
# the same function.
WITHOUT = {
    "broker certificates", "broker files", "demo", "doctor", "evaluate", "map build", "map info",
    "photos prune",
    "register", "rejected replay", "replay", "report", "roads build", "roads closed", "roads info",
    "sensor add", "sensor credentials", "sensor device", "sensor import", "sensor revoke",
    "simulate",
}  # fmt: skip


async def lived(database_url: str) -> None:
    """A bit of everything that has a time."""
    now = datetime.now(UTC)
    async with store.connect(database_url) as conn:
        await registered(conn, town(bins=3))
        await add_readings(
            conn, [reading(n, at=now - k * HOUR, fill_pct=90) for n in (1, 2) for k in (3, 2, 1)]
        )
        await rejected.set_aside(
            conn,
            [
                Rejection(
                    topic="bins/x/readings",
                    payload=b"x",
                    received_at=now,
                    reason=RejectReason.NOT_JSON,
                    detail="not JSON",
                )
            ],
        )
        await requests.request(conn, "bin-3", requested_by="ops", note=None, now=now)
        emptying = SensedEmptying(
            not_before=now - 3 * HOUR,
            emptied_at=now - 2 * HOUR,
            fill_before_pct=91,
            fill_after_pct=4.5,
        )
        await sensed.add(conn, [Sensed(bin_id="bin-1", sensor_id="sensor-1", emptying=emptying)])
        anna = await accounts.create(
            conn, user_name="anna", name="Anna", role=Role.OPS, password_hash="x", now=now
        )
        await sessions.start(
            conn,
            device="Firefox",
            lasting=Lasting(idle=HOUR, at_most=HOUR),
            now=now,
            account_id=anna.account_id,
        )


def texts(value: object) -> Iterator[str]:
    match value:
        case dict():
            for one in value.values():
                yield from texts(one)
        case list():
            for one in value:
                yield from texts(one)
        case str():
            yield value


def test_each_command_writes_times_in_one_form(
    database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("BRIMFUL_DATABASE_URL", database_url)
    monkeypatch.chdir(tmp_path)
    asyncio.run(lived(database_url))
    for command in WITH_TIMES:
        result = CliRunner().invoke(app, [*command.split(), "--json"])
        assert result.exit_code == 0, (command, result.output)
        times = [one for one in texts(json.loads(result.stdout)) if LIKE_A_TIME.match(one)]
        assert times, command
        assert [one for one in times if not TIME.fullmatch(one)] == [], command


def with_json(group: TyperGroup, name: str = "") -> Iterator[str]:
    for one, command in group.commands.items():
        if isinstance(command, TyperGroup):
            yield from with_json(command, f"{name}{one} ")
        elif any("--json" in option.opts for option in command.params):
            yield f"{name}{one}"


def test_no_command_with_a_document_is_forgotten() -> None:
    brimful = get_command(app)
    assert isinstance(brimful, TyperGroup)
    documents = set(with_json(brimful))
    run = {name for name in documents if any(f"{c} ".startswith(f"{name} ") for c in WITH_TIMES)}
    assert len(run) == len(WITH_TIMES)
    assert documents - run == WITHOUT


def test_a_time_has_one_form_and_the_rest_is_its_own_text() -> None:
    at = datetime(2026, 3, 2, 4, 30, tzinfo=UTC)
    assert as_text(at) == "2026-03-02T04:30:00Z"
    assert as_text(at.astimezone(timezone(HOUR))) == "2026-03-02T05:30:00+01:00"
    assert as_text(date(2026, 3, 2)) == "2026-03-02"
    assert as_text(UUID(int=1)) == "00000000-0000-0000-0000-000000000001"
    assert as_text(Path("a/b")) == "a/b"
    assert json.loads(json_text({"at": at, "id": uuid4()}))["at"] == "2026-03-02T04:30:00Z"
    with pytest.raises(ValueError, match="2026-03-02 04:30:00 has no offset"):
        as_text(at.replace(tzinfo=None))
