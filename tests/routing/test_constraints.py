"""What rounds keep to: each test fails where its constraint is not kept."""

from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest

from core.bins import Closure
from core.geo import Position
from core.plans import LeftOutReason, StopKind
from core.rules.due import Wanted
from core.vehicles import Break, Compartment, Vehicle, VehicleSize
from routing.problem import ProblemVehicle, Rules
from routing.shifts import shifts
from routing.warm import emptied, from_last_rounds
from tests.routing.worlds import (
    DAY,
    EARLY,
    Planned,
    built,
    depot,
    due,
    hours,
    later,
    site,
    vehicle,
)

GLASS, PAPER = frozenset({"glass"}), frozenset({"paper"})
SPLIT = (
    Compartment(streams=PAPER, volume_l=2_000),
    Compartment(streams=GLASS, volume_l=2_000),
)
TWO_SITES = (
    site("mill"),
    site("works", streams=GLASS, position=Position(lon=14.46, lat=50.09), service_s=300),
)


def some(n: int, **fields: object) -> list[Wanted]:
    """Bins in a row, each with 990 litres and 69.3 kg of paper."""
    return [
        due(f"b{i}", position=Position(lon=14.41 + i / 500, lat=50.11), **fields)  # type: ignore[arg-type]  # fields of a bin
        for i in range(n)
    ]


def planned(wanted: list[Wanted], *vehicles: Vehicle, **ground: object) -> Planned:
    """Rounds that pass the referee."""
    found = Planned(built(wanted, vehicles=vehicles or (vehicle(),), **ground))  # type: ignore[arg-type]  # as named in built()
    assert found.faults() == ()
    return found


def begins(found: Planned, bin_id: str) -> datetime:
    (at,) = [s.begins_at for r in found.rounds for s in r.stops if s.bin_id == bin_id]
    return at


def arrives(found: Planned, bin_id: str) -> datetime:
    (at,) = [s.arrives_at for r in found.rounds for s in r.stops if s.bin_id == bin_id]
    return at


def trips(found: Planned) -> list[int]:
    return [r.trips for r in found.rounds]


def test_several_trips_by_weight() -> None:
    found = planned(some(6), vehicle(capacity_kg=140))
    assert found.left_out == []
    assert trips(found) == [3]
    assert found.rounds[0].load_kg == pytest.approx(6 * 69.3)
    assert found.rounds[0].stops[-1].kind is StopKind.DISPOSAL


def test_several_trips_by_volume_pressed() -> None:
    def body(**fields: object) -> Vehicle:
        part = Compartment(streams=PAPER, **fields)  # type: ignore[arg-type]  # its fields
        return vehicle(compartments=(part,))

    assert trips(planned(some(6), body())) == [1]
    assert trips(planned(some(6), body(volume_l=700))) == [3]
    assert trips(planned(some(6), body(volume_l=1_000, compaction={"paper": 1.0}))) == [6]


def test_a_split_body_takes_two_streams_on_one_round_and_empties_at_two_sites() -> None:
    wanted = [due("p"), due("g", stream="glass")]
    found = planned(
        wanted, vehicle(streams=PAPER | GLASS, compartments=SPLIT), sites=list(TWO_SITES)
    )
    (round_,) = found.rounds
    assert found.kinds()[:2] in (["p", "g"], ["g", "p"])
    assert set(found.kinds()[2:]) == {"mill", "works"}
    assert round_.trips == 1
    assert [s.service_s for s in round_.stops if s.disposal_site_id == "works"] == [300]


def test_a_full_compartment_is_emptied_though_the_other_has_room() -> None:
    wanted = [*some(2), *(due(f"g{n}", stream="glass") for n in range(4))]
    found = planned(
        wanted, vehicle(streams=PAPER | GLASS, compartments=SPLIT), sites=list(TWO_SITES)
    )
    assert found.left_out == []
    assert trips(found) == [2]


def test_a_site_is_used_in_its_opening_hours_and_waited_for() -> None:
    late = site(opening_hours=(hours("05:00", "05:30"), hours("10:00", "12:00")))
    found = planned([due()], sites=[late])
    last = found.rounds[0].stops[-1]
    assert (last.begins_at, last.arrives_at < last.begins_at) == (later(hours=10), True)


def test_a_site_that_closes_early_is_left_for_another() -> None:
    near = site("near", opening_hours=(hours("06:00", "06:20"),))
    far = site("far", position=Position(lon=14.6, lat=50.2))
    found = planned([due(service_s=1200)], sites=[near, far])
    assert found.kinds() == ["bin", "far"]


