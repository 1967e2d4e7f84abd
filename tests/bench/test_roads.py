from dataclasses import replace
from pathlib import Path

import matplotlib.image
import numpy as np
import pytest

from bench.roads.detours import averaged, day, detours, driven, reachable
from bench.roads.drawing import draw
from bench.roads.malta import DEPOT_ID, registry
from bench.roads.places import PORTO, Place
from bench.roads.sizes import sizes
from core.plans import Plan, PlanStatus
from routing.roads.building import build_roads
from routing.roads.streets import Streets
from routing.search import search
from routing.travel import UNREACHABLE_S
from tests.api.parts import TODAY, a_round
from tests.core.test_rounds_geojson import leg
from tests.routing.roads.maps import at, ladder
from tests.store.make import NOON

TABLE = np.array([[0, 5, 9], [1, 0, 2], [3, 4, 0]], dtype=np.int32)
LADDER = Place(name="Ladder", extract="ladder", depot=at(0, 0))


@pytest.fixture
async def town(tmp_path: Path) -> Path:
    return await build_roads(ladder(tmp_path / "ladder.osm"), out=tmp_path / "roads")


def test_what_is_driven_is_the_sum_along_the_routes() -> None:
    assert driven(((0, 1), ()), TABLE) == 5 + 2 + 3
    assert driven(((1,), (0,)), TABLE) == 9 + 3 + 5 + 1


def test_the_average_of_both_directions_is_symmetric() -> None:
    assert averaged(TABLE).tolist() == [[0, 3, 6], [3, 0, 3], [6, 3, 0]]


def test_a_place_that_cannot_be_left_is_not_asked_for() -> None:
    table = TABLE.copy()
    table[2, 0] = UNREACHABLE_S
    assert reachable(table).tolist() == [0, 1]


def test_a_day_makes_rounds_of_all_stops() -> None:
    table = np.arange(61 * 61, dtype=np.int32).reshape(61, 61)
    np.fill_diagonal(table, 0)
    routes = search(day(table), iterations=50, seed=1)
    assert sorted(stop for route in routes for stop in route) == list(range(60))
    assert max(len(route) for route in routes) <= 50


async def test_rounds_planned_on_real_roads_are_no_longer_than_the_others(town: Path) -> None:
    found = await detours(LADDER, town, stops=25, seed=1, iterations=3_000)
    assert [d.planned_on for d in found] == [
        "real roads",
        "both directions averaged",
        "straight lines",
    ]
    assert found[0].longer_pct == found[0].longer_m_pct == 0
    assert all(d.longer_pct >= 0 and d.longer_m_pct >= 0 for d in found)
    assert found[2].longer_pct > 5


async def test_sizes_are_measured(town: Path) -> None:
    (size,) = await sizes(LADDER, town, [60], seed=1)
    assert (size.n, size.place) == (60, "Ladder")
    assert 0 < size.table_processor_s <= size.table_s + 0.05
    assert size.way_steps > 50
    assert 10 < size.engine_mib < 1_000


async def test_a_plan_is_drawn(town: Path, tmp_path: Path) -> None:
    line = leg((at(0, 0).lon, at(0, 0).lat), (at(3, 0).lon, at(3, 0).lat))
    plan = Plan(
        plan_id=a_round().round_id,
        depot_id="depot",
        day=TODAY,
        status=PlanStatus.READY,
        requested_at=NOON,
        rounds=(replace(a_round(), legs=(line,)),),
    )
    picture = tmp_path / "rounds.png"
    draw(plan, Streets.read(town), at(0, 0), picture)
    pixels = matplotlib.image.imread(picture)
    assert pixels.shape[1] > 500
    # white paper, grey streets, and the round in a colour
    colours = {tuple(c) for c in np.unique(pixels[:, :, :3].reshape(-1, 3).round(1), axis=0)}
    assert (1.0, 1.0, 1.0) in colours
    assert any(max(c) - min(c) > 0.4 for c in colours)


def test_malta_s_bins_become_a_registry(shared_data: Path) -> None:
    made = registry(shared_data / "data" / "roads" / f"{PORTO.extract}_real_bins.geojson")
    assert len(made.bins) == 130
    assert {b.depot_id for b in made.bins} == {DEPOT_ID}
    assert {b.stream for b in made.bins} == {"recycling", "general"}
    assert type(made).model_validate_json(made.model_dump_json()) == made
