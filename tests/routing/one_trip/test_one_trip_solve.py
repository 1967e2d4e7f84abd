"""The search never makes rounds worse, and its limit holds whatever it does."""

import asyncio
import os
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.geo import Position
from routing.construct import construct
from routing.one_trip import Model, Routes, solver
from routing.one_trip.solve import GRACE_S, solve
from routing.referee import check
from routing.schedule import dropped, schedule
from tests.routing.worlds import built, due, random_day, site, vehicle

START_AND_KILL_S = 3.0
"""What starting and ending processes may take on a busy machine."""


def town(seed: int = 1, *, stops: int = 60, capacity_kg: float = 3_000) -> Model:
    for odd in range(seed, seed + 100):
        result, _ = random_day(odd, stops=stops, vehicles=4, capacity_kg=capacity_kg)
        if result.problem.model.n_stops > stops / 2:
            return result.problem.model
    raise AssertionError("no such day")


@settings(max_examples=15)
@given(
    seed=st.integers(0, 2**32),
    stops=st.integers(1, 40),
    vehicles=st.integers(1, 4),
    capacity_kg=st.sampled_from([150.0, 3_000.0]),
)
def test_what_the_solver_finds_passes_the_referee_and_is_no_worse_than_the_construction(
    seed: int, stops: int, vehicles: int, capacity_kg: float
) -> None:
    result, dues = random_day(seed, stops=stops, vehicles=vehicles, capacity_kg=capacity_kg)
    model = result.problem.model
    first = construct(model)
    found = solver.search(model, first, limit_s=0.3, seed=1) if model.n_stops else first
    assert model.objective(found) <= model.objective(first)
    rounds = schedule(result.problem, found)
    left_out = (*result.never, *dropped(result.problem, rounds, dues))
    ids = {d.level.bin.bin_id for d in dues}
    assert check(result.problem, due=ids, rounds=rounds, left_out=left_out) == ()


def test_the_solver_beats_the_construction_on_a_town() -> None:
    model = town(stops=120)
    first = construct(model)
    found = solver.search(model, first, limit_s=2, seed=1)
    assert model.objective(found) < model.objective(first)


def test_with_a_solution_limit_the_same_day_gives_the_same_rounds() -> None:
    model = town()
    first = construct(model)
    again = [
        solver.search(model, first, limit_s=60, seed=1, solution_limit=20) for _time in range(2)
    ]
    assert again[0] == again[1]


def test_the_solver_says_so_when_it_cannot_start_from_the_given_routes() -> None:
    model = built([due("a"), due("b")], vehicles=[vehicle(capacity_kg=100)]).problem.model
    with pytest.raises(ValueError, match="not feasible"):
        solver.search(model, ((0, 1),), limit_s=1, seed=1)


async def test_a_day_of_several_parts_is_searched_in_another_process() -> None:
    model = town(stops=80)
    first = construct(model)
    began = time.monotonic()
    found = await solve(model, first, limit_s=3, seed=1)
    assert time.monotonic() - began < 3 + GRACE_S + START_AND_KILL_S
    assert model.objective(found) < model.objective(first)


@pytest.mark.parametrize("stops", [0, 1, 2])
async def test_hardly_any_stops(stops: int) -> None:
    dues = [due(f"bin-{n}") for n in range(stops)]
    model = built(dues, vehicles=[vehicle()]).problem.model
    found = await solve(model, construct(model), limit_s=1, seed=1)
    assert sorted(stop for route in found for stop in route) == list(range(stops))


async def test_many_bins_at_one_place() -> None:
    model = built([due(f"bin-{n}") for n in range(30)], vehicles=[vehicle()]).problem.model
    found = await solve(model, construct(model), limit_s=1, seed=1)
    assert sorted(found[0]) == list(range(30))


async def test_a_search_that_hangs_holding_the_interpreter_is_ended_at_the_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BRIMFUL_TEST_NOTE_PID_IN", str(tmp_path))
    model = town()
    first = construct(model)
    began = time.monotonic()
    found = await solve(
        model,
        first,
        limit_s=2,
        seed=1,
        search="tests.routing.one_trip.searches:hang_holding_the_interpreter",
    )
    assert time.monotonic() - began < 2 + GRACE_S + START_AND_KILL_S
    assert found == first
    pids = _noted(tmp_path)
    assert pids
    assert not any(_is_there(pid) for pid in pids)


async def test_cancelling_ends_a_running_search_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BRIMFUL_TEST_NOTE_PID_IN", str(tmp_path))
    model = town()
    solving = asyncio.create_task(
        solve(
            model,
            construct(model),
            limit_s=600,
            seed=1,
            search="tests.routing.one_trip.searches:hang_holding_the_interpreter",
        )
    )
    while not (pids := _noted(tmp_path)):  # noqa: ASYNC110 - another process makes the note
        await asyncio.sleep(0.05)
    began = time.monotonic()
    solving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await solving
    assert time.monotonic() - began < START_AND_KILL_S
    assert not _is_there(pids[0])


async def test_after_a_part_that_hangs_the_next_one_is_searched() -> None:
    dues = [
        *(due(f"p{n}", position=Position(lon=14.4 + n / 100, lat=50.1)) for n in range(8)),
        due("g1", stream="glass", position=Position(lon=14.50, lat=50.10)),
        due("g2", stream="glass", position=Position(lon=14.41, lat=50.10)),
    ]
    vehicles = [vehicle("p"), vehicle("g", streams=frozenset({"glass"}))]
    sites = [site(streams=frozenset({"paper", "glass"}))]
    model = built(dues, vehicles=vehicles, sites=sites).problem.model
    # the glass route the wrong way round, which the search in its part mends
    first: Routes = (construct(model)[0], (8, 9))
    assert model.route_cost_s(1, (9, 8)) < model.route_cost_s(1, (8, 9))
    found = await solve(
        model,
        first,
        limit_s=5,
        seed=1,
        search="tests.routing.one_trip.searches:hang_in_large_parts",
    )
    assert found == (first[0], (9, 8))


@pytest.mark.parametrize("search", ["crash", "fail", "worsen", "not_there"])
async def test_a_search_that_fails_leaves_the_first_rounds(search: str) -> None:
    model = town()
    first = construct(model)
    found = await solve(
        model, first, limit_s=5, seed=1, search=f"tests.routing.one_trip.searches:{search}"
    )
    assert found == first


def _noted(folder: Path) -> list[int]:
    return [int(note.name) for note in folder.iterdir()]


def _is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
