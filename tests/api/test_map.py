"""The base map over HTTP: whichever there is, its tiles, its style, what screens may reach."""

import gzip
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer

from api.basemap.source import FILE, LAYERS, Grounds
from api.endpoints.screens import BUILT
from core.settings import Settings
from tests.api.parts import Api, assert_problem

MADE = {
    "source": "malta.osm.pbf",
    "data_at": "2018-08-27T20:14:02Z",
    "built_at": "2026-03-01T09:00:00Z",
    "bounds": [14.2, 35.8, 14.5, 36.0],
}
TILE = b"a tile of the map"
STORED = gzip.compress(TILE, mtime=0)


def written(
    path: Path,
    *,
    tile: bytes = STORED,
    layers: tuple[str, ...] = tuple(LAYERS),
    description: str = json.dumps(MADE),
    **header: Any,  # noqa: ANN401 - of the format
) -> Path:
    """Write a map of one tile: 3/4/2."""
    with path.open("wb") as file:
        writer = Writer(file)
        writer.write_tile(zxy_to_tileid(3, 4, 2), tile)
        writer.finalize(
            {
                "tile_type": TileType.MVT,
                "tile_compression": Compression.GZIP,
                "min_lon_e7": 140_000_000,
                "min_lat_e7": 350_000_000,
                "max_lon_e7": 150_000_000,
                "max_lat_e7": 370_000_000,
                **header,
            },
            {
                "attribution": "© OpenStreetMap contributors",
                "description": description,
                "vector_layers": [{"id": name} for name in layers],
            },
        )
    return path


def use(api: Api, **changes: Any) -> None:  # noqa: ANN401 - of any setting
    """Let the application go on with other settings."""
    settings = Settings(_env_file=None, **changes)
    api.app.state.context = replace(
        api.app.state.context, settings=settings, grounds=Grounds(settings)
    )


async def style_of(api: Api, scheme: str = "light") -> dict[str, Any]:
    response = await api.get("/map/style.json", scheme=scheme)
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


async def test_a_tile_goes_out_as_it_is_stored(api: Api, tmp_path: Path) -> None:
    use(api, map=written(tmp_path / "any name.pmtiles"))
    answer = await api.get("/map/tiles/3/4/2")
    assert answer.status_code == 200
    assert answer.content == TILE
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["content-type"] == "application/vnd.mapbox-vector-tile"
    assert int(answer.headers["content-length"]) == len(STORED)
    assert answer.headers["vary"] == "Accept-Encoding"
    assert "private" in answer.headers["cache-control"]


async def test_who_cannot_unpack_gets_it_unpacked(api: Api, tmp_path: Path) -> None:
    use(api, map=written(tmp_path / FILE))
    answer = await api.client.get(
        "/map/tiles/3/4/2", headers={**api.bearer("crew"), "Accept-Encoding": "identity"}
    )
    assert answer.content == TILE
    assert "content-encoding" not in answer.headers


async def test_who_has_the_tile_is_told_so_until_the_map_is_another(
    api: Api, tmp_path: Path
) -> None:
    file = written(tmp_path / FILE)
    use(api, map=tmp_path)
    tag = (await api.get("/map/tiles/3/4/2")).headers["etag"]
    asking = {**api.bearer("ops"), "If-None-Match": f"W/{tag}"}
    again = await api.client.get("/map/tiles/3/4/2", headers=asking)
    assert again.status_code == 304
    assert again.headers["etag"] == tag
    assert again.content == b""
    # built anew, and put in place as a build does
    written(tmp_path / "new", tile=gzip.compress(b"another")).replace(file)
    anew = await api.client.get("/map/tiles/3/4/2", headers=asking)
    assert anew.status_code == 200
    assert anew.content == b"another"
    assert anew.headers["etag"] != tag


async def test_where_nothing_is_drawn_there_is_nothing(api: Api, tmp_path: Path) -> None:
    use(api, map=written(tmp_path / FILE))
    empty = await api.get("/map/tiles/3/0/0")
    assert empty.status_code == 204
    assert empty.content == b""
    assert "etag" in empty.headers
    for beyond in ("3/8/0", "3/0/8", "0/0/1"):
        assert_problem(await api.get(f"/map/tiles/{beyond}"), 404)
    for wrong in ("-1/0/0", "25/0/0", "3/-1/0", "a/0/0", "3/99999999999999999999999/0"):
        assert (await api.get(f"/map/tiles/{wrong}")).status_code in {404, 422}, wrong


async def test_the_map_says_what_it_is(api: Api, tmp_path: Path) -> None:
    use(api, map=written(tmp_path / FILE))
    info = (await api.get("/map/info", who="crew")).json()
    assert info == {
        "kind": "streets",
        "tiles": "/map/tiles/{z}/{x}/{y}",
        "attribution": "© OpenStreetMap contributors",
        "bounds": [14.2, 35.8, 14.5, 36.0],
        "min_zoom": 3,
        "max_zoom": 3,
        "source": "malta.osm.pbf",
        "data_at": "2018-08-27T20:14:02Z",
        "built_at": "2026-03-01T09:00:00Z",
        "revision": info["revision"],
        "note": None,
    }


