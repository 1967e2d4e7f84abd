"""The commands as a tester runs them: a real broker, a real database."""

import asyncio
import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

import store
from cli.main import app
from core.registry import Registry
from store import audit, fleet, tokens
from tests.services.brokers import Mosquitto
from tests.services.command import PROGRAM
from tests.services.shared_data import REPOSITORY


def environment(mosquitto: Mosquitto, database_url: str = "") -> dict[str, str]:
    return {
        "BRIMFUL_DATABASE_URL": database_url,
        "BRIMFUL_MQTT_HOST": mosquitto.host,
        "BRIMFUL_MQTT_PORT": str(mosquitto.port),
        "BRIMFUL_MQTT_USERNAME": mosquitto.gateway.username,
        "BRIMFUL_MQTT_PASSWORD": mosquitto.gateway.password,
    }


def brimful(*arguments: str, env: Mapping[str, str] | None = None) -> Result:
    return CliRunner().invoke(app, list(arguments), env=env)


def said(result: Result) -> dict[str, Any]:
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_simulate_registers_publishes_and_accounts(
    mosquitto: Mosquitto, database_url: str, tmp_path: Path
) -> None:
    file = tmp_path / "town.json"
    result = brimful(
        "simulate", "--bins", "20", "--days", "2", "--live-s", "0.5", "--speed", "20000",
        "--fault", "garbled=0.1", "--fault", "duplicate=0.1", "--register",
        "--write-registry", str(file), "--json",
        env=environment(mosquitto, database_url),
    )  # fmt: skip
    account = said(result)
    assert account["readings"] == account["expected_stored"] + account["expected_set_aside"]
    assert account["unreadable"] == account["faults"]["garbled"] > 10
    assert account["duplicates"] == account["faults"]["duplicate"] > 10
    registry = Registry.model_validate_json(file.read_text())
    assert len(registry.bins) == 20

    async def crews() -> Sequence[str]:
        async with store.connect(database_url) as conn:
            return [c.crew_id for c in await fleet.crews(conn)]

    assert asyncio.run(crews()) == sorted(c.crew_id for c in registry.crews)


def test_simulate_tells_people_and_warns_of_messages_nobody_hears(mosquitto: Mosquitto) -> None:
    result = brimful(
        "simulate", "--bins", "3", "--days", "1", "--live-s", "0", env=environment(mosquitto)
    )
    assert result.exit_code == 0, result.output
    assert "expected stored: " in result.stdout
    assert "Nobody had subscribed" in result.stderr


def test_a_registry_is_written_without_broker_and_database(tmp_path: Path) -> None:
    file = tmp_path / "town.json"
    result = brimful(
        "simulate", "--bins", "5", "--days", "0", "--live-s", "0", "--write-registry", str(file),
        env={"BRIMFUL_MQTT_PORT": "1", "BRIMFUL_DATABASE_URL": "postgresql://127.0.0.1:1/none"},
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    assert len(Registry.model_validate_json(file.read_text()).bins) == 5


def test_crews_get_tokens_for_a_day_when_the_town_is_registered(
    mosquitto: Mosquitto, database_url: str
) -> None:
    result = brimful(
        "simulate", "--bins", "5", "--days", "1", "--live-s", "1.5", "--register", "--crews",
        "--api-url", "http://127.0.0.1:1", "--json",
        env=environment(mosquitto, database_url),
    )  # fmt: skip
    crews = said(result)["crews"]
    assert (crews["refused"], crews["rounds"]) == ([], 0)
    assert crews["api_away"].startswith("the API at http://127.0.0.1:1 does not answer")
    assert "No crew has driven: the API at http://127.0.0.1:1 does not answer" in result.stderr

    async def made() -> tuple[Sequence[tokens.Token], Sequence[audit.Entry]]:
        async with store.connect(database_url) as conn:
            return await tokens.tokens(conn), await audit.entries(conn)

    found, trail = asyncio.run(made())
    assert found
    assert all(t.crew_id and t.expires_at for t in found)
    noted = [line.detail["crew_id"] for line in trail if line.what == "token.created"]
    assert sorted(noted) == sorted(str(t.crew_id) for t in found)
    (registered,) = [line for line in trail if line.what == "registry.registered"]
    assert (registered.detail["source"], registered.detail["bins"]) == ("a simulated town", 5)


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["--fault", "lat=0.1"], "fault 'lat' is unknown"),
        (["--bins", "0"], "Invalid value for '--bins'"),
        (["--crews"], "--crews needs the crews' tokens"),
        (["--crews", "--tokens", "none.json"], "none.json: cannot be read"),
        (["--crews", "--tokens", "list.json"], "must be a JSON object like"),
        (["--crews", "--tokens", "good.json", "--api-url", "x"], "must begin with http"),
        (["--write-registry", "no/folder/town.json"], "cannot be written"),
    ],
)
def test_simulate_says_what_is_wrong(
    arguments: list[str], problem: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "list.json").write_text("[]")
    (tmp_path / "good.json").write_text('{"crew": "token"}')
    result = brimful(
        "simulate", "--live-s", "0", *arguments, env={"COLUMNS": "200", "TERM": "dumb"}
    )
    assert result.exit_code != 0
    assert problem in result.stderr
    assert "Traceback" not in result.output


