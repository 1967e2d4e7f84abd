from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.hours import Hours, Span, Weekday, merged, open_spans, without

PRAGUE = ZoneInfo("Europe/Prague")
MONDAY = date(2026, 3, 2)
MORNING = Hours(begins=time(8), ends=time(10))
NIGHT = Hours(begins=time(22), ends=time(4), days=frozenset({Weekday.SUN}))


def at(clock: str, *, day: int = 2) -> datetime:
    return datetime.fromisoformat(f"2026-03-{day:02d}T{clock}+00:00")


WHOLE_DAY = (at("00:00"), at("23:00"))


def test_they_are_read_by_the_local_clock_and_both_ends_belong_to_them() -> None:
    moments = {"06:59": False, "07:00": True, "09:00": True, "09:01": False}
    assert {m: MORNING.hold(at(m), PRAGUE) for m in moments} == moments


def test_an_end_that_is_not_later_is_on_the_next_day() -> None:
    held = [NIGHT.hold(at(clock, day=day), PRAGUE) for clock, day in (("20:59", 1), ("21:00", 1))]
    assert held == [False, True]
    assert NIGHT.hold(at("03:00"), PRAGUE)
    assert not NIGHT.hold(at("03:01"), PRAGUE)
    assert not NIGHT.hold(at("21:00"), PRAGUE)
    assert open_spans([NIGHT], MONDAY, PRAGUE, within=WHOLE_DAY) == ((at("00:00"), at("03:00")),)


def test_midnight_to_midnight_is_the_whole_day() -> None:
    always = Hours(begins=time(0), ends=time(0))
    assert open_spans([always], MONDAY, PRAGUE, within=WHOLE_DAY) == (WHOLE_DAY,)


def test_no_hours_mean_any_time_and_several_are_merged() -> None:
    assert open_spans([], MONDAY, PRAGUE, within=WHOLE_DAY) == (WHOLE_DAY,)
    touching = Hours(begins=time(10), ends=time(11))
    spans = open_spans([touching, MORNING], MONDAY, PRAGUE, within=WHOLE_DAY)
    assert spans == ((at("07:00"), at("10:00")),)


def test_days_of_the_week() -> None:
    tuesdays = Hours(begins=time(8), ends=time(10), days=frozenset({Weekday.TUE}))
    assert open_spans([tuesdays], MONDAY, PRAGUE, within=WHOLE_DAY) == ()
    assert str(tuesdays) == "tue 08:00-10:00"
    assert str(MORNING) == "08:00-10:00"


def test_what_a_closure_leaves() -> None:
    shut = [(at("08:00"), at("09:00"))]
    assert without([WHOLE_DAY], shut) == (
        (WHOLE_DAY[0], at("08:00")),
        (at("09:00"), WHOLE_DAY[1]),
    )
    assert without([(at("08:10"), at("08:50"))], shut) == ()
    assert without([(at("09:00"), at("09:00"))], shut) == ((at("09:00"), at("09:00")),)


clocks = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 45]))
hours = st.builds(
    Hours,
    begins=clocks,
    ends=clocks,
    days=st.frozensets(st.sampled_from(list(Weekday)), min_size=1),
)


@given(st.lists(hours, min_size=1, max_size=4), st.integers(0, 23 * 60 - 1))
def test_the_spans_are_where_the_hours_hold(some: list[Hours], minute: int) -> None:
    moment = at(f"{minute // 60:02d}:{minute % 60:02d}")
    spans = open_spans(some, MONDAY, PRAGUE, within=WHOLE_DAY)
    inside = any(begin <= moment <= end for begin, end in spans)
    assert inside == any(one.hold(moment, PRAGUE) for one in some)


@pytest.mark.parametrize(
    ("spans", "whole"),
    [
        ([], ()),
        (
            [(at("03:00"), at("04:00")), (at("01:00"), at("02:00"))],
            ((at("01:00"), at("02:00")), (at("03:00"), at("04:00"))),
        ),
        ([(at("01:00"), at("03:00")), (at("02:00"), at("02:30"))], ((at("01:00"), at("03:00")),)),
    ],
)
def test_merged(spans: list[Span], whole: tuple[Span, ...]) -> None:
    assert merged(spans) == whole


def test_an_hour_that_the_clock_skips_is_no_mistake() -> None:
    sunday = date(2026, 3, 29)
    skipped = Hours(begins=time(2, 15), ends=time(2, 45))
    day = (datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 3, 29, 20, tzinfo=UTC))
    for begin, end in open_spans([skipped], sunday, PRAGUE, within=day):
        assert skipped.hold(begin, PRAGUE)
        assert skipped.hold(end, PRAGUE)


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25)])
@pytest.mark.parametrize(
    ("begins", "ends"), [((0, 30), (2, 30)), ((2, 30), (5, 0)), ((2, 50), (2, 10))]
)
def test_in_the_nights_when_the_clocks_change_spans_and_hours_agree(
    day: date, begins: tuple[int, int], ends: tuple[int, int]
) -> None:
    night = Hours(begins=time(*begins), ends=time(*ends))
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    for begin, end in open_spans(
        [night], day, PRAGUE, within=(midnight, midnight + timedelta(hours=20))
    ):
        for share in (0, 0.25, 0.5, 0.75, 1):
            assert night.hold(begin + (end - begin) * share, PRAGUE)
