"""Messages between us and the process OSRM runs in: eight bytes of length, then pickle."""

import pickle
import struct
from asyncio import StreamReader
from typing import Any, BinaryIO

_HEADER = struct.Struct(">Q")


def packed(message: object) -> bytes:
    """Return a message as it goes through the pipe."""
    content = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    return _HEADER.pack(len(content)) + content


def unpacked(content: bytes) -> Any:  # noqa: ANN401 - what was packed
    """Return the message in a content."""
    return pickle.loads(content)  # noqa: S301 - both ends are ours


def read(stream: BinaryIO) -> bytes:
    """Return the next message's content; empty at the end."""
    header = stream.read(_HEADER.size)
    return stream.read(_HEADER.unpack(header)[0]) if len(header) == _HEADER.size else b""


async def receive(stream: StreamReader) -> bytes:
    """Return the next message's content. Raises IncompleteReadError at the end."""
    header = await stream.readexactly(_HEADER.size)
    return await stream.readexactly(_HEADER.unpack(header)[0])
