from datetime import UTC, date, datetime, time, timedelta

from routing.shifts import round_at, shifts
from tests.routing.worlds import DAY, depot, vehicle

PRAGUE = depot(timezone="Europe/Prague")


def at(clock: str) -> datetime:
    return datetime.fromisoformat(f"2026-03-02T{clock}+00:00")


def test_a_shift_begins_by_the_clock_of_the_depot() -> None:
    (shift,) = shifts(PRAGUE, [vehicle(shift_start=time(6))], DAY, at("00:00"))
    assert shift.starts_at == at("05:00")
    assert shift.ends_by == at("13:00")
    assert shift.length_s == 8 * 3600


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
