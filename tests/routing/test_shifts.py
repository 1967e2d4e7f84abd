from datetime import UTC, date, datetime, time, timedelta

import pytest

from core.vehicles import Break
from routing.shifts import BreakRule, round_at, shifts
from tests.routing.worlds import DAY, depot, vehicle

PRAGUE = depot(timezone="Europe/Prague")


def at(clock: str) -> datetime:
    return datetime.fromisoformat(f"2026-03-02T{clock}+00:00")


def test_a_shift_begins_by_the_clock_of_the_depot() -> None:
    (shift,) = shifts(PRAGUE, [vehicle(shift_start=time(6))], DAY, at("00:00"))
    assert shift.starts_at == at("05:00")
    assert shift.ends_by == at("13:00")
    assert shift.longest_s == 8 * 3600
    assert shift.latest_start == shift.starts_at


def test_a_shift_that_has_begun_is_used_from_the_next_full_second_and_ends_when_it_ends() -> None:
    now = at("11:59:59.25")
    (shift,) = shifts(PRAGUE, [vehicle()], DAY, now)
    assert shift.starts_at == at("12:00:00")
    assert shift.ends_by == at("13:00")


def test_vehicles_out_of_service_or_at_the_end_of_their_shift_cannot_work() -> None:
    vehicles = [vehicle("broken", in_service=False), vehicle("early", shift_start=time(0))]
    assert shifts(PRAGUE, vehicles, DAY, at("07:00")) == ()
    assert shifts(PRAGUE, [vehicle()], DAY, at("12:59:01")) == ()


def test_a_night_shift_ends_on_the_next_day() -> None:
    (shift,) = shifts(depot(), [vehicle(shift_start=time(22))], DAY, at("23:00"))
    assert shift.ends_by == datetime(2026, 3, 3, 6, tzinfo=UTC)


def test_the_shift_keeps_its_length_when_the_clocks_change() -> None:
    (shift,) = shifts(PRAGUE, [vehicle(shift_start=time(0))], date(2026, 3, 29), at("00:00"))
    assert shift.ends_by - shift.starts_at == timedelta(hours=8)


def test_the_rounds_begin_with_the_earliest_vehicle() -> None:
    vehicles = [vehicle("a", shift_start=time(8)), vehicle("b", shift_start=time(6))]
    available = shifts(depot(), vehicles, DAY, at("00:00"))
    assert round_at(depot(), available, DAY, at("00:00")) == at("06:00")
    assert round_at(depot(), (), DAY, at("09:30")) == at("09:30")
    assert round_at(depot(), (), date(2026, 3, 3), at("09:30")) == datetime(2026, 3, 3, tzinfo=UTC)


def test_with_a_start_window_the_shift_may_begin_later_and_is_no_longer() -> None:
    lorry = vehicle(latest_start=time(8), shift_s=4 * 3600)
    (shift,) = shifts(depot(), [lorry], DAY, at("00:00"))
    assert (shift.starts_at, shift.latest_start) == (at("06:00"), at("08:00"))
    assert (shift.ends_by, shift.longest_s) == (at("12:00"), 4 * 3600)
    (late,) = shifts(depot(), [lorry], DAY, at("09:00"))
    assert (late.starts_at, late.latest_start) == (at("09:00"), at("09:00"))
    assert (late.ends_by, late.longest_s) == (at("12:00"), 3 * 3600)


def test_a_start_window_may_reach_over_midnight() -> None:
    lorry = vehicle(shift_start=time(23), latest_start=time(1), shift_s=3600)
    (shift,) = shifts(depot(), [lorry], DAY, at("00:00"))
    assert shift.latest_start == datetime(2026, 3, 3, 1, tzinfo=UTC)


LUNCH = Break(earliest=time(10), latest=time(12), length_s=1800)


@pytest.mark.parametrize(
    ("owed_after_s", "owed_after"), [(None, "11:00"), (4 * 3600, "09:00"), (0, "05:00")]
)
def test_a_break_is_by_the_depots_clock_and_owed_from_a_moment_on(
    owed_after_s: int | None, owed_after: str
) -> None:
    lunch = Break(earliest=time(10), latest=time(12), length_s=1800, owed_after_s=owed_after_s)
    (shift,) = shifts(PRAGUE, [vehicle(breaks=(lunch,))], DAY, at("00:00"))
    (owed,) = shift.breaks
    assert (owed.earliest, owed.latest) == (at("09:00"), at("11:00"))
    assert (owed.length_s, owed.owed_after) == (1800, at(owed_after))


def test_a_break_of_a_night_shift_is_on_the_next_day() -> None:
    night = Break(earliest=time(1), latest=time(3), length_s=900)
    lorry = vehicle(shift_start=time(22), breaks=(night,))
    (shift,) = shifts(depot(), [lorry], DAY, at("00:00"))
    assert shift.breaks[0].earliest == datetime(2026, 3, 3, 1, tzinfo=UTC)


def test_a_break_whose_time_is_over_counts_as_taken() -> None:
    lorries = [vehicle(breaks=(LUNCH,))]
    (noon,) = shifts(depot(), lorries, DAY, at("12:00"))
    (after,) = shifts(depot(), lorries, DAY, at("12:01"))
    assert (len(noon.breaks), len(after.breaks)) == (1, 0)


def test_the_breaks_of_the_directive_where_none_are_registered() -> None:
    lorries = [vehicle(), vehicle("lunch", breaks=(LUNCH,))]
    plain = shifts(depot(), lorries, DAY, at("00:00"))
    assert [len(s.breaks) for s in plain] == [0, 1]
    by_law, registered = shifts(depot(), lorries, DAY, at("00:00"), rule=BreakRule.EU)
    assert len(registered.breaks) == 1
    first, second = by_law.breaks
    assert (first.length_s, first.latest, first.owed_after) == (1800, at("12:00"), at("12:00"))
    assert (second.length_s, second.owed_after) == (900, at("15:30"))
    assert second.earliest - first.latest >= timedelta(seconds=first.length_s)
