"""What goes between a search's process and its parent, and how the model travels.

A message is a length of eight bytes and so many bytes of pickle. The model's arrays do not go
through the pipe: they lie in a file without a name that both processes have open, and are mapped,
not read.
"""

import mmap
import os
import pickle
import struct
from dataclasses import dataclass
from typing import IO, BinaryIO

from routing.model import Model, Routes

HEADER = struct.Struct(">Q")
_ALIGNED = 64


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """What the process has to do.

    model: a pickle whose arrays lie in the file ``fd`` at ``spans`` (offset, length); ends_at: when
    the search has to end, by ``time.monotonic()``, which is the same in all processes;
    kill_after_s: how much later the kernel ends the process.
    """

    fd: int
    model: bytes
    spans: tuple[tuple[int, int], ...]
    start: Routes | None
    ends_at: float | None
    iterations: int | None
    seed: int
    kill_after_s: float


@dataclass(frozen=True, slots=True)
class Done:
    """The answer."""

    routes: Routes


@dataclass(frozen=True, slots=True)
class Failed:
    """The search raised."""

    error: str


def dump_model(model: Model, file: IO[bytes]) -> tuple[bytes, tuple[tuple[int, int], ...]]:
    """Write a model's arrays to a file; return the rest as a pickle and where the arrays lie."""
    arrays: list[pickle.PickleBuffer] = []
    rest = pickle.dumps(model, protocol=5, buffer_callback=arrays.append)
    spans = []
    for array in arrays:
        file.seek(-file.tell() % _ALIGNED, os.SEEK_CUR)
        raw = array.raw()
        spans.append((file.tell(), raw.nbytes))
        file.write(raw)
    file.flush()
    return rest, tuple(spans)


def load_model(job: Job) -> Model:
    """Return the model of a job, its arrays mapped from the file."""
    length = max((offset + size for offset, size in job.spans if size), default=0)
    # A mapping of our own: what is written to it stays here
    mapped = memoryview(mmap.mmap(job.fd, length, access=mmap.ACCESS_COPY) if length else b"")
    buffers = [mapped[offset : offset + size] for offset, size in job.spans]
    model: Model = pickle.loads(job.model, buffers=buffers)  # noqa: S301 - by our own parent
    return model


def pack(message: bytes) -> bytes:
    """Return a message with its length in front."""
    return HEADER.pack(len(message)) + message


def read(stream: BinaryIO) -> bytes:
    """Return the next message; empty at the end."""
    header = stream.read(HEADER.size)
    return stream.read(HEADER.unpack(header)[0]) if len(header) == HEADER.size else b""
