from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from core.driven import DrivenRound, DrivenStop, FullTime
from core.geo import Position
from core.plans import Outcome, PlanStatus, SkipReason, StopKind
from core.rules.driven import as_marked, driven_m, hours_out
from evidence.driven import driven_days, totals

DAY = date(2026, 3, 2)
SIX = datetime(2026, 3, 2, 6, tzinfo=UTC)


def minutes(n: float) -> datetime:
    return SIX + timedelta(minutes=n)


def stop(
    seq: int,
    *,
    marked: float | None = None,
    skipped: SkipReason | None = None,
    kind: StopKind = StopKind.BIN,
    fill: float | None = None,
) -> DrivenStop:
    """The stops stand in a row to the east of the depot, ten minutes apart."""
    return DrivenStop(
        seq=seq,
        kind=kind,
        position=Position(lon=14.4 + seq / 100, lat=50.0),
        bin_id=f"bin-{seq}" if kind is StopKind.BIN else None,
        arrives_at=minutes(10 * seq),
        service_s=120,
        expected_fill_pct=80.0,
        outcome=None if marked is None else Outcome.SKIPPED if skipped else Outcome.DONE,
        skip_reason=skipped,
        reported_at=None if marked is None else minutes(marked),
        fill_before_pct=fill,
    )


def round_(*stops: DrivenStop, status: PlanStatus = PlanStatus.READY) -> DrivenRound:
    return DrivenRound(
        day=DAY,
        status=status,
        round_id=uuid4(),
        vehicle_id="lorry",
        start=Position(lon=14.4, lat=50.0),
        starts_at=SIX,
        ends_at=minutes(10 * len(stops) + 32),
        distance_m=12_000,
        stops=stops,
    )


def test_a_round_driven_as_planned_is_as_long_as_planned() -> None:
    one = round_(stop(1, marked=13), stop(2, marked=24), stop(3, kind=StopKind.DISPOSAL, marked=40))
    assert driven_m(one) == pytest.approx(12_000)


def test_another_order_is_longer_and_a_stop_left_away_shorter() -> None:
    # planned 0-1-2-3-0 is 6 units; marked 0-2-1-3-0 is 8
    other = round_(stop(1, marked=30), stop(2, marked=20), stop(3, marked=45))
    assert driven_m(other) == pytest.approx(12_000 * 8 / 6, rel=1e-3)
    assert [s.seq for s in as_marked(other)] == [2, 1, 3]
    shorter = round_(stop(1, marked=10), stop(2, marked=20), stop(3))
    assert driven_m(shorter) == pytest.approx(12_000 * 4 / 6, rel=1e-3)


def test_disposal_is_driven_to_whether_or_not_somebody_says_so() -> None:
    one = round_(stop(1, marked=13), stop(2, marked=24), stop(3, kind=StopKind.DISPOSAL))
    assert [s.seq for s in as_marked(one)] == [1, 2, 3]
    assert driven_m(one) == pytest.approx(12_000)


def test_hours_are_from_the_marks_and_the_planned_ways_out_and_home() -> None:
    one = round_(stop(1, marked=15), stop(2, marked=45), stop(3, marked=75))
    # out: 10 min and 2 of service; home: from minute 32 to 62; between the marks: an hour
    assert hours_out(one) == pytest.approx((12 + 60 + 30) / 60)
    assert hours_out(round_(stop(1, marked=15), stop(2))) is None


def test_bins_nobody_marked_take_no_hours_on_the_way_home() -> None:
    marked = [stop(n, marked=10 * n + 5) for n in (1, 2)]
    unmarked = [stop(n) for n in range(3, 11)]
    one = round_(*marked, *unmarked, stop(11, kind=StopKind.DISPOSAL))
    # out 12 minutes, 10 between the marks; home from the end of the last bin, at 102, to 142
    assert hours_out(one) == pytest.approx((12 + 10 + 40) / 60)


def test_a_day_tells_planned_and_marked_apart() -> None:
    one = round_(
        stop(1, marked=13, fill=90),
        stop(2, marked=24, skipped=SkipReason.BLOCKED),
        stop(3, fill=None),
        stop(4, marked=50, fill=100),
        stop(5, marked=60),
    )
    nobody = round_(stop(1), stop(2))
    earlier = round_(stop(1, marked=5, fill=60), stop(2), status=PlanStatus.SUPERSEDED)
    full = FullTime(day=DAY, full_h=3.5, known_h=200, bins=9)
    (day,) = driven_days([DAY], [one, nobody, earlier], [full])
    assert (day.planned_rounds, day.planned_bins, day.planned_distance_m) == (2, 7, 24_000)
    assert (day.rounds_marked, day.rounds_timed) == (2, 1)
    assert day.bins == 4
    assert day.skipped == {"blocked": 1}
    assert day.unmarked == 3
    assert day.fills == [90, 100, 60]
    assert (day.overflow_h, day.known_h) == (3.5, 200)
    total = totals([day])
    assert total.service_pct == pytest.approx(100 * 2 / 3)
    assert total.fill_at_pickup_pct == pytest.approx(250 / 3)


def test_a_day_of_which_nothing_is_known_says_so() -> None:
    (day,) = driven_days([DAY], [], [FullTime(day=DAY, full_h=0, known_h=0, bins=0)])
    assert day.overflow_h is None
    total = totals([day])
    assert (total.service_pct, total.fill_at_pickup_pct, total.overflow_h) == (None, None, None)
