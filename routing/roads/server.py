"""OSRM behind HTTP: `osrm-routed` on the same data, or anybody's server of its protocol."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, Self

import httpx
import stamina

from core.errors import BrimfulError
from core.geo import Position
from core.ways import Leg
from routing.roads.answers import SIDES, Rows, blocks, legs_of, rows_of, stretches
from routing.roads.engine import Roads, empty_rows
from routing.roads.errors import RoadsError, RoadsUnavailableError

MOST_PLACES, FEWEST_PLACES = 1000, 20
"""In one request for a table. osrm-routed allows 100 unless it is told otherwise, and proxies limit
the length of an address: what is refused is asked again in smaller parts."""
PLACES_OF_A_WAY = 100
ATTEMPTS = 4
_TOO_BIG = {413, 414, 431}


class _TooBigError(BrimfulError):
    """A request that the server takes only in smaller parts."""


class ServerRoads(Roads):
    """Travel times and ways from a road server. Its data decide the lorry and what is closed."""

    def __init__(self, client: httpx.AsyncClient, url: str, *, kerb_side: bool = True) -> None:
        super().__init__(kerb_side=kerb_side)
        self._client = client
        self._url = url.rstrip("/")
        self._most = MOST_PLACES

    @classmethod
    @asynccontextmanager
    async def opened(
        cls, url: str, *, kerb_side: bool = True, timeout_s: float = 30.0
    ) -> AsyncIterator[Self]:
        """Give the server at ``url``, for example http://localhost:5000; nothing is asked yet.

        ``timeout_s``: longest wait for one answer.
        """
        timeout = httpx.Timeout(timeout_s, connect=min(5.0, timeout_s))
        # what the environment says about proxies is about the internet, not about this server
        async with httpx.AsyncClient(timeout=timeout, trust_env=False) as client:
            yield cls(client, url, kerb_side=kerb_side)

    @property
    def _made_of(self) -> str:
        return f"roads of the server {self._url}"

    async def _rows(
        self, positions: Sequence[Position], kerb: Sequence[bool], rows: range, columns: range
    ) -> Rows:
        while True:
            try:
                return await self._in_blocks(positions, kerb, rows, columns)
            except _TooBigError as error:
                self._most //= 2
                if self._most < FEWEST_PLACES:
                    raise RoadsError(f"{self._url}: {error}") from error

    async def _in_blocks(
        self, positions: Sequence[Position], kerb: Sequence[bool], rows: range, columns: range
    ) -> Rows:
        whole = empty_rows(len(rows), len(columns))
        most = self._most // 2 - 1
        for some_rows in blocks(rows, most):
            for some in blocks(columns, most):
                part = await self._block(positions, kerb, some_rows, some)
                down = slice(some_rows.start - rows.start, some_rows.stop - rows.start)
                across = slice(some.start - columns.start, some.stop - columns.start)
                whole.drive_s[down, across] = part.drive_s
                whole.distance_m[down, across] = part.distance_m
                whole.snapped_m[across] = part.snapped_m
        return whole

    async def _block(
        self, positions: Sequence[Position], kerb: Sequence[bool], rows: range, columns: range
    ) -> Rows:
        # With the first place among them every request puts its places on the same roads: those
        # that hang together. (OSRM's tables begin with two places, too.)
        places = [0, *rows] if rows == columns else [0, *rows, *columns]
        sources = range(1, 1 + len(rows))
        destinations = sources if rows == columns else range(1 + len(rows), len(places))
        answer = await self._ask(
            "table",
            [positions[i] for i in places],
            [kerb[i] for i in places],
            annotations="duration,distance",
            sources=";".join(map(str, sources)),
            destinations=";".join(map(str, destinations)),
        )
        return await asyncio.to_thread(rows_of, answer)

    async def _legs(self, positions: Sequence[Position], kerb: Sequence[bool]) -> list[Leg]:
        legs: list[Leg] = []
        # no leg depends on another, so that they may be asked for in stretches
        for begin, end in stretches(len(positions), PLACES_OF_A_WAY):
            answer = await self._ask(
                "route",
                positions[begin : end + 1],
                kerb[begin : end + 1],
                steps="true",
                geometries="polyline6",
                overview="false",
                continue_straight="false",
            )
            legs += await asyncio.to_thread(legs_of, answer)
        return legs

    async def answers(self, position: Position) -> float:
        """Return how far a place is from the nearest road, metres. Raises RoadsError."""
        answer = await self._ask("nearest", [position], [False])
        return float(answer["waypoints"][0]["distance"])

    async def _ask(
        self, service: str, positions: Sequence[Position], kerb: Sequence[bool], **options: str
    ) -> Mapping[str, Any]:
        places = ";".join(f"{p.lon:.7f},{p.lat:.7f}" for p in positions)
        asked = "".join(f"&{name}={value}" for name, value in options.items())
        approaches = ";".join(SIDES[side] for side in kerb)
        url = (
            f"{self._url}/{service}/v1/driving/{places}?generate_hints=false"
            f"&approaches={approaches}{asked}"
        )
        async for attempt in stamina.retry_context(
            on=RoadsUnavailableError, attempts=ATTEMPTS, timeout=None, wait_max=2.0
        ):
            with attempt:
                return await self._answer(url, len(positions))
        raise AssertionError("the last attempt raised or returned")

    async def _answer(self, url: str, places: int) -> Mapping[str, Any]:
        try:
            response = await self._client.get(url)
        except (httpx.RemoteProtocolError, httpx.ReadError, httpx.InvalidURL) as error:
            # osrm-routed hangs up on an address that is too long for it
            if places > FEWEST_PLACES:
                raise _TooBigError(f"hangs up: {error}") from error
            raise RoadsUnavailableError(f"{self._url} hangs up: {error}") from error
        except httpx.HTTPError as error:
            why = str(error) or type(error).__name__
            raise RoadsUnavailableError(f"{self._url} does not answer: {why}") from error
        if response.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
            raise RoadsUnavailableError(f"{self._url} answers {response.status_code}")
        return await asyncio.to_thread(self._read, response)

    def _read(self, response: httpx.Response) -> Mapping[str, Any]:
        if response.status_code in _TOO_BIG:
            raise _TooBigError(f"answers {response.status_code}")
        try:
            answer = json.loads(response.content)
            code = answer["code"]
        except (ValueError, TypeError, KeyError) as error:
            raise RoadsError(f"{self._url} is no road server: {response.text[:80]!r}") from error
        if code == "TooBig":
            raise _TooBigError(str(answer.get("message")))
        if code != "Ok":
            raise RoadsError(f"{self._url}: {code}: {answer.get('message', '')}")
        found: Mapping[str, Any] = answer
        return found
