"""The process a search runs in: one job in on stdin, messages out on stdout.

Started by ``solve`` as ``python -m routing.worker MODULE:FUNCTION``; only the parent writes to it.
"""

import os
import pickle
import signal
import sys
import time
from collections.abc import Callable
from importlib import import_module
from typing import BinaryIO

from routing.messages import Done, Failed, Job, load_model, pack, read
from routing.model import Routes

_SHORTEST_S = 0.01


def main(function: str) -> None:
    """Do the job on stdin."""
    with os.fdopen(os.dup(1), "wb") as answers:
        # whatever a library prints must not end up among the answers
        os.dup2(2, 1)
        module, _, name = function.partition(":")
        search = getattr(import_module(module), name)
        message = read(sys.stdin.buffer)
        if message:
            _do(search, pickle.loads(message), answers)  # noqa: S301 - written by our own parent


def _do(search: Callable[..., Routes], job: Job, answers: BinaryIO) -> None:
    # The kernel ends this process when the job overruns: Python's own timers do not come through
    # while a solver holds the interpreter, and a parent that died cannot kill us.
    limit_s = None
    if job.ends_at is not None:
        limit_s = max(_SHORTEST_S, job.ends_at - time.monotonic())
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, limit_s + job.kill_after_s)

    def tell(message: object) -> None:
        answers.write(pack(pickle.dumps(message)))
        answers.flush()

    try:
        routes = search(
            load_model(job),
            job.start,
            limit_s=limit_s,
            iterations=job.iterations,
            seed=job.seed,
            on_progress=tell,
            stop=None,
        )
        tell(Done(routes))
    except BrokenPipeError:
        # nobody waits for the answer any more
        sys.stderr.close()
    except Exception as error:  # noqa: BLE001 - whatever it is, the parent has to hear of it
        tell(Failed(f"{type(error).__name__}: {error}"))


if __name__ == "__main__":
    main(sys.argv[1])
