"""The proxy passes everything, loses nothing in a stall, and tells both ends of a cut."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bench.proxy import Proxy, proxied


@asynccontextmanager
async def echo_behind_a_proxy() -> AsyncIterator[Proxy]:
    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while chunk := await reader.read(65_536):
                writer.write(chunk)
                await writer.drain()
        except ConnectionError:
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    async with server, proxied(server.sockets[0].getsockname()[1]) as proxy:
        yield proxy


async def test_it_passes_everything() -> None:
    async with echo_behind_a_proxy() as proxy:
        reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
        sent = bytes(range(256)) * 2_000
        writer.write(sent)
        assert await reader.readexactly(len(sent)) == sent
        writer.close()


async def test_a_stall_is_silence_and_then_all_arrives() -> None:
    async with echo_behind_a_proxy() as proxy:
        reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
        proxy.stall()
        writer.write(b"hello")
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2):
                await reader.read(1)
        proxy.restore()
        assert await reader.readexactly(5) == b"hello"
        writer.close()


async def test_a_new_connection_hangs_in_a_stall() -> None:
    async with echo_behind_a_proxy() as proxy:
        proxy.stall()
        reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
        writer.write(b"hello")
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2):
                await reader.read(1)
        proxy.restore()
        assert await reader.readexactly(5) == b"hello"
        writer.close()


async def test_a_cut_is_a_reset_for_old_and_new() -> None:
    async with echo_behind_a_proxy() as proxy:
        reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
        writer.write(b"hello")
        assert await reader.readexactly(5) == b"hello"
        proxy.cut()
        with pytest.raises(ConnectionResetError):
            await reader.read(1)
        again, again_writer = await asyncio.open_connection("127.0.0.1", proxy.port)
        with pytest.raises(ConnectionResetError):
            await again.read(1)
        proxy.restore()
        once_more, writer_more = await asyncio.open_connection("127.0.0.1", proxy.port)
        writer_more.write(b"hello")
        assert await once_more.readexactly(5) == b"hello"
        for each in (writer, again_writer, writer_more):
            each.close()
