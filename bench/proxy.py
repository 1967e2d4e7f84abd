"""A piece of network between two programs that can be cut, stalled and restored.

Bytes pass through unchanged. What a stall holds back arrives later, as TCP would send it again;
what a cut finds on its way is gone, and both ends are told by a reset.
"""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import Enum

from bench.services.places import HOST

_CHUNK = 65_536
_RESET = struct.pack("ii", 1, 0)
"""SO_LINGER on, for no time: closing sends RST and not FIN."""


class _State(Enum):
    PASSING = "passing"
    CUT = "cut"
    STALLED = "stalled"


class Proxy:
    """Listens on ``port`` and passes all on to ``to_port``, both on this machine."""

    def __init__(self, to_port: int) -> None:
        self._to_port = to_port
        self._state = _State.PASSING
        self._passing = asyncio.Event()
        self._passing.set()
        self._lines: set[_Line] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self.port = 0

    def cut(self) -> None:
        """Reset every connection, and every one that is tried from now on."""
        self._state = _State.CUT
        self._passing.clear()
        for line in list(self._lines):
            line.reset()

    def stall(self) -> None:
        """Let nothing through any more, and tell nobody: packets just vanish.

        New connections are neither taken up nor refused as far as a program can see: they hang.
        """
        self._state = _State.STALLED
        self._passing.clear()

    def restore(self) -> None:
        """Pass everything again. Ends that have given up meanwhile are told of now."""
        self._state = _State.PASSING
        self._passing.set()

    def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take up a connection; called by the server for each."""
        task = asyncio.create_task(self._carry(reader, writer), name="proxy connection")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Reset every connection and end."""
        for line in list(self._lines):
            line.reset()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._state is _State.CUT:
            _reset(writer)
            return
        # while stalled, a handshake's packets would vanish too
        await self._passing.wait()
        try:
            far_reader, far_writer = await asyncio.open_connection(HOST, self._to_port)
        except OSError:
            # the server itself is down: its machine would answer with a reset
            _reset(writer)
            return
        line = _Line(self._passing, (reader, writer), (far_reader, far_writer))
        self._lines.add(line)
        try:
            await line.run()
        finally:
            self._lines.discard(line)


class _Line:
    """One connection: two ends, each with what it reads and where it writes."""

    def __init__(
        self,
        passing: asyncio.Event,
        near: tuple[asyncio.StreamReader, asyncio.StreamWriter],
        far: tuple[asyncio.StreamReader, asyncio.StreamWriter],
    ) -> None:
        self._passing = passing
        self._near, self._far = near, far

    async def run(self) -> None:
        """Pass bytes both ways until one end closes."""
        both = (
            asyncio.create_task(self._pass(self._near[0], self._far[1])),
            asyncio.create_task(self._pass(self._far[0], self._near[1])),
        )
        try:
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            # a goodbye does not get through a stalled network either
            await self._passing.wait()
        finally:
            for task in both:
                task.cancel()
            await asyncio.gather(*both, return_exceptions=True)
            for _, writer in (self._near, self._far):
                writer.close()

    def reset(self) -> None:
        """Reset both ends."""
        for _, writer in (self._near, self._far):
            _reset(writer)

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while chunk := await reader.read(_CHUNK):
                await self._passing.wait()
                writer.write(chunk)
                await writer.drain()
        except ConnectionError:
            return


def _reset(writer: asyncio.StreamWriter) -> None:
    sock = writer.get_extra_info("socket")
    if sock is not None and sock.fileno() >= 0:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    writer.transport.abort()


@asynccontextmanager
async def proxied(to_port: int) -> AsyncIterator[Proxy]:
    """Run a proxy to a port of this machine while the block lasts."""
    proxy = Proxy(to_port)
    server = await asyncio.start_server(proxy.accept, HOST, 0)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        server.close()
        await proxy.close()
        await server.wait_closed()
