"""Functions that stand where the search stands, and behave as a search must not."""

import ctypes
import os
import time
from collections.abc import Callable
from pathlib import Path

from routing.model import Model, Routes
from routing.search import Progress, first

type Tell = Callable[[Progress], None]


def _note_pid() -> None:
    if folder := os.environ.get("BRIMFUL_TEST_NOTE_PID_IN"):
        Path(folder, str(os.getpid())).touch()


def hang_holding_the_interpreter(
    model: Model,  # noqa: ARG001 - the signature of a search
    start: Routes | None,  # noqa: ARG001 - as above
    **_options: object,
) -> Routes:
    """Hang in C without letting go of the interpreter, as OR-Tools may do."""
    _note_pid()
    # PyDLL keeps the lock over the call
    ctypes.PyDLL(None).sleep(600)
    raise AssertionError("nobody ended this process")


def tell_and_hang(
    model: Model, start: Routes | None, *, on_progress: Tell, **_options: object
) -> Routes:
    """Tell of the start turned round, then hang."""
    _note_pid()
    routes = tuple(tuple(reversed(route)) for route in start or ())
    on_progress(
        Progress(
            elapsed_s=0.0,
            iterations=7,
            objective=model.objective(routes),
            left_out=0,
            routes=routes,
        )
    )
    time.sleep(600)
    raise AssertionError("nobody ended this process")


def crash(model: Model, start: Routes | None, **_options: object) -> Routes:  # noqa: ARG001 - as above
    """End the process as a fault in C would."""
    os.abort()


def tell_and_crash(
    model: Model,  # noqa: ARG001 - the signature of a search
    start: Routes | None,
    *,
    on_progress: Tell,
    **_options: object,
) -> Routes:
    """Tell of the start turned round, then crash."""
    routes = tuple(tuple(reversed(route)) for route in start or ())
    on_progress(
        Progress(elapsed_s=0.0, iterations=7, objective=0, left_out=0, routes=routes),
    )
    os.abort()


def fail(model: Model, start: Routes | None, **_options: object) -> Routes:  # noqa: ARG001 - as above
    """Raise."""
    raise ValueError("no way")


def worsen(model: Model, start: Routes | None, **_options: object) -> Routes:  # noqa: ARG001 - as above
    """Serve nothing."""
    return ((),) * model.n_vehicles


def print_a_lot(model: Model, start: Routes | None, **_options: object) -> Routes:  # noqa: ARG001 - as above
    """Print, as a library may; what is printed must do no harm."""
    print("noise " * 10_000, flush=True)  # noqa: T201 - see above
    return first(model)


def write_to_the_model(model: Model, start: Routes | None, **_options: object) -> Routes:  # noqa: ARG001 - as above
    """Write to the arrays, which are the parent's too."""
    routes = first(model)
    model.cost[:] = 0
    model.stops.penalty[:] = 0
    return routes
