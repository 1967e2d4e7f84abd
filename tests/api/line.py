"""A line to a real database that can be cut, as a network is, and mended."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Self

from psycopg.conninfo import conninfo_to_dict, make_conninfo


@dataclass
class Line:
    """A TCP port of its own in front of a database; connections break when it is cut."""

    host: str
    port: int
    _database_url: str = field(repr=False)
    _server: asyncio.Server | None = None
    _writers: set[asyncio.StreamWriter] = field(default_factory=set)
    _flowing: asyncio.Event = field(default_factory=asyncio.Event)

    @classmethod
    @asynccontextmanager
    async def to(cls, database_url: str) -> AsyncIterator[Self]:
        """Lay the line to a database, and take it up at the end."""
        line = cls(host="127.0.0.1", port=0, _database_url=database_url)
        line.let_go()
        await line.mend()
        try:
            yield line
        finally:
            await line.cut()

    @property
    def url(self) -> str:
        """Return the connection string that goes through the line."""
        return make_conninfo(self._database_url, host=self.host, port=self.port)

    async def mend(self) -> None:
        """Let connections through (again), on the same port."""
        self._server = await asyncio.start_server(self._forward, self.host, self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    def hold(self) -> None:
        """Let nothing through, and break nothing: as if the database had frozen."""
        self._flowing.clear()

    def let_go(self) -> None:
        """Let through again, and what was held first."""
        self._flowing.set()

    async def cut(self) -> None:
        """Break all connections and refuse new ones."""
        if self._server is not None:
            self._server.close()
        for writer in list(self._writers):
            writer.transport.abort()

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there_reader, there_writer = await self._connect()
        both = {writer, there_writer}
        self._writers |= both
        try:
            await asyncio.gather(self._pump(reader, there_writer), self._pump(there_reader, writer))
        finally:
            self._writers -= both

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        known = conninfo_to_dict(self._database_url)
        host, port = str(known.get("host") or "localhost"), int(known.get("port") or 5432)
        if host.startswith("/"):
            return await asyncio.open_unix_connection(f"{host}/.s.PGSQL.{port}")
        return await asyncio.open_connection(host, port)

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(65_536):
                await self._flowing.wait()
                writer.write(data)
                await writer.drain()
        writer.close()