def test_a_broker_that_is_away_is_said_in_words() -> None:
    result = brimful(
        "simulate", "--bins", "2", "--days", "1", "--live-s", "0",
        env={"BRIMFUL_MQTT_HOST": "127.0.0.1", "BRIMFUL_MQTT_PORT": "1"},
    )  # fmt: skip
    assert result.exit_code == 1
    assert "the broker at 127.0.0.1:1 cannot be used" in result.stderr
    assert "Traceback" not in result.output


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_without_an_end_it_runs_until_stopped_and_then_accounts(
    mosquitto: Mosquitto, number: signal.Signals
) -> None:
    process = subprocess.Popen(
        [*PROGRAM,
         "simulate", "--bins", "3", "--days", "1"],
        env={**os.environ, **environment(mosquitto)},
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stderr is not None
    # it says every few seconds how far it is
    assert any(re.match(rb"[1-9]\d* readings in ", line) for line in process.stderr)
    process.send_signal(number)
    out, err = process.communicate(timeout=20)
    assert process.returncode == 0, err
    assert re.search(rb"\nreadings: [1-9]", out), out


def history(folder: Path) -> Path:
    path = folder / "mine.csv"
    path.write_text(
        "Box;When;Level;Kind\n"
        "1;2026-01-01T08:00;2;Paper\n1;2026-01-02T08:00;4;Paper\n2;2026-01-02T07:00;9;glass\n"
        "2;soon;9;glass\n2;2026-01-02T07:00;11;glass\n"
    )
    return path


OWN = (
    "--map", "bin_id=Box", "--map", "measured_at=When", "--map", "fill_pct=Level",
    "--map", "stream=Kind", "--scale", "10", "--timezone", "Europe/Prague",
)  # fmt: skip


def test_an_own_csv_is_registered_and_published(
    mosquitto: Mosquitto, database_url: str, tmp_path: Path
) -> None:
    result = brimful(
        "replay", str(history(tmp_path)), *OWN, "--register", "--json",
        env=environment(mosquitto, database_url),
    )  # fmt: skip
    account = said(result)
    assert account["file"] == {
        "good_rows": 3,
        "bad_rows": 2,
        "bins": 2,
        "published": 3,
        "repeated": 0,
        "conflicting": 0,
        "passed_over": 0,
    }
    assert account["bad_row_examples"] == [
        "line 5, column When: 'soon' is no time; write 2026-03-02T06:15:00+01:00 or 2026-03-02",
        "line 6, column Level: 11 is not within 0 and 10",
    ]
    assert account["registered"]["bins"] == 2
    assert "expected_stored_assumes" not in account
    assert account["warnings"] == []
    assert account["readings"] == account["expected_stored"] == 3


def test_people_are_told_of_bad_rows_before_anything_is_sent(
    mosquitto: Mosquitto, tmp_path: Path
) -> None:
    result = brimful(
        "replay", str(history(tmp_path)), *OWN, "--last-days", "1", env=environment(mosquitto)
    )
    assert result.exit_code == 0, result.output
    assert "3 readings of 2 bins from 2026-01-01 07:00:00+00:00" in result.stderr
    assert "bad row, left out: line 5, column When" in result.stderr
    assert "The account assumes that every sensor of the file is registered" in result.stderr
    assert "published: 3" in result.stdout
    assert "line 5" not in result.stdout  # said once
    assert "[" not in result.stdout


def test_what_brimful_will_set_aside_as_too_old_is_not_expected_stored(
    mosquitto: Mosquitto, tmp_path: Path
) -> None:
    path = history(tmp_path)
    path.write_text(path.read_text() + "1;2126-01-01T08:00;2;Paper\n1;9999-01-01;2;Paper\n")
    result = brimful("replay", str(path), *OWN, "--json", env=environment(mosquitto))
    account = said(result)
    assert (account["expected_stored"], account["too_old"]) == (1, 3)
    assert account["readings"] == 4
    assert account["warnings"][0].startswith("the last reading (line 7, 2126-01-01T07:00:00")
    assert account["bad_row_examples"][-1].startswith("line 8, column When: '9999-01-01' is not")
    assert "is registered" in account["expected_stored_assumes"]


def test_a_missing_permission_is_said_once(mosquitto: Mosquitto, tmp_path: Path) -> None:
    env = environment(mosquitto) | {
        "BRIMFUL_MQTT_USERNAME": mosquitto.ingest.username,
        "BRIMFUL_MQTT_PASSWORD": mosquitto.ingest.password,
    }
    path = tmp_path / "many.csv"
    days = "".join(f"b{n},2026-01-02,5\n" for n in range(30))
    path.write_text(f"bin_id,measured_at,fill_pct\n{days}")
    result = brimful("replay", str(path), env=env)
    assert result.exit_code == 1
    assert result.stderr.count("takes no readings from user") == 1


def test_a_replay_in_time_takes_its_time(mosquitto: Mosquitto, tmp_path: Path) -> None:
    began = time.monotonic()
    result = brimful(
        "replay", str(history(tmp_path)), *OWN, "--speed", "43200", "--json",
        env=environment(mosquitto),
    )  # fmt: skip
    assert said(result)["messages"] == 3  # one each, not in arrays
    assert time.monotonic() - began >= 2  # a day at 43,200 times the speed


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["none.csv"], "none.csv: cannot be read"),
        (["mine.csv"], "no column 'bin_id' for bin_id"),
        (["mine.csv", "--map", "bin=Box"], "must be FIELD=COLUMN"),
        (["mine.csv", "--scale", "0"], "must be more than 0"),
        (["mine.csv", "--timezone", "Mars"], "'Mars' is not an IANA time zone"),
        (["mine.csv", "--until", "2026-01-01"], "is no time with offset"),
        (["mine.csv", "--until", "0001-01-01T00:00:00+14:00"], "is before 1970"),
        (["mine.csv", "--until", "2190-01-01T00:00:00Z"], "is more than 1 day ahead"),
        (["mine.csv", "--format", "paris"], "'paris' is not one of"),
        (["mine.csv", *OWN, "--scale", "1"], "none of 5 rows is a reading"),
    ],
)
def test_replay_says_what_is_wrong(
    arguments: list[str], problem: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    history(tmp_path)
    result = brimful("replay", *arguments, env={"COLUMNS": "200", "TERM": "dumb"})
    assert result.exit_code != 0
    assert problem in result.stderr
    assert "Traceback" not in result.output
