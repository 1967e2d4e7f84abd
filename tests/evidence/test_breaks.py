"""Rounds that were planned as if nobody rested, and what becomes of them."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4

import numpy as np
import pytest

from core.geo import Position
from core.levels import Level, LevelSource, LevelTrust
from core.plans import DueReason, Round, Stop, StopKind
from core.rules.due import Wanted
from evidence.breaks import DepotBreak, DrivenRound, rested
from evidence.groningen import BREAKS, PARTS, groningen_setting
from evidence.lineup import lineup
from evidence.planning import ProductPlanner, Search
from evidence.setting import Days
from routing.search import ensure_compiled
from routing.travel import TravelTable
from tests.evidence.places import small_town

DAY = date(2026, 3, 2)
SEVEN = datetime(2026, 3, 2, 7, tzinfo=UTC)
HOUR = timedelta(hours=1)
DEPOT = small_town(bins=10).depot
AT_TEN = DepotBreak(at=time(10), length_s=1800)

# the depot, and three bins an hour from it and half an hour from one another
TRAVEL = TravelTable(
    drive_s=np.array(
        [
            [0, 3600, 3600, 3600],
            [3600, 0, 1800, 1800],
            [3600, 1800, 0, 1800],
            [3600, 1800, 1800, 0],
        ],
        dtype=np.int32,
    ),
    distance_m=np.array(
        [[0, 30, 30, 30], [30, 0, 10, 10], [30, 10, 0, 10], [30, 10, 10, 0]], dtype=np.int32
    ),
    source="made up",
)


def stop(bin_id: str, *, service_s: int = 0) -> Stop:
    return Stop(
        stop_id=uuid4(), seq=1, kind=StopKind.BIN, position=Position(lon=0, lat=0), bin_id=bin_id,
        disposal_site_id=None, arrives_at=SEVEN, begins_at=SEVEN, service_s=service_s,
    )  # fmt: skip


def drive(*stops: Stop, breaks: tuple[DepotBreak, ...] = (AT_TEN,)) -> DrivenRound:
    round_ = Round(
        round_id=uuid4(), vehicle_id="v", crew_id=None, starts_at=SEVEN, ends_at=SEVEN + HOUR,
        distance_m=0, drive_s=0, load_kg=0.0, stops=stops,
    )  # fmt: skip
    return rested(round_, breaks, depot=DEPOT, travel=TRAVEL, row_of={"a": 1, "b": 2, "c": 3})


def test_the_bin_that_would_miss_the_break_comes_after_it() -> None:
    driven = drive(stop("a"), stop("b"), stop("c", service_s=60))
    # with c it would be home a minute late: it goes home from b, is there at half past nine, waits
    assert driven.reached == (
        ("a", SEVEN + HOUR),
        ("b", SEVEN + 1.5 * HOUR),
        ("c", SEVEN + 4.5 * HOUR),
    )
    assert driven.distance_m == 30 + 10 + 30 + 30 + 30
    assert driven.work_s == 5.5 * 3600 + 60


def test_who_is_home_by_then_does_not_come_home_for_it() -> None:
    driven = drive(stop("a"), stop("b", service_s=1800))
    assert driven.reached == (("a", SEVEN + HOUR), ("b", SEVEN + 1.5 * HOUR))
    assert driven.distance_m == 30 + 10 + 30
    assert driven.work_s == 3 * 3600


def test_a_long_stop_makes_the_break_late_and_all_breaks_are_taken() -> None:
    again = DepotBreak(at=time(13), length_s=1800)
    driven = drive(stop("a"), stop("b", service_s=2 * 3600), stop("c"), breaks=(AT_TEN, again))
    # home from a at nine, rests at ten; b would end at half past two: rests again before it
    assert [at - SEVEN for _, at in driven.reached] == [HOUR, 7.5 * HOUR, 10 * HOUR]


def test_nobody_works_while_it_rests_and_home_is_a_long_way() -> None:
    ensure_compiled()
    setting = groningen_setting(
        town_seed=1, days=Days(first=DAY, warm_up=1, settle=1, counted=1), vehicles=4
    )
    wanted = [
        Wanted(
            level=Level(
                bin=b, trust=LevelTrust.FRESH, fill_pct=70.0, measured_at=SEVEN,
                source=LevelSource.SENSOR, sensor_id="s", battery_v=None, heard_at=None,
            ),
            reason=DueReason.OVER_THRESHOLD, expected_fill_pct=70.0, overflow_probability=0.0,
        )
        for b in setting.bins[:200]
    ]  # fmt: skip
    search = Search(iterations=300)
    whole = ProductPlanner(setting, search, whole_days=True).rounds(wanted, day=DAY, now=SEVEN)
    parts = ProductPlanner(setting, search).rounds(wanted, day=DAY, now=SEVEN)
    assert len(whole.visits) == len(parts.visits) == 200
    assert whole.rounds <= 4 < parts.rounds
    for driven in (whole, parts):
        clock = sorted(visit.at.time() for visit in driven.visits)
        assert clock[-1] > time(10, 30)
        assert not [at for at in clock if time(10) <= at < time(10, 30)]
    # its way home to rest is not planned for
    assert setting.whole_days is not None
    unrested = replace(setting, whole_days=replace(setting.whole_days, breaks=()))
    unbroken = ProductPlanner(unrested, search, whole_days=True).rounds(wanted, day=DAY, now=SEVEN)
    assert whole.distance_m > unbroken.distance_m + 10_000
    assert whole.work_s > unbroken.work_s + 3 * 1800


def test_the_parts_of_a_lorrys_day_are_what_the_breaks_leave() -> None:
    ends = [SEVEN.replace(hour=a.hour, minute=a.minute) + timedelta(seconds=s) for a, s in PARTS]
    for end, break_, (begin, _) in zip(ends, BREAKS, PARTS[1:], strict=False):
        assert end.time() == break_.at
        assert (end + timedelta(seconds=break_.length_s)).time() == begin
    assert sum(s for _, s in PARTS) == 6 * 3600


@pytest.mark.parametrize("crews_rest", [True, False])
def test_the_baseline_is_there_as_published_where_crews_rest_at_the_depot(
    *, crews_rest: bool
) -> None:
    days = Days(first=DAY, warm_up=1, settle=1, counted=1)
    setting = groningen_setting(town_seed=1, days=days) if crews_rest else small_town()
    found = lineup(setting, dials_m=(), chosen_dial_m=10_000, fullest=20, wanted=("fullest",))
    keys = [policy.key for policy in found]
    assert keys == (["fullest-20-whole-days", "fullest-20"] if crews_rest else ["fullest-20"])
    assert len({policy.title for policy in found}) == len({p.rule for p in found}) == len(found)
