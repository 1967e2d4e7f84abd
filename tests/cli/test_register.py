import asyncio
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from typer.testing import CliRunner, Result

import store
from cli.main import app
from core.registry import Registry, registry_schema
from simulators.town import make_town
from tests.cli.test_sensor import ask, heard
from tests.services.shared_data import REPOSITORY
from tests.store.make import town

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
TABLES = ("depots", "disposal_sites", "vehicles", "crews", "bins", "sensors", "mountings")


@pytest.fixture
def registered(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> "Registering":
    monkeypatch.setenv("BRIMFUL_DATABASE_URL", database_url)
    monkeypatch.chdir(tmp_path)
    return Registering(database_url, tmp_path)


class Registering:
    """Runs the command on a file with some content."""

    def __init__(self, database_url: str, folder: Path) -> None:
        self.database_url = database_url
        self.file = folder / "registry.json"

    def __call__(self, document: object, *options: str) -> Result:
        text = document if isinstance(document, str) else json.dumps(document)
        self.file.write_text(text, encoding="utf-8")
        return CliRunner().invoke(app, ["register", str(self.file), *options])

    def counted(self) -> dict[str, int]:
        return asyncio.run(self._counted())

    def sensors(self) -> list[str]:
        rows = ask(self.database_url, "SELECT sensor_id FROM sensors ORDER BY sensor_id")
        return [row["sensor_id"] for row in rows]

    async def _counted(self) -> dict[str, int]:
        async with store.connect(self.database_url) as conn:
            found = {}
            for table in TABLES:
                query = f"SELECT count(*) AS n FROM {table}"  # noqa: S608 - names from above
                row = await (await conn.execute(query.encode())).fetchone()
                assert row is not None
                found[table] = row["n"]
            return found


def document(registry: Registry) -> dict[str, Any]:
    found: dict[str, Any] = registry.model_dump(mode="json")
    return found


def test_a_whole_town_is_registered_and_again_changes_nothing(registered: Registering) -> None:
    made = make_town(seed=1, bins=30, now=NOW).registry()
    first = registered(document(made))
    assert first.exit_code == 0, first.output
    assert "30 bins, 30 sensors" in first.stdout
    counted = registered.counted()
    assert counted["bins"] == counted["sensors"] == counted["mountings"] == 30
    assert counted["vehicles"] == counted["crews"] == len(made.vehicles)
    assert registered(document(made)).exit_code == 0
    assert registered.counted() == counted


def test_json_says_what_was_registered(registered: Registering) -> None:
    said = json.loads(registered(document(town(bins=2)), "--json").stdout)
    assert (said["registered"], said["bins"], said["depots"]) == (True, 2, 1)


def test_a_dry_run_changes_nothing(registered: Registering) -> None:
    result = registered(document(town(bins=2)), "--dry-run")
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("would register 1 depots")
    assert set(registered.counted().values()) == {0}


def test_later_files_may_refer_to_what_is_registered(registered: Registering) -> None:
    registered(document(town(bins=1)))
    more = document(town(bins=2))
    only = {"bins": more["bins"][1:], "sensors": more["sensors"][1:]}
    assert registered(only).exit_code == 0
    assert registered.counted()["bins"] == 2


def _open_from(begins: str, ends: str) -> dict[str, object]:
    place = {"disposal_site_id": "m", "name": "M", "lon": 14.5, "lat": 50, "streams": ["paper"]}
    hours = [{"begins": begins, "ends": ends}]
    return {"disposal_sites": [{**place, "opening_hours": hours}]}


def test_the_whole_day_is_from_midnight_to_midnight(registered: Registering) -> None:
    assert registered(_open_from("00:00", "00:00")).exit_code == 0
    assert registered(_open_from("22:00", "04:00")).exit_code == 0


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"bins": [{"bin_id": "b"}]}, "bins[0].name: Field required"),
        ({"bins": 3}, "bins: Input should be a valid"),
        ({"depos": []}, "depos: Extra inputs are not permitted"),
        (
            {"depots": [{"depot_id": "d", "name": "D", "lon": 0, "lat": 91}]},
            "depots[0].lat: Input should be less than or equal to 90",
        ),
        (
            {"depots": [{"depot_id": "d", "name": "D", "lon": 0, "lat": 9, "timezone": "Mars"}]},
            "depots[0].timezone: 'Mars' is not an IANA time zone",
        ),
        ({"streams": [{"stream": "a"}] * 2}, "(document): stream given twice: a"),
        (
            {"depots": [{"depot_id": "d", "name": "D\0", "lon": 0, "lat": 9}]},
            "depots[0].name: has a NUL character",
        ),
        (
            {
                "sensors": [
                    {"sensor_id": "s", "bin_id": "b", "mounted_at": "0001-01-01T00:00:00+14:00"}
                ]
            },
            "sensors[0].mounted_at: must be within 1970-01-01 and 2199-12-31",
        ),
        (
            _open_from("06:00", "06:00"),
            "disposal_sites[0].opening_hours[0].ends: begins at 06:00, too, which could be nothing",
        ),
    ],
)
def test_every_mistake_is_named_by_its_place(
    registered: Registering, changes: Mapping[str, object], problem: str
) -> None:
    result = registered(changes)
    assert result.exit_code == 1
    assert problem in result.stderr
    assert "Traceback" not in result.output
    assert set(registered.counted().values()) == {0}


