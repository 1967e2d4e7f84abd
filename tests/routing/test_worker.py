"""The search's process by itself, as when its parent has died."""

import os
import pickle
import signal
import subprocess
import sys
import tempfile
import time

from routing.messages import Done, Job, dump_model, pack
from routing.search import first
from tests.routing.days import busy_day

MODEL = busy_day(3, stops=20, vehicles=2, only="loads")


def worker(search: str, *, kill_after_s: float) -> subprocess.CompletedProcess[bytes]:
    with tempfile.TemporaryFile() as arrays:
        rest, spans = dump_model(MODEL, arrays)
        job = Job(
            fd=arrays.fileno(),
            model=rest,
            spans=spans,
            start=None,
            ends_at=time.monotonic(),
            iterations=None,
            seed=1,
            kill_after_s=kill_after_s,
        )
        return subprocess.run(
            [sys.executable, "-P", "-m", "routing.worker", f"tests.routing.searches:{search}"],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
            input=pack(pickle.dumps(job)),
            pass_fds=(arrays.fileno(),),
            capture_output=True,
            timeout=60,
            check=False,
        )


def test_a_search_that_hangs_ends_itself_where_nobody_is_left_to_end_it() -> None:
    done = worker("hang_holding_the_interpreter", kill_after_s=0.5)
    assert done.returncode == -signal.SIGALRM


def test_the_process_ends_with_its_job_and_prints_nothing_but_its_answer() -> None:
    done = worker("print_a_lot", kill_after_s=60)
    assert done.returncode == 0
    assert b"noise" in done.stderr
    assert done.stdout == pack(pickle.dumps(Done(first(MODEL))))


def test_without_a_job_the_process_ends() -> None:
    done = subprocess.run(
        [sys.executable, "-P", "-m", "routing.worker", "tests.routing.searches:fail"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, b"")
