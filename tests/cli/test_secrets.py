"""Whatever goes wrong, no password stands in what the programs print or log."""

import asyncio
import io
import logging
import os
from collections.abc import Mapping
from contextlib import redirect_stderr
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from pydantic import SecretStr
from typer.main import get_command

from cli.main import app
from core.logs import configure_logs, get_logger
from core.settings import Settings
from simulators.broker import Broker
from tests.ingest.parts import settle_town
from tests.services.brokers import Mosquitto
from tests.services.command import PROGRAM
from tests.services.engine import Engine

# With characters that people have to escape, and forget to.
DATABASE_SECRET = "db-Hush!42%"
BROKER_SECRET = "mqtt-Hush!43"
PARTS = ("Hush!42", "Hush!43", "Hush%2142")
GOES_ON_S = 5
"""For what a program says when it tries again."""
NOWHERE = f"postgresql://brimful:{quote(DATABASE_SECRET)}@127.0.0.1:1/none"

# Each in words that make it talk: to a database, a broker, about settings.
COMMANDS = (
    ("doctor",),
    ("doctor", "--json"),
    ("ingest",),
    ("migrate",),
    ("sensor", "list", "--json"),
    ("sensor", "credentials", "s0"),
    ("broker", "files", "--dir", "."),
    ("broker", "files", "--dir", ".", "--watch"),
    ("rejected", "replay"),
    ("simulate", "--bins", "1", "--days", "0", "--live-s", "1"),
)


async def said(
    folder: Path, environment: Mapping[str, str], *arguments: str, until: str = "", limit_s: float
) -> str:
    """Run a command and return all it said; one that goes on is ended."""
    log = folder / "said.log"
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            *PROGRAM, *arguments, cwd=folder, env=environment, stdout=output, stderr=output
        )
        ended = asyncio.create_task(process.wait())
        async with asyncio.timeout(limit_s):
            while not (ended.done() or (log.stat().st_size and until in flat(log.read_text()))):
                await asyncio.wait([ended], timeout=0.2)
        await asyncio.wait([ended], timeout=GOES_ON_S)
        if not ended.done():
            process.terminate()
            await ended
    return log.read_text()


def flat(text: str) -> str:
    """In one line, however it was broken for the screen."""
    return " ".join(text.split())


def environment(**changes: str) -> dict[str, str]:
    # the folder is another one; the programs are still to be found
    path = os.pathsep.join([str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH", "")])
    return {
        **os.environ,
        "PYTHONPATH": path,
        "BRIMFUL_DATABASE_URL": NOWHERE,
        "BRIMFUL_DATABASE_TIMEOUT_S": "1",
        "BRIMFUL_MQTT_HOST": "127.0.0.1",
        "BRIMFUL_MQTT_PORT": "1",
        "BRIMFUL_MQTT_USERNAME": "ingest",
        "BRIMFUL_MQTT_PASSWORD": BROKER_SECRET,
        "BRIMFUL_LOG_LEVEL": "debug",
        **changes,
    }


def assert_no_secret(text: str) -> None:
    assert text.strip(), "it said nothing at all"
    assert "Traceback" not in text, text
    for part in PARTS:
        assert part not in text


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
async def test_where_nothing_can_be_reached(command: tuple[str, ...], tmp_path: Path) -> None:
    assert_no_secret(await said(tmp_path, environment(), *command, limit_s=30))


@pytest.mark.parametrize(
    "changes",
    [
        # what people write who do not know that % has to be escaped
        {"BRIMFUL_DATABASE_URL": f"postgresql://brimful:{DATABASE_SECRET}@127.0.0.1:1/none"},
        {"BRIMFUL_DATABASE_URL": f"brimful:{DATABASE_SECRET}@127.0.0.1"},
        {"BRIMFUL_MQTT_PORT": "many"},
        {"BRIMFUL_MQTT_TLS": "true", "BRIMFUL_MQTT_CA_FILE": "/nonexistent/ca.crt"},
    ],
    ids=["percent", "no-url", "wrong-setting", "no-ca"],
)
async def test_where_a_setting_is_wrong(changes: dict[str, str], tmp_path: Path) -> None:
    assert_no_secret(await said(tmp_path, environment(**changes), "doctor", limit_s=30))
    (tmp_path / ".env").write_text("".join(f"{k}={v}\n" for k, v in changes.items()))
    without = {k: v for k, v in environment().items() if k not in changes}
    assert_no_secret(await said(tmp_path, without, "migrate", limit_s=30))


@pytest.mark.parametrize("engine", ["timescaledb"], indirect=True)
@pytest.mark.parametrize("form", ["console", "json"])
async def test_where_the_passwords_are_wrong(
    engine: Engine, mosquitto: Mosquitto, tmp_path: Path, form: str
) -> None:
    parts = urlsplit(engine.admin_url)
    address = f"{parts.hostname}:{parts.port}"
    wrong = environment(
        BRIMFUL_DATABASE_URL=f"postgresql://brimful:{quote(DATABASE_SECRET)}@{address}/postgres",
        BRIMFUL_MQTT_PORT=str(mosquitto.port),
        BRIMFUL_LOG_FORMAT=form,
    )
    for command, words in (("doctor", "password authentication failed"), ("ingest", "refuses")):
        text = await said(tmp_path, wrong, command, until=words, limit_s=30)
        assert_no_secret(text)
        assert words in flat(text)
    assert_no_secret(mosquitto.log())


async def test_new_passwords_are_said_once_and_nowhere_else(
    database_url: str, tmp_path: Path
) -> None:
    await settle_town(database_url)
    found = environment(BRIMFUL_DATABASE_URL=database_url)
    (tmp_path / "out").mkdir()
    text = await said(
        tmp_path, found, "sensor", "credentials", "s0", "--out", "out/new.csv", limit_s=60
    )
    password = (tmp_path / "out" / "new.csv").read_text().splitlines()[1].split(",")[1]
    for command in (("broker", "files", "--dir", "."), ("sensor", "list", "--json")):
        text += await said(tmp_path, found, *command, limit_s=60)
    text += (tmp_path / "passwords").read_text()
    assert "s0" in text
    assert password not in text


@pytest.mark.parametrize("form", ["console", "json"])
def test_what_holds_secrets_can_be_logged(form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(
        database_url=SecretStr(NOWHERE), mqtt_password=SecretStr(BROKER_SECRET), _env_file=None
    )
    broker = Broker(host="h", password=BROKER_SECRET)
    output = io.StringIO()
    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", list(root.handlers))
    monkeypatch.setattr(root, "level", root.level)
    with redirect_stderr(output):
        configure_logs(level="debug", form="json" if form == "json" else "console")
        log = get_logger("test")
        log.info("started", settings=settings, broker=broker, fields=settings.model_dump())
        error = RuntimeError(f"with {settings} and {broker}")
        log.error("failed", exc_info=error)
    assert_no_secret(output.getvalue())
    assert "started" in output.getvalue()
    assert_no_secret(f"{settings!r} {settings} {settings.model_dump_json()} {broker!r}")


def test_no_command_takes_a_secret_as_an_argument() -> None:
    """An argument shows in `ps` to every user of the machine, and in the shell's history."""

    def options(command: object, path: str) -> list[str]:
        found = [
            f"{path} {opt}"
            for p in getattr(command, "params", [])
            for opt in getattr(p, "opts", [])
        ]
        for name, each in getattr(command, "commands", {}).items():
            found += options(each, f"{path} {name}")
        return found

    named = options(get_command(app), "brimful")
    assert len(named) > 20
    assert [o for o in named if "password" in o.rpartition(" ")[2] or "secret" in o] == []