def test_sites_in_a_row_are_each_open_when_their_turn_comes() -> None:
    works = replace(TWO_SITES[1], opening_hours=(hours("09:00", "09:30"),))
    found = planned(
        [due("p"), due("g", stream="glass")],
        vehicle(streams=PAPER | GLASS, compartments=SPLIT),
        sites=[TWO_SITES[0], works],
    )
    (at,) = [s.begins_at for s in found.rounds[0].stops if s.disposal_site_id == "works"]
    assert later(hours=9) <= at <= later(hours=9.5)


def test_a_vehicle_goes_only_where_it_is_small_enough() -> None:
    large, small = vehicle("large"), vehicle("small", size=VehicleSize.SMALL)
    found = planned([due(max_vehicle_size=VehicleSize.MEDIUM)], large, small)
    assert [r.vehicle_id for r in found.rounds] == ["small"]


def test_a_bin_is_emptied_in_its_hours_and_waited_for() -> None:
    found = planned([due(windows=(hours("11:00", "11:30"),))])
    assert begins(found, "bin") == later(hours=11)
    assert arrives(found, "bin") < later(hours=11)


def test_a_bin_with_several_windows_is_emptied_in_a_later_one() -> None:
    windows = (hours("05:00", "06:01"), hours("07:00", "07:10"), hours("12:00", "12:10"))
    assert begins(planned([due(windows=windows)]), "bin") == later(hours=7)


def test_hours_are_those_of_the_depots_clock() -> None:
    found = planned([due(windows=(hours("11:00", "11:30"),))], at=depot(timezone="Europe/Prague"))
    assert begins(found, "bin") == later(hours=10)


def test_nobody_stands_on_a_street_while_it_is_shut() -> None:
    shut = Closure(
        closure_id="market", name="M", hours=(hours("05:00", "12:00"),), site_ids=frozenset({"m"})
    )
    assert begins(planned([due(site_id="m")], closures=[shut]), "bin") == later(hours=12)
    assert begins(planned([due(site_id="n")], closures=[shut]), "bin") < later(hours=7)


def test_the_lorry_is_gone_when_the_street_is_shut() -> None:
    reached = arrives(planned([due(service_s=600)]), "bin")
    shut_from = (reached + timedelta(minutes=9)).replace(second=0)
    shut = Closure(
        closure_id="works",
        name="W",
        hours=(hours(f"{shut_from:%H:%M}", "10:00"),),
        bin_ids=frozenset({"bin"}),
    )
    found = planned([due(service_s=600)], closures=[shut])
    assert begins(found, "bin") == later(hours=10)
    quick = planned([due(service_s=60)], closures=[shut])
    assert begins(quick, "bin") == reached


def test_a_vehicle_leaves_late_within_its_window_and_its_shift_counts_from_there() -> None:
    wanted = [due(windows=(hours("10:00", "10:30"),))]
    fixed, free = vehicle(shift_s=5 * 3600), vehicle(shift_s=3600, latest_start=time(10))
    assert planned(wanted, fixed).rounds[0].starts_at == later(hours=6)
    (round_,) = planned(wanted, free).rounds
    assert later(hours=9) < round_.starts_at <= later(hours=10)
    assert round_.ends_at - round_.starts_at <= timedelta(hours=1)


def test_a_break_is_taken_when_it_is_owed_and_only_then() -> None:
    lunch = Break(earliest=time(9), latest=time(12), length_s=1800)
    late = due(windows=(hours("12:30", "13:00"),))
    found = planned([late], vehicle(breaks=(lunch,)))
    (rest,) = [s for s in found.rounds[0].stops if s.kind is StopKind.BREAK]
    assert later(hours=9) <= rest.begins_at <= later(hours=12)
    assert rest.service_s == 1800
    home_early = planned([due()], vehicle(breaks=(lunch,)))
    assert home_early.kinds() == ["bin", "site"]


def test_a_break_is_owed_when_the_vehicle_is_out_longer_than_said() -> None:
    short = Break(earliest=time(6), latest=time(12), length_s=900, owed_after_s=600)
    assert "break" in planned([due()], vehicle(breaks=(short,))).kinds()


def test_a_bin_that_leaves_no_time_for_the_break_is_left_out() -> None:
    rest = Break(earliest=time(6, 30), latest=time(7), length_s=3600)
    only_then = due(windows=(hours("07:10", "07:20"),))
    found = planned([only_then], vehicle(breaks=(rest,)))
    assert [e.reason for e in found.left_out] == [LeftOutReason.NO_CAPACITY_LEFT]


def test_the_crew_walks_to_the_bin_and_back() -> None:
    found = planned([due(service_s=60, walk_m=100)], rules=Rules(walk_m_per_s=1.0))
    assert found.rounds[0].stops[0].service_s == 60 + 200


def test_a_shift_ends_at_another_depot() -> None:
    south = depot(depot_id="south", position=Position(lon=14.46, lat=50.13))
    home = planned([due()], vehicle())
    away = planned([due()], vehicle(end_depot_id="south"), depots=[south])
    assert away.rounds[0].end_depot_id == "south"
    assert home.rounds[0].end_depot_id is None
    assert away.rounds[0].distance_m < home.rounds[0].distance_m


