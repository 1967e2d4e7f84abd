"""The process OSRM runs in: jobs in on stdin, answers out on stdout, until stdin ends.

OSRM's Table holds the interpreter while it works, so it may not run where the event loop does.
Started by local.py as ``python -m routing.roads.worker BASE ALGORITHM``; only the parent writes
to it.
"""

import os
import resource
import sys
import time
from collections.abc import Callable
from typing import Any, BinaryIO

import osrm

from core.ways import Leg
from routing.roads.answers import SIDES, Coordinates, Rows, legs_of, rows_of
from routing.roads.pipe import packed, read, unpacked

_KIB = 1024


def main(base: str, algorithm: str) -> None:
    """Answer jobs until stdin ends."""
    with os.fdopen(os.dup(1), "wb") as answers:
        # whatever a library prints must not end up among the answers
        os.dup2(2, 1)
        try:
            # without the last one it looks for a daemon that shares its memory
            engine = osrm.OSRM(storage_config=base, algorithm=algorithm, use_shared_memory=False)
        except RuntimeError as error:
            _write(answers, error)
            return
        _write(answers, None)
        asked: dict[str, Callable[..., object]] = {
            "rows": rows,
            "legs": legs,
            "memory": memory,
            "processor": processor,
        }
        while message := read(sys.stdin.buffer):
            what, arguments = unpacked(message)
            try:
                _write(answers, asked[what](engine, **arguments))
            except Exception as error:  # noqa: BLE001 - whatever it is, the parent has to hear of it
                _write(answers, error)


def rows(
    engine: Any,  # noqa: ANN401 - the library has no types
    *,
    coordinates: Coordinates,
    kerb: list[bool],
    sources: list[int],
    destinations: list[int],
) -> Rows:
    """Return the table from some of the coordinates to some."""
    return rows_of(
        engine.Table(
            osrm.TableParameters(
                coordinates=coordinates,
                sources=sources,
                destinations=destinations,
                annotations=["duration", "distance"],
                approaches=[SIDES[side] for side in kerb],
                generate_hints=False,
            )
        )
    )


def legs(
    engine: Any,  # noqa: ANN401 - the library has no types
    *,
    coordinates: Coordinates,
    kerb: list[bool],
) -> list[Leg]:
    """Return the legs through all coordinates, each on its own: as the table knows them."""
    return legs_of(
        engine.Route(
            osrm.RouteParameters(
                coordinates=coordinates,
                steps=True,
                geometries="polyline6",
                overview="false",
                continue_straight=False,
                approaches=[SIDES[side] for side in kerb],
                generate_hints=False,
            )
        )
    )


def memory(_engine: object) -> int:
    """Return the most memory this process ever had, in bytes."""
    try:
        with open("/proc/self/status", encoding="ascii") as status:  # noqa: PTH123 - no more imports
            peak = next(line for line in status if line.startswith("VmHWM:"))
    except OSError:  # not Linux
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _KIB
    # ru_maxrss begins with what the process that started this one had
    return int(peak.split()[1]) * _KIB


def processor(_engine: object) -> float:
    """Return the seconds of processor time this process has taken."""
    return time.process_time()


def _write(answers: BinaryIO, answer: object) -> None:
    answers.write(packed(answer))
    answers.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
