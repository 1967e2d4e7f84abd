"""Functions that stand where the search stands, and behave as a search must not."""

import ctypes
import os
import time
from pathlib import Path

from routing.one_trip import Model, Routes


def hang_holding_the_interpreter(
    model: Model,  # noqa: ARG001 - the signature of a search
    start: Routes,  # noqa: ARG001 - as above
    **_options: object,
) -> Routes:
    """Hang in C without letting go of the interpreter, as OR-Tools may do."""
    if folder := os.environ.get("BRIMFUL_TEST_NOTE_PID_IN"):
        Path(folder, str(os.getpid())).touch()
    # PyDLL keeps the lock over the call
    ctypes.PyDLL(None).sleep(600)
    raise AssertionError("nobody ended this process")


def hang_in_large_parts(model: Model, start: Routes, **_options: object) -> Routes:
    """Hang where there are more than two stops; else turn each route round."""
    if model.n_stops > 2:
        time.sleep(600)
    return tuple(tuple(reversed(route)) for route in start)


def crash(model: Model, start: Routes, **_options: object) -> Routes:  # noqa: ARG001 - as above
    """End the process as a fault in C would."""
    os.abort()


def fail(model: Model, start: Routes, **_options: object) -> Routes:  # noqa: ARG001 - as above
    """Raise."""
    raise ValueError("no way")


def worsen(model: Model, start: Routes, **_options: object) -> Routes:  # noqa: ARG001 - as above
    """Serve nothing."""
    return tuple(() for _route in start)


def overload(model: Model, start: Routes, **_options: object) -> Routes:
    """Put everything on the first vehicle, print a lot, and call it an improvement."""
    print("noise " * 10_000, flush=True)  # noqa: T201 - what is printed must do no harm
    return (tuple(range(model.n_stops)), *(() for _route in start[1:]))
