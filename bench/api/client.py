"""A client as light as can be: the load must not cost more than what it measures."""

import asyncio
import gzip
import json
import time
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import urlsplit

from bench.speed.processes import cpu_s


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """An answer, packed as it came."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:  # noqa: ANN401 - whatever JSON says
        """Return what it says, unpacked."""
        packed = self.headers.get("content-encoding") == "gzip"
        return json.loads(gzip.decompress(self.body) if packed else self.body)


def request(
    path: str,
    token: str = "",
    *,
    method: str = "GET",
    body: bytes = b"",
    headers: Mapping[str, str] | None = None,
) -> bytes:
    """Write a request down."""
    lines = [f"{method} {path} HTTP/1.1", "Host: bench", "Accept-Encoding: gzip"]
    if token:
        lines.append(f"Authorization: Bearer {token}")
    if method != "GET":
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


class Connection:
    """A connection that is kept, one request after the other."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self._writer = writer

    @classmethod
    async def to(cls, address: str) -> Self:
        """Connect to a server."""
        url = urlsplit(address)
        return cls(*await asyncio.open_connection(url.hostname, url.port, limit=2**24))

    async def ask(self, asked: bytes) -> Answer:
        """Send a request and read its answer whole."""
        status, headers = await self.begin(asked)
        if headers.get("transfer-encoding") == "chunked":
            body = b"".join([chunk async for chunk in self._chunks()])
        else:
            body = await self.reader.readexactly(int(headers.get("content-length", 0)))
        return Answer(status=status, headers=headers, body=body)

    async def begin(self, asked: bytes) -> tuple[int, dict[str, str]]:
        """Send a request and read the head of its answer."""
        self._writer.write(asked)
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        pairs = (line.split(": ", 1) for line in head[1:] if line)
        headers = {name.lower(): value for name, value in pairs}
        return int(head[0].split()[1]), headers

    async def _chunks(self) -> AsyncGenerator[bytes]:
        while size := int(await self.reader.readline(), 16):
            yield await self.reader.readexactly(size)
            await self.reader.readline()
        await self.reader.readline()

    async def close(self) -> None:
        """Hang up."""
        self._writer.close()
        with suppress(OSError):
            await self._writer.wait_closed()


@dataclass(kw_only=True, slots=True)
class Samples:
    """What was measured of one thing."""

    took_s: list[float] = field(default_factory=list)
    seconds: float = 0.0
    bytes: int = 0
    """Of one answer, packed."""
    refused: int = 0
    """Answers 503: more was asked at once than could wait for a connection."""
    cpu_s: float = 0.0
    """Of the server's process."""

    def quantile_ms(self, share: float) -> float:
        """Return a quantile, milliseconds."""
        ordered = sorted(self.took_s)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000

    @property
    def cpu_ms(self) -> float:
        """Return what one of them cost the server's process: the same however busy others are."""
        return self.cpu_s / len(self.took_s) * 1000

    @property
    def per_s(self) -> float:
        """How many there were in a second."""
        return len(self.took_s) / self.seconds


@dataclass(frozen=True, kw_only=True, slots=True)
class Server:
    """The process that is asked."""

    address: str
    pid: int


async def measure(
    server: Server,
    requests: Iterator[bytes],
    *,
    at_once: int,
    seconds: float,
    status: int = 200,
    before: Callable[[], bytes] | None = None,
) -> Samples:
    """Ask on so many connections, each as soon as it has its answer, for so long.

    ``before`` gives a request that is sent before each and not measured.
    """
    found = Samples()
    began, used = time.perf_counter(), cpu_s(server.pid)

    async def one() -> None:
        connection = await Connection.to(server.address)
        while time.perf_counter() - began < seconds:
            if before is not None:
                await connection.ask(before())
            asked_at = time.perf_counter()
            answer = await connection.ask(next(requests))
            if answer.status == 503:
                found.refused += 1
                continue
            found.took_s.append(time.perf_counter() - asked_at)
            if answer.status != status:
                raise RuntimeError(f"{answer.status}: {answer.body[:200]!r}")
            found.bytes = len(answer.body)
        await connection.close()

    async with asyncio.TaskGroup() as group:
        for _ in range(at_once):
            group.create_task(one())
    found.seconds = time.perf_counter() - began
    found.cpu_s = cpu_s(server.pid) - used
    return found
