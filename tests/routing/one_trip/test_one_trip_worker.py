"""The search's process by itself, as when its parent has died."""

import os
import pickle
import signal
import subprocess
import sys

from routing.construct import construct
from routing.one_trip.worker import pack
from tests.routing.worlds import built, due, vehicle


def worker(search: str, job: bytes) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [
            sys.executable,
            "-P",
            "-m",
            "routing.one_trip.worker",
            f"tests.routing.one_trip.searches:{search}",
        ],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
        input=job,
        capture_output=True,
        timeout=20,
        check=False,
    )


def job(*, kill_after_s: float) -> bytes:
    model = built([due("a"), due("b")], vehicles=[vehicle()]).problem.model
    arguments = {
        "model": model,
        "start": construct(model),
        "limit_s": 600.0,
        "seed": 1,
        "solution_limit": None,
    }
    return pack(pickle.dumps((arguments, kill_after_s)))


def test_a_search_that_hangs_ends_itself_where_nobody_is_left_to_end_it() -> None:
    done = worker("hang_holding_the_interpreter", job(kill_after_s=0.5))
    assert done.returncode == -signal.SIGALRM


def test_the_process_ends_with_its_jobs_and_prints_nothing_between_its_answers() -> None:
    done = worker("overload", job(kill_after_s=10) * 2)
    assert done.returncode == 0
    assert b"noise" in done.stderr
    answer = pack(pickle.dumps(((0, 1),)))
    assert done.stdout == pack(b"ready") + 2 * answer
