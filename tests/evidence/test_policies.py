from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from core.bins import Bin
from core.levels import Level, LevelSource, LevelTrust
from core.plans import DueReason
from evidence.lineup import dial_key, lineup
from evidence.policies import (
    ROUND_DAYS,
    SCHEDULE_FILL_PCT,
    AsRecorded,
    FixedSchedule,
    Fullest,
    Morning,
    Sight,
    schedule,
    turns,
)
from evidence.setting import Setting
from routing.outlook import Chances, Learnt
from tests.evidence.places import small_town

NOW = datetime(2026, 3, 2, 4, 30, tzinfo=UTC)


def level(bin_: Bin, fill_pct: float | None, *, hours_old: float = 1) -> Level:
    return Level(
        bin=bin_,
        trust=LevelTrust.NO_LEVEL if fill_pct is None else LevelTrust.FRESH,
        fill_pct=fill_pct,
        measured_at=None if fill_pct is None else NOW - timedelta(hours=hours_old),
        source=None if fill_pct is None else LevelSource.SENSOR,
        sensor_id="s",
        battery_v=None,
        heard_at=None,
    )


def _nothing_is_learnt() -> Learnt:
    raise AssertionError("these policies do not forecast")


def morning(setting: Setting, fills: dict[int, float | None] | None = None, *, day: int = 0
) -> Morning:  # fmt: skip
    known = fills or {}
    return Morning(
        day=day,
        now=NOW,
        chances=Chances(
            round_at=NOW + timedelta(hours=1.5), next_chance_at=NOW + timedelta(hours=25.5)
        ),
        levels=[level(b, known.get(i, 5.0)) for i, b in enumerate(setting.bins)],
        learnt=_nothing_is_learnt,
        emptied_at=[() for _ in setting.bins],
    )


def test_a_schedule_comes_as_often_as_the_bin_usually_needs_it() -> None:
    setting = small_town(bins=200)
    every, offset = schedule(setting)
    assert set(every) <= set(ROUND_DAYS)
    assert ((offset >= 0) & (offset < every)).all()
    usual_at_pickup = every * setting.usual_pct_per_day
    assert (usual_at_pickup[every > 1] <= SCHEDULE_FILL_PCT).all()
    for bin_ in range(len(setting.bins)):
        days = [day for day in range(42) if turns(setting, day)[bin_]]
        assert len(days) == 42 // every[bin_]
        assert set(np.diff(days)) <= {every[bin_]}


def test_a_schedules_days_are_even_and_its_bins_stand_together() -> None:
    setting = small_town(bins=400)
    every, offset = schedule(setting)
    streams = np.array([b.stream for b in setting.bins])
    rows = np.flatnonzero((streams == "general") & (every == 3))
    counts = np.bincount(offset[rows], minlength=3)
    assert counts.max() - counts.min() <= 1
    lon = np.array([b.position.lon for b in setting.bins if b.position is not None])
    lat = np.array([b.position.lat for b in setting.bins if b.position is not None])
    spread = np.hypot(lon - lon[rows].mean(), lat - lat[rows].mean())[rows].mean()
    within = [
        np.hypot(lon[r] - lon[r].mean(), lat[r] - lat[r].mean()).mean()
        for d in range(3)
        if len(r := rows[offset[rows] == d])
    ]
    assert np.mean(within) < 0.9 * spread


def test_the_fixed_schedule_wants_those_whose_turn_it_is_whatever_is_known() -> None:
    setting = small_town()
    wanted = FixedSchedule().wanted(morning(setting, {0: 99}, day=4), setting)
    assert {w.level.bin.bin_id for w in wanted} == {
        setting.bins[i].bin_id for i in np.flatnonzero(turns(setting, 4))
    }
    assert all(w.reason is DueReason.SCHEDULED and w.is_due for w in wanted)


def test_the_fullest_are_those_that_will_be_full_soonest() -> None:
    setting = replace(small_town(bins=10), usual_pct_per_day=np.array([10.0] * 9 + [60.0]))
    fills: dict[int, float | None] = {2: 70.0, 5: 65.0, 9: 60.0, 7: None}
    wanted = Fullest(number=3).wanted(morning(setting, fills), setting)
    # a bin of which nothing is known counts as full; 40 % in a day beat 30 % in three
    assert [w.level.bin.bin_id for w in wanted] == [setting.bins[i].bin_id for i in (7, 9, 2)]


def test_the_record_is_driven_as_it_was() -> None:
    recorded = np.zeros((10, 12), dtype=np.bool_)
    recorded[[1, 4], 3] = True
    setting = small_town(bins=10, recorded=recorded)
    wanted = AsRecorded().wanted(morning(setting, day=3), setting)
    assert [w.level.bin.bin_id for w in wanted] == [setting.bins[i].bin_id for i in (1, 4)]
    assert AsRecorded().wanted(morning(setting, day=2), setting) == ()


def test_the_lineup_holds_the_chosen_dial_among_those_tried() -> None:
    found = lineup(small_town(), dials_m=(5_000, 20_000), chosen_dial_m=10_000, fullest=None)
    keys = [p.key for p in found]
    assert keys == [
        "fixed", "fullest-9", "threshold", "due-only", "prize-5000", "prize-10000", "prize-20000",
        "reports-alone", "perfect",
    ]  # fmt: skip
    assert dial_key(10_000) in keys
    by_key = {p.key: p for p in found}
    assert by_key["reports-alone"].sight is Sight.REPORTS
    assert by_key["perfect"].sight is Sight.TRUTH
    assert len({p.title for p in found}) == len(found)
    assert all(p.rule for p in found)


@pytest.mark.parametrize("name", ["fixed", "fullest", "reports"])
def test_the_lineup_can_be_narrowed(name: str) -> None:
    found = lineup(
        small_town(), dials_m=(), chosen_dial_m=10_000, fullest=7, wanted=(name, "prize")
    )
    assert len(found) == 2
