"""What is said to be missing is just what is missing: with it the bin is served."""

import re

import pytest

from core.geo import Position
from core.plans import DueReason, LeftOut, LeftOutReason
from core.rules.due import Wanted
from tests.routing.worlds import Planned, built, due, hours, vehicle


def row(n: int, **fields: object) -> list[Wanted]:
    return [
        due(f"b{i}", position=Position(lon=14.42 + i / 200, lat=50.11), **fields)  # type: ignore[arg-type]  # fields of a bin
        for i in range(n)
    ]


def only_left_out(planned: Planned) -> LeftOut:
    assert planned.faults() == ()
    (entry,) = planned.left_out
    return entry


def figure(pattern: str, entry: LeftOut) -> int:
    found = re.search(pattern, entry.detail)
    assert found, entry.detail
    return int(found[1].replace(",", ""))


def just_too_long() -> int:
    """A shift that is a minute too short for all of the row."""
    (round_,) = Planned(built(row(5), vehicles=[vehicle()])).rounds
    return int((round_.ends_at - round_.starts_at).total_seconds()) - 60


def test_so_many_more_minutes_and_it_is_served() -> None:
    shift_s = just_too_long()
    entry = only_left_out(Planned(built(row(5), vehicles=[vehicle(shift_s=shift_s)])))
    assert entry.reason is LeftOutReason.NO_CAPACITY_LEFT
    assert "the paper vehicle is out for" in entry.detail
    minutes = figure(r"it needs (\d+) more minutes? on lorry", entry)
    assert minutes >= 1
    longer = Planned(built(row(5), vehicles=[vehicle(shift_s=shift_s + 60 * minutes)]))
    assert longer.left_out == []


def test_so_much_more_room_and_it_is_served() -> None:
    # 69.3 kg each: the fifth does not fit, and for a second trip there is no time
    (one_trip,) = Planned(built(row(5), vehicles=[vehicle()])).rounds
    shift_s = int((one_trip.ends_at - one_trip.starts_at).total_seconds())
    light = vehicle(capacity_kg=330, shift_s=shift_s)
    entry = only_left_out(Planned(built(row(5), vehicles=[light])))
    assert "more minutes on lorry or room for 17 kg more in lorry" in entry.detail
    stronger = vehicle(capacity_kg=330 + 17, shift_s=shift_s)
    assert Planned(built(row(5), vehicles=[stronger])).left_out == []


EAST, WEST = Position(lon=14.6, lat=50.1), Position(lon=14.2, lat=50.1)


@pytest.mark.parametrize(
    ("rather", "than"),
    [
        (due("a", fill_pct=80, position=WEST), due("b", fill_pct=95, position=EAST, prize_m=50)),
        (due("a", fill_pct=95, position=WEST), due("b", fill_pct=80, position=EAST)),
        (
            due("a", fill_pct=20, position=WEST, reason=DueReason.REQUESTED),
            due("b", fill_pct=95, position=EAST),
        ),
    ],
    ids=["the due one", "the fuller one", "the one that was asked for"],
)
def test_of_two_where_one_fits(rather: Wanted, than: Wanted) -> None:
    lorry = vehicle(shift_s=2 * 3600 + 1200)
    entry = only_left_out(Planned(built([than, rather], vehicles=[lorry])))
    assert entry.bin_id == than.level.bin.bin_id


def test_hours_that_do_not_fit_beside_the_others_are_said() -> None:
    at_eight = (hours("08:00", "08:01"),)
    wanted = [
        due("east", windows=at_eight, fill_pct=95, position=Position(lon=14.5, lat=50.1)),
        due("west", windows=at_eight, position=Position(lon=14.3, lat=50.1)),
    ]
    entry = only_left_out(Planned(built(wanted, vehicles=[vehicle()])))
    assert "lorry has time and room for it, but the search found no place" in entry.detail
