"""The construction breaks no rule on any day, and leaves out only what does not fit."""

from collections.abc import Sequence
from datetime import timedelta

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from core.plans import LeftOut, LeftOutReason, Round, StopKind
from routing.build import Built
from routing.construct import construct
from routing.one_trip import join, split
from routing.referee import check
from routing.schedule import dropped, schedule
from tests.routing.worlds import built, due, random_day, site, two_rounds, vehicle


def faults_of(
    result: Built, due_ids: set[str], rounds: Sequence[Round], left_out: Sequence[LeftOut]
) -> tuple[str, ...]:
    return check(result.problem, due=due_ids, rounds=rounds, left_out=left_out)


@given(
    seed=st.integers(0, 2**32),
    stops=st.integers(0, 40),
    vehicles=st.integers(0, 5),
    capacity_kg=st.sampled_from([30.0, 300.0, 3_000.0]),
    shift_s=st.sampled_from([3_600, 6 * 3_600]),
)
def test_the_construction_passes_the_referee_on_any_day(
    seed: int, stops: int, vehicles: int, capacity_kg: float, shift_s: int
) -> None:
    result, dues = random_day(
        seed, stops=stops, vehicles=vehicles, capacity_kg=capacity_kg, shift_s=shift_s
    )
    rounds = schedule(result.problem, construct(result.problem.model))
    left_out = (*result.never, *dropped(result.problem, rounds, dues))
    assert faults_of(result, {d.level.bin.bin_id for d in dues}, rounds, left_out) == ()


@given(seed=st.integers(0, 2**32), stops=st.integers(1, 25), vehicles=st.integers(1, 4))
def test_a_stop_is_only_left_out_by_the_construction_where_it_fits_on_no_end_of_a_round(
    seed: int, stops: int, vehicles: int
) -> None:
    result, _ = random_day(seed, stops=stops, vehicles=vehicles, capacity_kg=150)
    model = result.problem.model
    routes = construct(model)
    served = {stop for route in routes for stop in route}
    for stop in set(range(model.n_stops)) - served:
        for v in np.flatnonzero(model.allowed[stop]):
            route = (*routes[v], stop)
            load = int(model.load_hg[list(route)].sum())
            time_s = model.route_cost_s(int(v), route) + int(model.service_s[list(route)].sum())
            assert load > model.capacity_hg[v] or time_s > model.limit_s[v]


@given(seed=st.integers(0, 2**32), stops=st.integers(0, 30), vehicles=st.integers(0, 6))
def test_the_parts_of_a_day_are_independent_and_make_up_the_whole(
    seed: int, stops: int, vehicles: int
) -> None:
    result, _ = random_day(seed, stops=stops, vehicles=vehicles)
    model = result.problem.model
    parts = split(model)
    assert sorted(s for part in parts for s in part.stops) == list(range(model.n_stops))
    part_vehicles = [v for part in parts for v in part.vehicles]
    assert len(part_vehicles) == len(set(part_vehicles))
    for part in parts:
        others = sorted(set(range(model.n_vehicles)) - set(part.vehicles))
        assert not model.allowed[np.ix_(part.stops, others)].any()
    routes = [construct(part.model) for part in parts]
    whole = join(model, parts, routes)
    in_parts = sum(part.model.objective(r) for part, r in zip(parts, routes, strict=True))
    assert model.objective(whole) == in_parts


def test_two_streams_with_own_vehicles_are_two_parts() -> None:
    vehicles = [vehicle("p"), vehicle("g", streams=frozenset({"glass"}))]
    sites = [site(streams=frozenset({"paper", "glass"}))]
    dues = [due("a"), due("b", stream="glass"), due("c")]
    parts = split(built(dues, vehicles=vehicles, sites=sites).problem.model)
    assert [(part.stops, part.vehicles) for part in parts] == [((0, 2), (0,)), ((1,), (1,))]


def test_a_round_reads_as_a_crew_drives_it() -> None:
    result, _, (paper, _), _ = two_rounds()
    travel = result.problem.travel
    assert [stop.seq for stop in paper.stops] == [1, 2, 3]
    assert paper.stops[-1].kind is StopKind.DISPOSAL
    assert paper.stops[-1].disposal_site_id == "paper-site"
    assert paper.crew_id == "crew-paper"
    first = paper.stops[0]
    assert first.bin_id == "p1"
    assert first.arrives_at - paper.starts_at == timedelta(seconds=int(travel.drive_s[0, 3]))
    work_s = paper.drive_s + 2 * 60 + 900
    assert paper.ends_at - paper.starts_at == timedelta(seconds=work_s)


def test_a_full_day_names_the_figures_of_the_vehicles_that_could_have_come() -> None:
    dues = [due(f"bin-{n}", fill_pct=86) for n in range(5)]
    result = built(dues, vehicles=[vehicle(capacity_kg=200)])
    rounds = schedule(result.problem, construct(result.problem.model))
    left_out = dropped(result.problem, rounds, dues)
    assert len(left_out) == 2
    assert {entry.reason for entry in left_out} == {LeftOutReason.NO_CAPACITY_LEFT}
    assert left_out[0].detail.startswith("86 % full; the paper vehicle is full: 199 of 200 kg, 0:")
    assert left_out[0].detail.endswith(" of 8:00 h used")