def test_what_constraints_refer_to_and_is_nowhere_is_named_by_its_place(
    registered: Registering,
) -> None:
    wrong = document(town(bins=1))
    wrong["vehicles"][0]["end_depot_id"] = "south"
    wrong["bins"][0] |= {
        "bin_type": "chute",
        "pinned_vehicle_id": "gone",
        "forbidden_vehicle_ids": ["lorry", "ghost"],
    }
    hours = [{"begins": "08:00", "ends": "10:00"}]
    street = {"closure_id": "c", "name": "C", "hours": hours}
    wrong["closures"] = [{**street, "bin_ids": ["bin-1", "bin-9"], "site_ids": ["market"]}]
    result = registered(wrong)
    assert result.exit_code == 1
    for problem in (
        "vehicles[0].end_depot_id: depot 'south' is neither in this file nor registered",
        "bins[0].bin_type: bin type 'chute' is",
        "bins[0].pinned_vehicle_id: vehicle 'gone' is",
        "bins[0].forbidden_vehicle_ids[1]: vehicle 'ghost' is",
        "closures[0].bin_ids[1]: bin 'bin-9' is",
        "closures[0].site_ids[0]: site 'market' is",
    ):
        assert problem in result.stderr
    assert set(registered.counted().values()) == {0}


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"bins": [}', "\ufeff{"])
def test_what_is_no_registry_is_refused_in_words(registered: Registering, text: str) -> None:
    result = registered(text)
    assert result.exit_code == 1
    assert "registry.json: cannot be used:\n  (document): " in result.stderr


def test_a_file_that_is_not_there_or_not_text(registered: Registering) -> None:
    missing = CliRunner().invoke(app, ["register", "nowhere.json"])
    assert (missing.exit_code, "No such file" in missing.stderr) == (1, True)
    registered.file.write_bytes(b"\xff\xfe{")
    binary = CliRunner().invoke(app, ["register", str(registered.file)])
    assert (binary.exit_code, "is not UTF-8 (byte 0)" in binary.stderr) == (1, True)


def test_a_later_mounting_in_the_same_bin_is_said_to_change_nothing(
    registered: Registering,
) -> None:
    registered(document(town(bins=2)))
    later = document(town(bins=2))["sensors"][1:]
    later[0]["mounted_at"] = "2026-06-01T00:00:00Z"
    kept = (
        "sensor sensor-2 keeps its mounting in bin bin-2 since 2025-03-02 12:00 UTC: "
        "a later mounted_at in the same bin changes nothing"
    )
    assert registered({"sensors": later}).stdout == f"registered 1 sensors\n{kept}\n"
    assert json.loads(registered({"sensors": later}, "--json").stdout)["notes"] == [kept]


def test_a_mounting_in_the_future_is_refused(registered: Registering) -> None:
    registered(document(town(bins=2)))
    sensor = {"sensor_id": "new", "bin_id": "bin-1"}
    ahead = datetime.now(UTC) + timedelta(hours=25)
    result = registered({"sensors": [{**sensor, "mounted_at": ahead.isoformat()}]})
    assert result.exit_code == 1
    assert "sensors[0].mounted_at: " in result.stderr
    assert "is more than 1 day ahead" in result.stderr
    soon = datetime.now(UTC) + timedelta(hours=23)
    assert registered({"sensors": [{**sensor, "mounted_at": soon.isoformat()}]}).exit_code == 0


def test_unknown_references_are_all_named(registered: Registering) -> None:
    whole = document(town(bins=2))
    del whole["depots"]
    whole["sensors"][1]["bin_id"] = "elsewhere"
    whole["crews"][0]["vehicle_id"] = "cart"
    result = registered(whole)
    assert result.exit_code == 1
    nowhere = "is neither in this file nor registered"
    for line in (
        f"vehicles[0].depot_id: depot 'depot' {nowhere}",
        f"bins[1].depot_id: depot 'depot' {nowhere}",
        f"sensors[1].bin_id: bin 'elsewhere' {nowhere}",
        f"crews[0].vehicle_id: vehicle 'cart' {nowhere}",
    ):
        assert line in result.stderr
    assert set(registered.counted().values()) == {0}


