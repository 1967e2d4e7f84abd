"""A served application whose events are read as a screen reads them."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import httpx

import store
from api.app import create_app
from api.live.hub import live_of
from api.server import serve
from tests.api.parts import Api, settings

type Event = tuple[str, Any]


@dataclass(kw_only=True)
class Stream:
    """An open stream of events."""

    events: asyncio.Queue[Event | None] = field(default_factory=asyncio.Queue)
    comments: int = 0
    headers: httpx.Headers = field(default_factory=httpx.Headers)

    async def next(self, name: str, *, within_s: float = 5) -> Any:  # noqa: ANN401 - any event
        """Return the data of the next event of a name, passing over others."""
        async with asyncio.timeout(within_s):
            while True:
                event = await self.events.get()
                assert event is not None, f"the stream ended before {name}"
                if event[0] == name:
                    return event[1]

    async def end(self, *, within_s: float = 5) -> None:
        """Wait for the server to end the stream."""
        async with asyncio.timeout(within_s):
            while await self.events.get() is not None:
                pass

    async def bins_until(self, bin_id: str) -> set[str]:
        """Return the bins of the levels told, up to the event that tells this one's."""
        told: set[str] = set()
        while bin_id not in told:
            told |= {row[0] for row in (await self.next("levels"))["rows"]}
        return told

    async def rows_within(self, seconds: float) -> list[Any]:
        """Return the levels told within so many seconds."""
        rows: list[Any] = []
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while True:
                    rows += (await self.next("levels", within_s=seconds + 1))["rows"]
        return rows

    async def nothing(self, *names: str, for_s: float = 1.0) -> None:
        """See that no event of these names comes."""
        try:
            async with asyncio.timeout(for_s):
                while True:
                    event = await self.events.get()
                    assert event is not None
                    assert event[0] not in names, event
        except TimeoutError:
            pass

    async def read(self, response: httpx.Response) -> None:
        """Take events apart as they come."""
        name = ""
        try:
            async for line in response.aiter_lines():
                if line.startswith(":"):
                    self.comments += 1
                elif line.startswith("event: "):
                    name = line.removeprefix("event: ")
                elif line.startswith("data: "):
                    self.events.put_nowait((name, json.loads(line.removeprefix("data: "))))
        except httpx.HTTPError:
            pass  # cut off: an end as well
        self.events.put_nowait(None)


@dataclass(frozen=True, kw_only=True)
class Served:
    """The application behind a real server."""

    api: Api
    url: str
    client: httpx.AsyncClient
    serving: asyncio.Task[None]

    @asynccontextmanager
    async def events(self, who: str = "ops") -> AsyncIterator[Stream]:
        """Open a stream; it has been greeted."""
        stream = Stream()
        async with self.client.stream(
            "GET", "/events", headers=self.api.bearer(who), timeout=None
        ) as response:
            assert response.status_code == 200, await response.aread()
            stream.headers = response.headers
            reading = asyncio.create_task(stream.read(response))
            try:
                assert await stream.next("hello") == {}
                yield stream
            finally:
                reading.cancel()
                await asyncio.wait([reading])

    async def get(self, path: str, who: str = "ops", **headers: str) -> httpx.Response:
        """Read something."""
        return await self.client.get(path, headers={**self.api.bearer(who), **headers})


@asynccontextmanager
async def served(api: Api, *, database_url: str | None = None) -> AsyncIterator[Served]:
    """Serve the application until left; it hears what changes."""
    address: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    async with store.open_pool(
        database_url or api.database_url, application="api-test", timeout_s=2
    ) as pool:
        app = create_app(pool, settings(), clock=api.clock)
        serving = asyncio.create_task(
            serve(app, host="127.0.0.1", port=0, started=address.set_result)
        )
        url = await address
        async with httpx.AsyncClient(base_url=url, timeout=20) as client:
            try:
                while not live_of(app).listeners.open:  # noqa: ASYNC110 - only tests wait for it
                    await asyncio.sleep(0.02)
                yield Served(api=api, url=url, client=client, serving=serving)
            finally:
                serving.cancel()
                await asyncio.wait([serving])