async def test_a_map_of_another_program_is_shown_with_what_is_known_of_it(
    api: Api, tmp_path: Path
) -> None:
    for description in ("Streets of Malta", "[1]", '{"bounds": "all"}'):
        use(api, map=written(tmp_path / FILE, description=description))
        info = (await api.get("/map/info")).json()
        assert info["kind"] == "streets"
        assert info["bounds"] == [14.0, 35.0, 15.0, 37.0]
        assert info["source"] is None


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_a_style_asks_for_tiles_and_for_nothing_else(
    api: Api, tmp_path: Path, scheme: str
) -> None:
    use(api, map=written(tmp_path / FILE))
    style = await style_of(api, scheme)
    assert style.keys() == {"version", "name", "metadata", "sources", "layers"}
    assert style["sources"]["map"]["tiles"] == ["/map/tiles/{z}/{x}/{y}"]
    assert style["sources"]["map"]["bounds"] == [14.0, 35.0, 15.0, 37.0]
    assert style["metadata"]["brimful:bounds"] == [14.2, 35.8, 14.5, 36.0]
    ids = [layer["id"] for layer in style["layers"]]
    assert len(ids) == len(set(ids))
    # roads lie above water, and names above roads
    assert ids.index("water") < ids.index("minor") < ids.index("road-name")
    colours = json.dumps(style["layers"])
    assert colours != json.dumps((await style_of(api, "dark" if scheme == "light" else "light"))["layers"])  # fmt: skip  # noqa: E501 - one comparison
    assert (await api.get("/map/style.json", scheme="pink")).status_code == 422


async def test_without_a_map_the_ground_is_plain(api: Api) -> None:
    use(api)
    info = (await api.get("/map/info")).json()
    assert (info["kind"], info["tiles"], info["bounds"]) == ("plain", None, None)
    assert "brimful map build" in info["note"]
    style = await style_of(api)
    assert style["sources"] == {}
    assert [layer["type"] for layer in style["layers"]] == ["background"]
    assert_problem(await api.get("/map/tiles/0/0/0"), 404)


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"no map",
        b"PMTiles\x03" + bytes(300),
    ],
)
async def test_a_file_that_is_no_map_leaves_the_ground_plain(
    api: Api, tmp_path: Path, broken: bytes
) -> None:
    (tmp_path / FILE).write_bytes(broken)
    use(api, map=tmp_path)
    info = (await api.get("/map/info")).json()
    assert info["kind"] == "plain"
    assert "cannot be used" in info["note"]
    # mended while the server runs
    written(tmp_path / FILE)
    assert (await api.get("/map/info")).json()["kind"] == "streets"


async def test_tiles_of_another_style_or_of_pictures_are_no_map(api: Api, tmp_path: Path) -> None:
    for change in ({"layers": ("earth",)}, {"tile_type": TileType.PNG}):
        use(api, map=written(tmp_path / FILE, **change))
        assert (await api.get("/map/info")).json()["kind"] == "plain", change


async def test_the_map_beside_the_roads_is_found(api: Api, tmp_path: Path) -> None:
    written(tmp_path / FILE)
    (tmp_path / "lorry").mkdir()
    for roads in (tmp_path, tmp_path / "lorry"):
        use(api, roads=str(roads))
        assert (await api.get("/map/info")).json()["kind"] == "streets"
    use(api, roads="http://roads:5000")
    assert (await api.get("/map/info")).json()["kind"] == "plain"


async def test_a_tile_server_is_reached_only_where_it_is_set(api: Api, tmp_path: Path) -> None:
    template = "https://tiles.town.example:8443/street/{z}/{x}/{y}.png?key=1"
    use(api, map_tiles=template, map_tiles_attribution="Town survey", roads=str(tmp_path))
    style = await style_of(api)
    assert style["sources"]["map"]["tiles"] == [template]
    assert style["sources"]["map"]["type"] == "raster"
    assert style["sources"]["map"]["attribution"] == "Town survey"
    assert (await api.get("/map/info")).json()["kind"] == "tiles"
    policy = (await api.client.get("/ops/")).headers["content-security-policy"]
    if (BUILT / "ops" / "index.html").is_file():
        allowed = dict(part.strip().split(" ", 1) for part in policy.split(";"))
        named = {name for name, value in allowed.items() if "://" in value}
        assert named == {"connect-src", "img-src"}
        assert allowed["connect-src"] == "'self' https://tiles.town.example:8443"
    use(api)
    policy = (await api.client.get("/ops/")).headers["content-security-policy"]
    assert "://" not in policy


@pytest.mark.parametrize(
    "template",
    [
        "https://tiles.example/{z}/{x}.png",
        "ftp://tiles.example/{z}/{x}/{y}",
        "https://tiles.example;script-src */{z}/{x}/{y}",
        "https://tiles.example evil.example/{z}/{x}/{y}",
        "{z}/{x}/{y}",
    ],
)
def test_an_address_that_is_no_template_is_refused(template: str) -> None:
    with pytest.raises(ValueError, match=r"write it like https://"):
        Settings(_env_file=None, map_tiles=template)


def test_an_empty_variable_means_nothing() -> None:
    settings = Settings(_env_file=None, map="", map_tiles="", map_tiles_attribution="")
    assert (settings.map, settings.map_tiles, settings.map_tiles_attribution) == (None, None, None)
    assert settings.map_tiles_origin is None
