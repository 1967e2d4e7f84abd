import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from cli.main import app
from core.sensor_rows import read_rows
from tests.cli.test_sensor import ask, heard, mounted
from tests.ingest.parts import counted, settle_town
from tests.services.shared_data import REPOSITORY

NOW = datetime.now(UTC).replace(microsecond=0)
GOOD = """\
sensor_id,device,bin_id,mounted_at
24E124713B492345,milesight-em400-mud,b0,2026-01-01T08:00:00+01:00
new-1,,b1,2026-01-02T08:00:00Z
s2,native,b3,2026-01-03T08:00:00Z
s3,,b3,
box-7,,,
"""


@pytest.fixture(autouse=True)
def database(database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("BRIMFUL_DATABASE_URL", database_url)
    monkeypatch.chdir(tmp_path)
    asyncio.run(settle_town(database_url, bins=4))


def imported(text: str | bytes, *options: str) -> Result:
    file = Path("sensors.csv")
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return CliRunner().invoke(app, ["sensor", "import", str(file), *options])


def said(text: str, *options: str) -> dict[str, Any]:
    result = imported(text, "--json", *options)
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def everything(url: str) -> list[dict[str, Any]]:
    query = "SELECT * FROM sensors LEFT JOIN mountings USING (sensor_id) ORDER BY 1, mounted_at"
    return ask(url, query)


def test_a_dry_run_says_exactly_what_would_be_done(database_url: str) -> None:
    before = everything(database_url)
    dry = said(GOOD, "--dry-run")
    assert everything(database_url) == before
    actions = {step["sensor_id"]: step["action"] for step in dry["sensors"]}
    assert actions == {
        "24e124713b492345": "add",
        "new-1": "add",
        "s2": "move",
        "s3": "nothing",
        "box-7": "add",
    }
    wet = said(GOOD)
    assert (dry["stored"], wet["stored"]) == (False, True)
    assert wet["sensors"] == dry["sensors"]
    assert wet["counts"] == dry["counts"]
    assert mounted(database_url, "s2") == [("b2", False), ("b3", True)]
    again = said(GOOD)
    assert {step["action"] for step in again["sensors"]} == {"nothing"}


def test_the_words_of_a_dry_run() -> None:
    result = imported(GOOD, "--dry-run")
    lines = result.stdout.splitlines()
    assert (
        "24e124713b492345: would be registered as milesight-em400-mud, would be mounted in bin b0 "
        "since 2026-01-01 07:00:00 UTC"
    ) in lines
    assert "s2: would be moved from bin b2 to b3 since 2026-01-03 08:00:00 UTC" in lines
    assert "would be done: 3 add, 1 move, 1 nothing" in lines


def test_every_mistake_is_named_and_nothing_is_stored(database_url: str) -> None:
    before = everything(database_url)
    text = (
        "sensor_id,device,bin_id,mounted_at\n"
        "good,,b0,2026-01-01T00:00:00Z\n"
        "24E1,milesight-em400-mud,b0,\n"
        "x1,milesight-em400-mut,b0,\n"
        "x2,,b 9,\n"
        "x3,,b7,\n"
        "x4,,b0,2026-01-01\n"
        "x5,,b0,1767225600\n"
        "x6,,,2026-01-01T00:00:00Z\n"
        "\n"
        "s1,,b3,2019-01-01T00:00:00Z\n"
        "good,,b1,\n"
        "x7,,b0\n"
        "ingest,,b0,\n"
    )
    result = imported(text)
    assert result.exit_code == 1
    assert "Traceback" not in result.output
    for line in (
        "line 3, sensor_id: '24E1' is no DevEUI",
        "line 4, device: 'milesight-em400-mut' is no device that Brimful knows: did you mean ",
        "line 5, bin_id: ",
        "line 6, bin_id: there is no bin 'b7'",
        "line 7, mounted_at: ",
        "line 8, mounted_at: give the time as RFC 3339 text",
        "line 9, mounted_at: says when without bin_id",
        "line 11, mounted_at: it sits in bin b1 since",
        "line 12, sensor_id: good stands on line 2 already",
        "line 13: 3 cells where the first line names 4",
        "line 14, sensor_id: 'ingest' is the name of a service",
    ):
        assert line in result.stderr, result.stderr
    assert everything(database_url) == before
    document = json.loads(imported(text, "--json").stdout)
    assert document["stored"] is False
    assert [m["line"] for m in document["mistakes"]] == [3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14]


def test_all_mistakes_of_a_row_are_named_at_once(database_url: str) -> None:
    before = everything(database_url)
    text = (
        "sensor_id,device,bin_id,mounted_at\n"
        "press-1,,b0,\n"
        "press-2,milesigt-em400-mud,market-99,yesterday\n"
        "press-2,,b1,\n"
        "24E1,milesight-em400-mud,b 9,2199-01-01T00:00:00Z\n"
        "24-E1-24-71-3B-49-23-45,toaster,b0,\n"
        "24e124713b492345,milesight-em400-mud,b0,\n"
    )
    mistakes = json.loads(imported(text, "--json").stdout)["mistakes"]
    assert [(m["line"], m["column"]) for m in mistakes] == [
        (3, "mounted_at"),
        (3, "bin_id"),
        (3, "device"),
        (4, "sensor_id"),
        (5, "bin_id"),
        (5, "sensor_id"),
        (5, "mounted_at"),
        (6, "device"),
        (7, "sensor_id"),
    ]
    assert [m["text"] for m in mistakes if "already" in m["text"]] == [
        "press-2 stands on line 3 already",
        "24e124713b492345 stands on line 6 already",
    ]
    assert everything(database_url) == before


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no column sensor_id"),
        ("id,bin\n", "unknown column 'bin'"),
        ("sensor_id,sensor_id\n", "stands twice"),
        ('sensor_id\n"open', "is no CSV"),
        (b"sensor_id\n\xff\xfe", "is not UTF-8"),
    ],
)
def test_what_is_no_such_file_is_refused_in_words(text: str | bytes, words: str) -> None:
    result = imported(text)
    assert result.exit_code == 1
    assert words in result.stderr
    assert "Traceback" not in result.output


def test_a_file_that_is_not_there() -> None:
    result = CliRunner().invoke(app, ["sensor", "import", "nowhere.csv"])
    assert (result.exit_code, "cannot be read: No such file" in result.stderr) == (1, True)


def test_as_spreadsheets_write_it(database_url: str) -> None:
    result = imported("\ufeffSensor_ID;bin_id\r\nnew-1;b0\r\n;\r\n")
    assert result.exit_code == 0, result.stderr
    assert mounted(database_url, "new-1") == [("b0", True)]


def test_what_they_sent_before_is_brought_in_and_nobody_elses(database_url: str) -> None:
    for name in ("new-1", "new-2", "stranger"):
        heard(database_url, of=name, times=[NOW - timedelta(hours=1), NOW])
    rows = "sensor_id,bin_id\nnew-1,b0\nnew-2,b1\n"
    assert said(rows, "--dry-run")["waited"] == 0
    found = said(rows)
    assert (found["waited"], found["replayed"]["stored"]) == (4, 4)
    assert asyncio.run(counted(database_url)) == (4, {"unknown_sensor": 2})


def test_the_example_in_the_docs_can_be_read() -> None:
    page = (REPOSITORY / "docs" / "sensors.md").read_text()
    wishes, mistakes = read_rows(page.partition("```csv\n")[2].partition("```")[0].splitlines(True))
    assert (len(wishes), mistakes) == (3, [])
