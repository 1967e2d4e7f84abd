"""The process the search runs in: jobs in on stdin, answers out on stdout, until stdin ends.

Started by ``solve`` as ``python -m routing.one_trip.worker MODULE:FUNCTION``. A message is a length
of eight bytes and so many bytes of pickle; only the parent writes to it.
"""

import os
import pickle
import signal
import struct
import sys
from collections.abc import Callable
from importlib import import_module
from typing import BinaryIO

HEADER = struct.Struct(">Q")
READY = b"ready"


def main(function: str) -> None:
    """Answer jobs until stdin ends."""
    with os.fdopen(os.dup(1), "wb") as answers:
        # whatever a library prints must not end up among the answers
        os.dup2(2, 1)
        module, _, name = function.partition(":")
        search = getattr(import_module(module), name)
        _write(answers, READY)
        while message := read(sys.stdin.buffer):
            _write(answers, pickle.dumps(_answer(search, message)))


def _answer(search: Callable[..., object], message: bytes) -> object:
    arguments, kill_after_s = pickle.loads(message)  # noqa: S301 - written by our own parent
    # The kernel ends this process when the job overruns: Python's own timers do not come through
    # while the solver holds the interpreter, and a parent that died cannot kill us.
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, kill_after_s)
    try:
        return search(**arguments)
    except Exception as error:  # noqa: BLE001 - whatever it is, the parent has to hear of it
        return error
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def pack(message: bytes) -> bytes:
    """Return a message with its length in front."""
    return HEADER.pack(len(message)) + message


def read(stream: BinaryIO) -> bytes:
    """Return the next message; empty at the end."""
    header = stream.read(HEADER.size)
    return stream.read(HEADER.unpack(header)[0]) if len(header) == HEADER.size else b""


def _write(answers: BinaryIO, message: bytes) -> None:
    answers.write(pack(message))
    answers.flush()


if __name__ == "__main__":
    main(sys.argv[1])
