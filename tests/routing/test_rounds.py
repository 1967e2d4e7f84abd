"""From what is wanted to rounds, without a database: what a re-plan and a simulation call."""

from core.plans import StopKind
from routing.day import Fleet
from routing.problem import ProblemVehicle, Rules
from routing.rounds import Means, Outcome, make_rounds
from routing.running import Report
from routing.shifts import shifts
from tests.routing.worlds import DAY, STREAMS, TRAVEL, depot, due, later, site, vehicle


async def made(*bins: str, load_kg: float = 0.0) -> Outcome:
    fleet = Fleet(
        depot=depot(),
        depots=[depot()],
        vehicles=[vehicle()],
        sites=[site()],
        streams=STREAMS,
        last_rounds={"lorry": bins},
    )
    (shift,) = shifts(depot(), fleet.vehicles, DAY, later(hours=10))
    return await make_rounds(
        fleet,
        [ProblemVehicle(shift=shift, start_load_kg=load_kg)],
        [due(bin_id) for bin_id in bins],
        TRAVEL,
        day=DAY,
        rules=Rules(),
        limit_s=30,
        means=Means(iterations=50),
        report=Report(now=later(hours=10)),
    )


async def test_wanted_bins_become_rounds_with_their_ways() -> None:
    outcome = await made("a", "b")
    (round_,) = outcome.rounds
    assert {s.bin_id for s in round_.stops if s.kind is StopKind.BIN} == {"a", "b"}
    assert len(round_.legs) == len(round_.stops) + 1
    assert outcome.travel_source == TRAVEL.source


async def test_nothing_wanted_and_nothing_on_board_is_no_work() -> None:
    assert await made() == Outcome()


async def test_a_load_on_board_is_taken_to_a_site_though_nothing_is_wanted() -> None:
    (round_,) = (await made(load_kg=300.0)).rounds
    assert [s.disposal_site_id for s in round_.stops] == ["site"]


async def test_a_load_that_leaves_no_room_is_emptied_first() -> None:
    (round_,) = (await made("a", load_kg=4_950.0)).rounds
    assert [s.bin_id or s.disposal_site_id for s in round_.stops] == ["site", "a", "site"]
