import asyncio
import signal
import socket
import time

import httpx
import pytest

import store
from api.app import create_app
from api.server import serve
from core.errors import InvalidInputError
from tests.api.listening import served
from tests.api.parts import Api, settings


async def test_it_serves_on_a_free_port_as_one_task_of_many_and_stops_when_cancelled(
    api: Api,
) -> None:
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    address: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    async with asyncio.TaskGroup() as group, httpx.AsyncClient() as client:
        serving = group.create_task(
            serve(api.app, host="127.0.0.1", port=0, started=address.set_result)
        )
        url = await address
        ready = await client.get(f"{url}/ready")
        assert ready.status_code == 200, ready.text
        assert "server" not in ready.headers
        bins = await client.get(f"{url}/bins", headers=api.bearer("ops"))
        assert len(bins.json()["items"]) == 5
        assert before == [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
        # the client's connection stays open, which must not hold the stop up
        started = time.monotonic()
        serving.cancel()
        await asyncio.wait([serving])
        assert time.monotonic() - started < 2.5
        with pytest.raises(httpx.ConnectError):
            await client.get(f"{url}/health")


async def test_answers_leave_at_once(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without TCP_NODELAY the second packet of an answer waits for the first one's ACK."""
    accepted: list[socket.socket] = []
    accept = socket.socket.accept

    def noted(listening: socket.socket) -> tuple[socket.socket, object]:
        connection, peer = accept(listening)
        accepted.append(connection)
        return connection, peer

    monkeypatch.setattr(socket.socket, "accept", noted)
    async with served(api) as at:
        assert (await at.get("/health")).status_code == 200
        options = [
            connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) for connection in accepted
        ]
    assert options
    assert all(options)


async def test_a_request_that_runs_is_finished_before_the_stop(api: Api) -> None:
    address: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(
        serve(api.app, host="127.0.0.1", port=0, started=address.set_result)
    )
    url = await address
    async with store.connect(api.database_url) as conn, httpx.AsyncClient() as client:
        await conn.execute("LOCK TABLE bins")
        asked = asyncio.create_task(client.get(f"{url}/bins", headers=api.bearer("ops")))
        await asyncio.sleep(0.3)
        serving.cancel()
        await asyncio.sleep(0.3)
        await conn.rollback()
        assert (await asked).status_code == 200
    await asyncio.wait([serving])
    assert serving.cancelled()


async def test_a_request_that_never_ends_is_given_up(api: Api) -> None:
    address: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    async with (
        store.open_pool(api.database_url, application="api-test") as pool,
        store.connect(api.database_url) as conn,
        httpx.AsyncClient() as client,
    ):
        app = create_app(pool, settings(), clock=api.clock)
        serving = asyncio.create_task(
            serve(app, host="127.0.0.1", port=0, started=address.set_result)
        )
        url = await address
        await conn.execute("LOCK TABLE bins")
        asked = asyncio.create_task(client.get(f"{url}/bins", headers=api.bearer("ops")))
        await asyncio.sleep(0.3)
        started = time.monotonic()
        serving.cancel()
        await asyncio.wait([serving])
        assert time.monotonic() - started < 3
        await conn.rollback()
        with pytest.raises(httpx.HTTPError):
            (await asked).raise_for_status()


async def test_a_port_in_use_is_said_in_words(api: Api) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(InvalidInputError, match=rf"port {port}.*--port"):
            await serve(api.app, host="127.0.0.1", port=port)


@pytest.mark.parametrize("host", ["no-such-host.invalid", "192.0.2.1", "a" * 300])
async def test_an_address_that_is_not_ours_is_said_in_words(api: Api, host: str) -> None:
    with pytest.raises(InvalidInputError, match="cannot listen on"):
        await serve(api.app, host=host, port=0)
