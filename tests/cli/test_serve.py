import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from tests.services.command import PROGRAM

NOWHERE = "postgresql://nobody@127.0.0.1:1/nowhere"


@contextmanager
def served(
    database_url: str, *, timeout_s: float = 1
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run `brimful serve` as a service and yield it with its address."""
    with subprocess.Popen(
        [*PROGRAM, "serve", "--port", "0"],
        env={
            **os.environ,
            "BRIMFUL_DATABASE_URL": database_url,
            "BRIMFUL_DATABASE_TIMEOUT_S": str(timeout_s),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            words = process.stdout.readline().split()
            yield process, words[-1]
        finally:
            process.kill()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_starts_without_its_database_and_stops_cleanly(number: signal.Signals) -> None:
    with served(NOWHERE) as (process, address):
        assert httpx.get(f"{address}/health").status_code == 200
        response = httpx.get(f"{address}/ready", timeout=10)
        assert response.status_code == 503
        assert response.headers["content-type"] == "application/problem+json"
        started = time.monotonic()
        process.send_signal(number)
        assert process.wait(timeout=10) == 0
        assert time.monotonic() - started < 5
        assert process.stderr is not None
        assert "Traceback" not in process.stderr.read()


def test_without_its_database_it_refuses_soon_whatever_the_others_wait() -> None:
    with served(NOWHERE, timeout_s=60) as (_, address):
        for path, limit_s in ("/ready", 2.0), ("/bins", 4.0):
            started = time.monotonic()
            response = httpx.get(
                f"{address}{path}", headers={"Authorization": "Bearer x"}, timeout=10
            )
            assert response.status_code == 503
            assert response.headers["retry-after"] == "5"
            assert time.monotonic() - started < limit_s


def test_it_serves_its_database(database_url: str) -> None:
    with served(database_url) as (_, address):
        assert httpx.get(f"{address}/ready", timeout=10).status_code == 200
