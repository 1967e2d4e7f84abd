import asyncio
import json
import subprocess
from pathlib import Path

import pytest

from cli.embedded import BrokerAddress
from tests.services.brokers import Mosquitto
from tests.services.command import PROGRAM
from tests.services.databases import on_both_engines
from tests.services.engine import Engine

NOWHERE = "postgresql://nobody@127.0.0.1:1/nowhere"


def doctor(*arguments: str) -> tuple[int, dict[str, dict[str, str]]]:
    """Run it and return its exit code and its findings by check."""
    done = subprocess.run(
        [*PROGRAM, "doctor", "--json", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, {line["check"]: line for line in json.loads(done.stdout)}


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Settings that lead nowhere until a test says otherwise."""
    monkeypatch.setenv("BRIMFUL_DATABASE_URL", NOWHERE)
    monkeypatch.setenv("BRIMFUL_DATABASE_TIMEOUT_S", "2")
    monkeypatch.setenv("BRIMFUL_MQTT_HOST", "127.0.0.1")
    monkeypatch.setenv("BRIMFUL_MQTT_PORT", "1")
    return monkeypatch


@pytest.mark.usefixtures("environment")
def test_where_nothing_runs_every_line_fails_and_says_what_to_do() -> None:
    code, found = doctor()
    assert code == 1
    assert found.pop("settings")["verdict"] == "ok"
    assert len(found) == 7
    assert {line["verdict"] for line in found.values()} == {"failed"}
    assert all(line["found"] and line["to_do"] for line in found.values())
    assert "BRIMFUL_DATABASE_URL" in found["database"]["to_do"]
    assert "BRIMFUL_MQTT_HOST" in found["broker"]["found"]


@on_both_engines
def test_a_migrated_database_is_well(
    environment: pytest.MonkeyPatch, database_url: str, engine: Engine
) -> None:
    environment.setenv("BRIMFUL_DATABASE_URL", database_url)
    checks = ("database", "timescaledb", "migrations", "clock", "registry")
    code, found = doctor(*(part for check in checks for part in ("--only", check)))
    assert code == 0
    assert found.keys() == set(checks)
    for check in ("database", "migrations", "clock"):
        assert found[check]["verdict"] == "ok", found[check]
    kind = "plain PostgreSQL" if engine.name == "embedded" else "TimescaleDB 2."
    assert kind in found["timescaledb"]["found"]
    # nothing is registered yet: something to know, and no failure
    assert found["registry"]["verdict"] == "warning"
    assert "brimful register" in found["registry"]["to_do"]


def test_missing_migrations_fail_and_name_the_command(
    environment: pytest.MonkeyPatch, empty_database_url: str
) -> None:
    environment.setenv("BRIMFUL_DATABASE_URL", empty_database_url)
    code, found = doctor("--only", "migrations")
    assert code == 1
    assert "0001_registry.sql" in found["migrations"]["found"]
    assert found["migrations"]["to_do"] == "run: brimful migrate"


def test_the_real_broker_lets_the_ingester_in_and_nobody_else(
    environment: pytest.MonkeyPatch, mosquitto: Mosquitto
) -> None:
    environment.setenv("BRIMFUL_MQTT_PORT", str(mosquitto.port))
    environment.setenv("BRIMFUL_MQTT_USERNAME", mosquitto.username)
    environment.setenv("BRIMFUL_MQTT_PASSWORD", mosquitto.password)
    assert doctor("--only", "broker")[0] == 0
    environment.setenv("BRIMFUL_MQTT_PASSWORD", "wrong")
    code, found = doctor("--only", "broker")
    assert code == 1
    assert "BRIMFUL_MQTT_PASSWORD" in found["broker"]["found"]
    assert "wrong" not in found["broker"]["found"]


async def test_a_broker_of_the_old_version_is_named_so(
    environment: pytest.MonkeyPatch, embedded_broker: BrokerAddress
) -> None:
    environment.setenv("BRIMFUL_MQTT_PORT", str(embedded_broker.port))
    code, found = await asyncio.to_thread(doctor, "--only", "broker")
    assert code == 1
    assert "BRIMFUL_MQTT_PROTOCOL=3.1.1" in found["broker"]["found"]
    environment.setenv("BRIMFUL_MQTT_PROTOCOL", "3.1.1")
    code, found = await asyncio.to_thread(doctor, "--only", "broker")
    assert (code, found["broker"]["verdict"]) == (0, "ok")


def test_a_misspelt_setting_is_named_with_the_one_that_is_meant(
    environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    environment.chdir(tmp_path)
    assert doctor("--only", "settings")[1]["settings"]["verdict"] == "ok"
    environment.setenv("BRIMFUL_TRUST_STUK_H", "1")
    environment.setenv("BRIMFUL_SERVICES_PORT", "1")
    (tmp_path / ".env").write_text("BRIMFUL_ZZZ=1\nOTHER=2\n")
    code, found = doctor("--only", "settings")
    assert (code, found["settings"]["verdict"]) == (0, "warning")
    assert "BRIMFUL_TRUST_STUK_H (is BRIMFUL_TRUST_STUCK_H meant?)" in found["settings"]["found"]
    assert "BRIMFUL_ZZZ" in found["settings"]["found"]
    assert "BRIMFUL_SERVICES_PORT" not in found["settings"]["found"]
