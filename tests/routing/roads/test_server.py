"""The same data behind osrm-routed: the same answers, in as many requests as it takes."""

import asyncio
import socket
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import numpy as np
import pytest

from routing.roads import programs
from routing.roads.data import RoadData
from routing.roads.errors import RoadsError, RoadsUnavailableError
from routing.roads.local import LocalRoads
from routing.roads.server import ServerRoads
from routing.roads.streets import Streets
from routing.travel import UNREACHABLE_S
from tests.routing.roads.maps import at


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def routed(folder: Path, *arguments: str) -> AsyncIterator[str]:
    """Serve a data set as an operator would; yields the address."""
    data, port = RoadData.read(folder), free_port()
    server = subprocess.Popen(  # noqa: ASYNC220 - it starts at once
        [
            programs.program("routed"),
            *("--ip", "127.0.0.1", "--port", str(port), "--algorithm", data.manifest.algorithm),
            *arguments,
            data.base,
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(20):
            while True:
                try:
                    _, writer = await asyncio.open_connection("127.0.0.1", port)
                except OSError:
                    await asyncio.sleep(0.05)
                else:
                    writer.close()
                    break
        yield f"http://127.0.0.1:{port}"
    finally:
        server.kill()
        server.wait()


# osrm-routed allows 100 places in a table unless it is told otherwise
@pytest.mark.parametrize("arguments", [(), ("--max-table-size", "5000")])
async def test_the_server_answers_as_the_library(harbour: Path, arguments: tuple[str, ...]) -> None:
    places = Streets.read(harbour).sample(np.random.default_rng(5), 260)
    kerb = [False, *[True] * 258, False]
    async with (
        LocalRoads.opened(harbour) as local,
        routed(harbour, *arguments) as url,
        ServerRoads.opened(url) as server,
    ):
        ours = await local.table(places, kerb=kerb)
        theirs = await server.table(places, kerb=kerb)
        our_way = await local.way(places, kerb=kerb)
        their_way = await server.way(places, kerb=kerb)
    assert np.array_equal(ours.drive_s, theirs.drive_s)
    assert np.array_equal(ours.distance_m, theirs.distance_m)
    assert ours.snapped_m is not None
    assert theirs.snapped_m is not None
    assert np.allclose(ours.snapped_m, theirs.snapped_m, atol=0.1)
    assert our_way.legs == their_way.legs
    assert url in theirs.source


async def test_what_has_no_way_has_none_by_http_either(town: Path) -> None:
    async with routed(town) as url, ServerRoads.opened(url) as server:
        found = await server.table([at(0, 0), at(0.5, 11), at(1, 1)])
        assert found.drive_s[0].tolist()[1] == UNREACHABLE_S
        assert found.drive_s[0, 2] < UNREACHABLE_S
        assert (await server.table([])).drive_s.shape == (0, 0)
        assert (await server.table([at(0, 0)])).drive_s.tolist() == [[0]]
        assert await server.answers(at(0, -1)) > 100
        with pytest.raises(RoadsError, match="NoRoute"):
            await server.way([at(0, 0), at(0.5, 11)])


async def test_a_server_that_is_away_is_asked_again_and_then_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    asked = 0
    get = httpx.AsyncClient.get

    async def counted(self: httpx.AsyncClient, address: str) -> httpx.Response:
        nonlocal asked
        asked += 1
        return await get(self, address)

    monkeypatch.setattr(httpx.AsyncClient, "get", counted)
    async with ServerRoads.opened(url) as server:
        with pytest.raises(RoadsUnavailableError, match=f"{url} does not answer"):
            await server.table([at(0, 0), at(1, 0)])
    assert asked > 1


type Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def answering(answer: bytes) -> AsyncIterator[tuple[str, list[int]]]:
    """Run a server that says the same to everybody; yields its address and the requests' sizes."""
    sizes: list[int] = []

    async def say(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        sizes.append(len(await reader.readuntil(b"\r\n\r\n")))
        writer.write(answer)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(say, "127.0.0.1", 0, limit=1_000_000)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", sizes


async def test_what_is_no_road_server_is_said() -> None:
    page = b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\nconnection: close\r\n\r\nhello"
    async with answering(page) as (url, _), ServerRoads.opened(url) as server:
        with pytest.raises(RoadsError, match="is no road server: 'hello'"):
            await server.table([at(0, 0), at(1, 0)])


async def test_a_proxy_that_takes_only_short_addresses_is_asked_in_small_parts() -> None:
    refusal = b"HTTP/1.1 414 URI Too Long\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
    places = [at(i / 100, 0) for i in range(900)]
    async with answering(refusal) as (url, sizes), ServerRoads.opened(url) as server:
        with pytest.raises(RoadsError, match="414"):
            await server.table(places)
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[-1] < 2_000


async def test_a_server_that_does_not_come_to_an_end_is_not_waited_for() -> None:
    over = asyncio.Event()

    async def hang(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await over.wait()
        writer.close()

    async with await asyncio.start_server(hang, "127.0.0.1", 0) as server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        async with ServerRoads.opened(url, timeout_s=0.2) as roads, asyncio.timeout(15):
            with pytest.raises(RoadsUnavailableError, match="does not answer: ReadTimeout"):
                await roads.table([at(0, 0), at(1, 0)])
        over.set()
