"""``brimful roads`` and what the doctor says of roads, as a person runs them."""

import json
import socket
import subprocess
import time
from pathlib import Path

import httpx
import pytest

import store
from core.registry import BinRecord, DisposalSiteRecord
from store.registry import register
from tests.routing.roads.maps import at, ladder
from tests.routing.towns import bin_, site
from tests.routing.towns import town as registry_of
from tests.services.command import PROGRAM


@pytest.fixture
def extract(tmp_path: Path) -> Path:
    return ladder(tmp_path / "town.osm")


def brimful(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*PROGRAM, *arguments], capture_output=True, text=True, check=False)


def built(extract: Path, out: Path, *arguments: str) -> Path:
    done = brimful("roads", "build", extract, "--out", out, *arguments, "--json")
    assert done.returncode == 0, done.stderr
    return Path(json.loads(done.stdout)["folder"])


def test_a_build_says_what_it_does_and_which_setting_to_make(extract: Path, tmp_path: Path) -> None:
    done = brimful("roads", "build", extract, "--out", tmp_path / "roads")
    assert done.returncode == 0, done.stderr
    for step in ("reading the extract", "extracting the roads", "contracting"):
        assert step in done.stderr
    assert f"Set BRIMFUL_ROADS={tmp_path / 'roads' / 'lorry'}" in done.stdout
    assert "2 km of streets for lorry, 3.6 m high" in done.stdout
    assert "OpenStreetMap contributors" in done.stdout
    told = brimful("roads", "info", tmp_path / "roads")
    assert told.returncode == 0
    assert "from town.osm, built 20" in told.stdout


def test_a_lorry_of_one_s_own_size(extract: Path, tmp_path: Path) -> None:
    size = ("--height-m", "2.4", "--width-m", "2", "--length-m", "6", "--weight-t", "3.5")
    folder = built(extract, tmp_path / "roads", "--profile", "tiny", *size)
    assert folder.name == "tiny"
    told = json.loads(brimful("roads", "info", folder, "--json").stdout)
    assert told["vehicle"] == "tiny, 2.4 m high, 2 m wide, 6 m long, 3.5 t"
    assert told["algorithm"] == "CH"
    lower = built(extract, tmp_path / "roads", "--height-m", "2.4", "--closes-often")
    assert json.loads(brimful("roads", "info", lower, "--json").stdout)["algorithm"] == "MLD"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["build", "gone.osm.pbf"], "gone.osm.pbf: cannot be read: No such file"),
        (["build", "gone.osm.pbf", "--profile", "bus"], "one of your own needs --height-m"),
        (["build", "gone.osm.pbf", "--height-m", "-1"], "height -1 must be over 0"),
        (["info", "nowhere"], "nowhere: there is no such folder"),
        (["info"], "BRIMFUL_ROADS names none"),
        (["closed"], "BRIMFUL_ROADS_CLOSED names none"),
        (["closed", "x.csv", "--roads", "nowhere"], "nowhere: there is no such folder"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_line(arguments: list[str], said: str) -> None:
    done = brimful("roads", *arguments)
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_file_of_closed_streets_is_checked(extract: Path, tmp_path: Path) -> None:
    folder = built(extract, tmp_path / "roads")
    file = tmp_path / "closed.csv"
    file.write_text("way_id,until\n112,2026-03-02\n", "utf-8")
    during = brimful("roads", "closed", file, "--roads", folder, "--date", "2026-03-02")
    assert during.returncode == 0, during.stderr
    assert "1 closed" in during.stdout
    after = brimful("roads", "closed", file, "--roads", folder, "--date", "2026-03-03")
    assert "no street is closed on this day" in after.stdout
    file.write_text("way_id\n112\nOak Street\n", "utf-8")
    wrong = brimful("roads", "closed", file, "--roads", folder)
    assert wrong.returncode == 1
    assert "closed.csv line 3, way_id: 'Oak Street' is no number of a way" in wrong.stderr


def test_the_same_data_is_served_to_other_programs(extract: Path, tmp_path: Path) -> None:
    folder = built(extract, tmp_path / "roads")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [*PROGRAM, "roads", "serve", folder, "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        url = f"http://127.0.0.1:{port}/nearest/v1/driving/{at(2, 0.5).lon},{at(2, 0.5).lat}"
        until = time.monotonic() + 30
        while True:
            try:
                answer = httpx.get(url, trust_env=False)
                break
            except httpx.TransportError:
                assert time.monotonic() < until
                time.sleep(0.1)
        assert answer.json()["waypoints"][0]["name"] == "One Lane"
        server.terminate()
        assert server.wait(timeout=10) == 0
    finally:
        server.kill()
        server.wait()


async def registered(
    database_url: str, *bins: BinRecord, sites: list[DisposalSiteRecord] | None = None
) -> None:
    here = at(3, 1)
    sites = sites or [site(lon=here.lon, lat=here.lat)]
    depot = at(0, 0)
    async with store.connect(database_url) as conn, conn.transaction():
        await register(conn, registry_of(bins, sites=sites, lon=depot.lon, lat=depot.lat))


def doctor(monkeypatch: pytest.MonkeyPatch, database_url: str, **settings: str) -> dict[str, str]:
    monkeypatch.setenv("BRIMFUL_DATABASE_URL", database_url)
    for name, value in settings.items():
        monkeypatch.setenv(f"BRIMFUL_{name.upper()}", value)
    (found,) = json.loads(brimful("doctor", "--only", "roads", "--json").stdout)
    line: dict[str, str] = found
    return line


async def test_the_doctor_sees_roads_under_every_bin(
    monkeypatch: pytest.MonkeyPatch, database_url: str, extract: Path, tmp_path: Path
) -> None:
    near, far = at(1, 0.02), at(1, -3)
    await registered(database_url, bin_("near", lon=near.lon, lat=near.lat))
    unset = doctor(monkeypatch, database_url)
    assert unset["verdict"] == "warning"
    assert "straight lines" in unset["found"]
    assert "brimful roads build" in unset["to_do"]

    gone = doctor(monkeypatch, database_url, roads=str(tmp_path / "gone"))
    assert gone["verdict"] == "failed"
    assert "there is no such folder" in gone["found"]

    folder = str(built(extract, tmp_path / "roads"))
    well = doctor(monkeypatch, database_url, roads=folder)
    assert well["verdict"] == "ok", well
    assert "all 3 places are on them" in well["found"]

    await registered(
        database_url,
        bin_("near", lon=near.lon, lat=near.lat),
        bin_("field", lon=far.lon, lat=far.lat),
    )
    off = doctor(monkeypatch, database_url, roads=folder)
    assert off["verdict"] == "warning"
    assert "1 of 4 places are further than 100 m from a road: bin field" in off["found"]

    closed = tmp_path / "closed.csv"
    closed.write_text("way_id\n7\n", "utf-8")
    wrong = doctor(monkeypatch, database_url, roads=folder, roads_closed=str(closed))
    assert wrong["verdict"] == "failed"
    assert "closed.csv line 2, way_id: 7 is no street in the road data" in wrong["found"]


async def test_the_doctor_fails_where_no_lorry_gets_to_the_site(
    monkeypatch: pytest.MonkeyPatch, database_url: str, extract: Path, tmp_path: Path
) -> None:
    away = at(0, -5)
    await registered(database_url, sites=[site(lon=away.lon, lat=away.lat)])
    found = doctor(monkeypatch, database_url, roads=str(built(extract, tmp_path / "roads")))
    assert found["verdict"] == "failed"
    assert "site site" in found["found"]
