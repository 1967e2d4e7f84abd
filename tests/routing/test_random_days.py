"""Any day, with any of the constraints, becomes rounds without a fault."""

from collections import Counter

import pytest

from core.plans import LeftOutReason, StopKind
from routing.search import first
from tests.routing.random_days import random_day
from tests.routing.worlds import Planned


@pytest.mark.parametrize("seed", range(40))
def test_any_day_is_built_routed_scheduled_and_passes_the_referee(seed: int) -> None:
    built = random_day(seed, stops=25, vehicles=4)
    assert Planned(built).faults() == ()
    assert Planned(built, first(built.model)).faults() == ()


def test_the_days_hold_what_they_are_to_test() -> None:
    days = [Planned(random_day(seed, stops=25, vehicles=4)) for seed in range(40)]
    seen: Counter[str] = Counter()
    for day in days:
        problem = day.built.problem
        seen.update(str(entry.reason) for entry in day.left_out)
        seen.update(f"stop: {s.kind}" for r in day.rounds for s in r.stops)
        seen["several trips"] += any(r.trips > 1 for r in day.rounds)
        seen["a wait"] += any(s.begins_at > s.arrives_at for r in day.rounds for s in r.stops)
        seen["together"] += any(len(visit.bins) > 1 for visit in problem.visits)
        seen["split"] += bool(problem.split)
        seen["ends elsewhere"] += any(r.end_depot_id is not None for r in day.rounds)
        seen["sites in a row"] += any(len(way.sites) > 1 for way in problem.ways)
    expected = {f"stop: {kind}" for kind in StopKind} | {
        "several trips", "a wait", "together", "split", "ends elsewhere", "sites in a row",
        LeftOutReason.NO_CAPACITY_LEFT, LeftOutReason.NOT_WORTH_DETOUR, LeftOutReason.WINDOW_CLOSED,
        LeftOutReason.PINNED_VEHICLE_AWAY, LeftOutReason.VEHICLE_TOO_LARGE,
        LeftOutReason.OUT_OF_REACH,
    }  # fmt: skip
    assert {what for what in expected if not seen[what]} == set()
