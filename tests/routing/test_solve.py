"""There is always an answer, its limit holds whatever the search does, and no process stays."""

import asyncio
import time
from pathlib import Path

import numpy as np
import psutil
import pytest

from routing.model import Model
from routing.search import Progress, first
from routing.solve import GRACE_S, solve
from tests.routing.days import busy_day, day, line

START_AND_KILL_S = 6.0
"""What starting and ending processes may take on a busy machine."""
HERE = "tests.routing.searches:"


def town(stops: int = 60, *, vehicles: int = 4) -> Model:
    return busy_day(3, stops=stops, vehicles=vehicles, only="loads")


def pids(folder: Path) -> list[int]:
    return [int(noted.name) for noted in folder.iterdir()]


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


async def gone(folder: Path) -> bool:
    (pid,) = pids(folder)
    for _try in range(100):
        if not psutil.pid_exists(pid):
            return True
        await asyncio.sleep(0.05)
    return False


async def test_a_day_is_searched_in_another_process_and_its_progress_is_heard_of() -> None:
    # by iterations: on a busy machine a process may need seconds to start
    model, heard = town(), list[Progress]()
    found = await solve(model, iterations=3_000, limit_s=60, seed=1, on_progress=heard.append)
    assert model.objective(found) < model.objective(first(model))
    assert heard
    assert heard[0].routes is not None
    assert heard[0].objective == model.objective(heard[0].routes)
    assert [p.objective for p in heard] == sorted((p.objective for p in heard), reverse=True)


async def test_the_limit_holds() -> None:
    model = town()
    began = time.monotonic()
    found = await solve(model, limit_s=3, seed=1)
    assert time.monotonic() - began < 3 + GRACE_S + START_AND_KILL_S
    assert model.objective(found) <= model.objective(first(model))


async def test_with_a_number_of_iterations_the_answer_is_the_same_each_time() -> None:
    model = busy_day(5, stops=40, vehicles=3)
    once, again = [await solve(model, iterations=3_000, seed=7) for _time in range(2)]
    assert once == again


async def test_a_search_needs_a_limit() -> None:
    with pytest.raises(ValueError, match="needs a limit"):
        await solve(town())


@pytest.mark.parametrize(("stops", "vehicles"), [(0, 0), (0, 2), (3, 0)])
async def test_nothing_to_do_or_nobody_to_do_it(stops: int, vehicles: int) -> None:
    model = day(line(stops + 1), stops=stops, vehicles=vehicles)
    assert await solve(model, limit_s=1) == ((),) * vehicles


async def test_nothing_fits() -> None:
    model = day(line(4), stops=3, vehicles=2, vehicles_capacity=[[0], [0]])
    assert await solve(model, limit_s=1) == ((), ())


async def test_a_search_that_hangs_holding_the_interpreter_is_ended_at_the_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BRIMFUL_TEST_NOTE_PID_IN", str(tmp_path))
    model = town()
    began = time.monotonic()
    found = await solve(model, limit_s=2, search=HERE + "hang_holding_the_interpreter")
    assert time.monotonic() - began < 2 + GRACE_S + START_AND_KILL_S
    assert found == first(model)
    assert await gone(tmp_path)


@pytest.mark.parametrize("search", ["tell_and_hang", "tell_and_crash"])
async def test_the_best_routes_told_of_are_the_answer_of_a_search_that_ends_badly(
    search: str,
) -> None:
    # all of them cost the same in both directions, so they are better only than the first routes
    model = day(line(9), stops=8, stops_penalty=np.arange(1, 9) * 1_000, vehicles_fixed_cost=[7])
    better = tuple(range(8))
    found = await solve(model, (better,), limit_s=2, search=HERE + search)
    assert model.objective(found) <= model.objective((tuple(reversed(better)),))
    assert sorted(found[0]) == list(better)


async def test_the_best_so_far_is_the_answer_when_it_is_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BRIMFUL_TEST_NOTE_PID_IN", str(tmp_path))
    model, stop = day(line(9), stops=8), asyncio.Event()
    began = time.monotonic()
    found = await solve(
        model,
        (tuple(range(8)),),
        limit_s=600,
        search=HERE + "tell_and_hang",
        on_progress=lambda _progress: stop.set(),
        stop=stop,
    )
    assert time.monotonic() - began < 60
    assert sorted(found[0]) == list(range(8))
    assert await gone(tmp_path)


async def test_cancelling_ends_the_process_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BRIMFUL_TEST_NOTE_PID_IN", str(tmp_path))
    task = asyncio.create_task(
        solve(town(), limit_s=600, search=HERE + "hang_holding_the_interpreter")
    )
    for _try in range(600):
        if pids(tmp_path):
            break
        await asyncio.sleep(0.05)
    began = time.monotonic()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert time.monotonic() - began < START_AND_KILL_S
    assert await gone(tmp_path)


@pytest.mark.parametrize("search", ["crash", "fail", "worsen", "print_a_lot"])
async def test_the_first_routes_are_the_answer_of_a_search_without_one(search: str) -> None:
    model = town()
    assert await solve(model, limit_s=5, search=HERE + search) == first(model)


async def test_a_search_cannot_write_to_the_parents_arrays() -> None:
    model = town()
    cost = model.cost.copy()
    await solve(model, limit_s=5, search=HERE + "write_to_the_model")
    assert (model.cost == cost).all()


async def test_no_file_and_no_descriptor_is_left() -> None:
    before = descriptors()
    for search in ("crash", "fail", "print_a_lot"):
        await solve(town(), limit_s=5, search=HERE + search)
    assert descriptors() <= before + 1