def test_a_vehicle_alone_makes_no_stream(registered: Registering) -> None:
    whole = document(town(bins=2))
    whole["vehicles"][0]["streams"] = ["paper", "papr"]
    van = {**whole["vehicles"][0], "vehicle_id": "van", "streams": []}
    whole["vehicles"].append({**van, "compartments": [{"streams": ["glas"]}]})
    result = registered(whole)
    assert result.exit_code == 1
    for place, stream in (
        ("vehicles[0].streams[1]", "papr"),
        ("vehicles[1].compartments[0].streams[0]", "glas"),
    ):
        assert (
            f"{place}: stream {stream!r} is neither in this file nor registered: no bin and no "
            "disposal site has it; name it in streams if it is meant"
        ) in result.stderr
    assert "'paper'" not in result.stderr
    assert set(registered.counted().values()) == {0}
    # meant: named; and from then on registered
    assert registered({**whole, "streams": [{"stream": "papr"}, {"stream": "glas"}]}).exit_code == 0
    assert registered({"vehicles": whole["vehicles"]}).exit_code == 0


def test_a_vehicle_taken_by_a_crew_that_is_not_in_the_file(registered: Registering) -> None:
    registered(document(town()))
    result = registered({"crews": [{"crew_id": "new", "name": "New", "vehicle_id": "lorry"}]})
    assert result.exit_code == 1
    assert "crews[0].vehicle_id: crew 'crew' is on vehicle 'lorry'" in result.stderr
    swapped = [
        {"crew_id": "new", "name": "New", "vehicle_id": "lorry"},
        {"crew_id": "crew", "name": "Crew"},
    ]
    assert registered({"crews": swapped}).exit_code == 0


def test_a_database_without_tables_says_what_to_do(
    empty_database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BRIMFUL_DATABASE_URL", empty_database_url)
    result = Registering(empty_database_url, tmp_path)(document(town()))
    assert (result.exit_code, "brimful migrate" in result.stderr) == (1, True)


def test_a_database_that_is_away_is_said_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BRIMFUL_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    result = Registering("", tmp_path)(document(town()))
    assert result.exit_code == 1
    assert "refused" in result.stderr
    assert "Traceback" not in result.output


def test_a_dev_eui_is_stored_in_its_one_form(registered: Registering) -> None:
    whole = document(town(bins=1))
    whole["sensors"][0] |= {"sensor_id": "24-E1-24-71-3B-49-23-45", "device": "netvox-r718x"}
    # the rules for native names hold in the schema; a DevEUI fits them with dashes
    assert registered(whole).exit_code == 0
    assert registered.sensors() == ["24e124713b492345"]
    whole["sensors"][0] |= {"sensor_id": "24E1", "device": "netvox-r718x"}
    whole["sensors"].append({**whole["sensors"][0], "sensor_id": "x", "device": "netvox-r718"})
    result = registered(whole)
    assert result.exit_code == 1
    assert "sensors[0].sensor_id: '24E1' is no DevEUI" in result.stderr
    assert "sensors[1].device: 'netvox-r718' is no device" in result.stderr
    assert "did you mean netvox-r718x" in result.stderr


def test_what_sensors_sent_before_is_brought_in(registered: Registering) -> None:
    whole = document(town(bins=1))
    at = datetime.now(UTC) - timedelta(hours=1)
    heard(registered.database_url, of="sensor-1", times=[at])
    result = registered(whole)
    assert "1 messages of these sensors had been set aside: 1 are stored whole" in result.stdout
    heard(registered.database_url, of="late", times=[at])
    whole["sensors"].append({**whole["sensors"][0], "sensor_id": "late"})
    said = json.loads(registered(whole, "--no-replay", "--json").stdout)
    assert said["notes"] == [
        "1 messages of these sensors are set aside: brimful rejected replay",
    ]


def test_the_schema_in_the_docs_is_the_one_of_the_code() -> None:
    written = json.loads((REPOSITORY / "docs" / "registry.schema.json").read_text())
    assert written == registry_schema(), "docs/registry.md says how to write it anew"


def test_the_example_in_the_docs_is_a_registry_and_fits_the_schema() -> None:
    page = (REPOSITORY / "docs" / "registry.md").read_text()
    example = page.partition("```json\n")[2].partition("```")[0]
    found = Registry.model_validate_json(example)
    assert all(getattr(found, kind) for kind in Registry.model_fields)
    jsonschema.validate(json.loads(example), registry_schema())
