"""What a phone has and loses in the street: a way to the server that can be cut."""

import asyncio
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit


class Signal:
    """A way to a server, for one phone; cut, it is gone for pages and for workers alike."""

    def __init__(self, server_address: str) -> None:
        """Prepare it."""
        self._to = urlsplit(server_address)
        self._server: asyncio.Server | None = None
        self._port = 0
        self._open: set[asyncio.StreamWriter] = set()
        self._said = bytearray()

    def asked(self, method: str, path: str) -> int:
        """Return how often the phone asked for an address that begins so, by page or worker."""
        return self._said.count(f"{method} {path}".encode())

    @property
    def address(self) -> str:
        """Where the phone finds the server."""
        return f"http://127.0.0.1:{self._port}"

    async def __aenter__(self) -> Self:
        """Have signal."""
        await self.back()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Be gone."""
        await self.lost()

    async def back(self) -> None:
        """Have signal again, at the same address."""
        self._server = await asyncio.start_server(self._joined, "127.0.0.1", self._port)
        self._port = self._server.sockets[0].getsockname()[1]

    async def lost(self) -> None:
        """Lose it: what is under way breaks off, nothing new gets through."""
        if self._server is not None:
            self._server.close()
        for writer in tuple(self._open):
            writer.transport.abort()

    async def _joined(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            onward = await asyncio.open_connection(self._to.hostname, self._to.port)
        except OSError:
            writer.transport.abort()
            return
        self._open |= {writer, onward[1]}
        try:
            await asyncio.gather(_pass(reader, onward[1], self._said), _pass(onward[0], writer))
        finally:
            for end in (writer, onward[1]):
                self._open.discard(end)
                end.transport.abort()


async def _pass(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, heard: bytearray | None = None
) -> None:
    """Hand on what comes, to its end; ``heard`` keeps it."""
    try:
        while chunk := await reader.read(65_536):
            if heard is not None:
                heard += chunk
            writer.write(chunk)
            await writer.drain()
        if writer.can_write_eof():
            writer.write_eof()
    except OSError:
        writer.transport.abort()