def test_a_pinned_bin_is_emptied_by_that_vehicle_and_a_forbidden_one_by_another() -> None:
    lorries = [vehicle("a"), vehicle("b")]
    wanted = [
        due("pinned", pinned_vehicle_id="b"),
        due("kept", forbidden_vehicle_ids=frozenset({"b"})),
    ]
    found = planned(wanted, *lorries)
    by = {s.bin_id: r.vehicle_id for r in found.rounds for s in r.stops if s.bin_id}
    assert by == {"pinned": "b", "kept": "a"}


def test_bins_of_a_site_are_emptied_one_after_the_other() -> None:
    # between the two of the site lies another, and the hours of all would let it be between
    wanted = [
        due("m1", site_id="m", position=Position(lon=14.410, lat=50.11)),
        due("x", position=Position(lon=14.412, lat=50.11)),
        due("m2", site_id="m", position=Position(lon=14.414, lat=50.11)),
    ]
    kinds = planned(wanted).kinds()
    assert abs(kinds.index("m1") - kinds.index("m2")) == 1


def test_a_site_that_is_too_much_for_a_body_is_split_and_the_plan_says_so() -> None:
    result = built(some(5, site_id="m"), vehicles=[vehicle(capacity_kg=140)])
    assert [len(visit.bins) for visit in result.problem.visits] == [2, 2, 1]
    assert result.notes == (
        "the 5 paper bins of site m are too much for one visit of any vehicle: 3 visits",
    )
    assert planned(some(5, site_id="m"), vehicle(capacity_kg=140)).left_out == []


def test_bins_of_a_site_whose_hours_have_no_moment_in_common_are_split() -> None:
    wanted = [
        due("early", site_id="m", windows=(hours("07:00", "07:30"),)),
        due("late", site_id="m", windows=(hours("09:00", "09:30"),)),
    ]
    found = planned(wanted)
    assert begins(found, "early") <= later(hours=7.5)
    assert begins(found, "late") >= later(hours=9)


def test_a_worthwhile_bin_on_the_way_is_taken_and_a_lonely_one_waits() -> None:
    wanted = [
        due("due", position=Position(lon=14.43, lat=50.11)),
        due("near", position=Position(lon=14.42, lat=50.107), prize_m=500),
        due("far", position=Position(lon=14.9, lat=50.3), prize_m=500, overflow_probability=0.25),
    ]
    found = planned(wanted)
    assert set(found.kinds()) == {"near", "due", "site"}
    (entry,) = found.left_out
    assert entry.reason is LeftOutReason.NOT_WORTH_DETOUR
    assert "25 % likely to overflow before its next chance, worth 500 m" in entry.detail
    assert "the shortest detour costs " in entry.detail


def test_in_the_middle_of_the_day_a_vehicle_goes_on_from_where_it_is_with_what_it_has() -> None:
    (shift,) = shifts(depot(), [vehicle(capacity_kg=200)], DAY, later(hours=10))
    here = Position(lon=14.44, lat=50.12)
    going = ProblemVehicle(shift=shift, start=here, start_load_kg=190)
    result = built([due()], available=[going])
    found = Planned(result, from_last_rounds(result.problem, result.model, {"lorry": ["bin"]}))
    assert found.faults() == ()
    # 69 kg do not fit beside 190: it empties first
    assert found.kinds() == ["site", "bin", "site"]
    assert found.rounds[0].starts_at == later(hours=10)
    assert found.rounds[0].load_kg == pytest.approx(69.3)


def test_a_vehicle_with_a_load_and_nothing_else_to_do_empties_it_and_goes_home() -> None:
    (shift,) = shifts(depot(), [vehicle()], DAY, later(hours=10))
    for wanted in ([], [due(stream="glass")]):
        result = built(wanted, available=[ProblemVehicle(shift=shift, start_load_kg=190)])
        found = Planned(result, emptied(result.model, ((),)))
        assert found.faults() == ()
        assert found.kinds() == ["site"]
        assert found.rounds[0].load_kg == 0
    idle = built([], available=[ProblemVehicle(shift=shift)])
    assert emptied(idle.model, ((),)) == ((),)


def test_a_promised_bin_stays_with_its_vehicle() -> None:
    lorries = [vehicle("a"), vehicle("b")]
    for promised_to in ("a", "b"):
        going = [
            ProblemVehicle(
                shift=s,
                promised=frozenset({"bin"} if s.vehicle.vehicle_id == promised_to else ()),
            )
            for s in shifts(depot(), lorries, DAY, EARLY)
        ]
        found = Planned(built([due()], available=going))
        assert found.faults() == ()
        assert [r.vehicle_id for r in found.rounds] == [promised_to]
