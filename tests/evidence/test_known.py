from datetime import timedelta

import numpy as np

from core.levels import LevelSource, LevelTrust
from evidence.contents import Contents
from evidence.known import Known
from evidence.sensing import SensorDiary
from evidence.setting import SLOT_S, SLOTS_PER_DAY, Deposited
from tests.evidence.places import SHORT, small_town

DAY = timedelta(days=1)


def diary(*at_h: float, instead: dict[int, float] | None = None, stuck: tuple[int, ...] = ()
) -> SensorDiary:  # fmt: skip
    k = len(at_h)
    instead_pct = np.full(k, np.nan)
    for i, pct in (instead or {}).items():
        instead_pct[i] = pct
    return SensorDiary(
        at_s=np.array([int(h * 3600) for h in at_h]),
        error_pct=np.zeros(k),
        instead_pct=instead_pct,
        stuck=np.array([i in stuck for i in range(k)], dtype=np.bool_),
    )


def one_bin(*, pct_per_hour: float, of: SensorDiary | None) -> tuple[Known, Contents]:
    bin_ = small_town(bins=10).bins[0]
    per_slot = pct_per_hour / 100 * bin_.capacity_l * SLOT_S / 3600
    contents = Contents(
        Deposited(litres=np.full((1, 12 * SLOTS_PER_DAY), per_slot)),
        capacity_l=np.array([bin_.capacity_l]),
        begin_l=np.array([0.0]),
    )
    known = Known(
        [bin_], None if of is None else [of], SHORT, stale_after=2 * DAY, history=28 * DAY
    )
    return known, contents


def slot(hours: float) -> int:
    return int(hours * 3600 / SLOT_S)


def test_the_newest_reading_before_the_plan_is_the_level() -> None:
    known, contents = one_bin(pct_per_hour=2, of=diary(2, 4, 6, 8))
    known.hear(contents, 0, slot(7))
    (level,) = known.levels(SHORT.at(slot(7)))
    assert (level.fill_pct, level.measured_at) == (12, SHORT.at(slot(6)))
    assert level.trust is LevelTrust.FRESH
    assert [s.fill_pct for s in known.histories(SHORT.at(slot(7)))[level.bin.bin_id]] == [4, 8, 12]


def test_a_spike_is_doubted_and_does_not_move_the_level() -> None:
    known, contents = one_bin(pct_per_hour=1, of=diary(2, 4, 6, 8, instead={2: 97}))
    known.hear(contents, 0, slot(7))
    (level,) = known.levels(SHORT.at(slot(7)))
    assert level.fill_pct == 4
    assert level.trust is LevelTrust.UNTRUSTED
    known.hear(contents, 0, slot(9))
    (level,) = known.levels(SHORT.at(slot(9)))
    assert (level.fill_pct, level.trust) == (8, LevelTrust.FRESH)


def test_a_stuck_sensor_says_again_what_it_said() -> None:
    known, contents = one_bin(pct_per_hour=2, of=diary(2, 4, 6, stuck=(1, 2)))
    known.hear(contents, 0, slot(7))
    assert known.levels(SHORT.at(slot(7)))[0].fill_pct == 4


def test_a_crews_mark_is_a_level_of_zero_until_the_sensor_speaks() -> None:
    known, contents = one_bin(pct_per_hour=4, of=diary(2, 4, 10))
    known.hear(contents, 0, slot(6))
    contents.empty(0, slot(6), remains_l=0.05 * contents.capacity_l[0])
    known.mark(0, SHORT.at(slot(6)))
    (level,) = known.levels(SHORT.at(slot(7)))
    assert (level.fill_pct, level.source) == (0, LevelSource.CREW)
    known.hear(contents, 0, slot(11))
    (level,) = known.levels(SHORT.at(slot(11)))
    assert (level.fill_pct, level.source) == (21, LevelSource.SENSOR)


def test_a_level_grows_stale_and_a_bin_nobody_heard_of_has_none() -> None:
    known, contents = one_bin(pct_per_hour=1, of=diary(2))
    assert known.levels(SHORT.at(slot(1)))[0].trust is LevelTrust.NO_LEVEL
    known.hear(contents, 0, slot(72))
    assert known.levels(SHORT.at(slot(72)))[0].trust is LevelTrust.STALE


def test_without_a_sensor_there_are_only_marks() -> None:
    known, contents = one_bin(pct_per_hour=1, of=None)
    known.hear(contents, 0, slot(20))
    assert known.levels(SHORT.at(slot(20)))[0].trust is LevelTrust.NO_LEVEL
    known.mark(0, SHORT.at(slot(21)))
    (level,) = known.levels(SHORT.at(slot(22)))
    assert (level.fill_pct, level.source, level.sensor_id) == (0, LevelSource.CREW, None)
    assert known.emptied_at(0) == [SHORT.at(slot(21))]
    assert not known.histories(SHORT.at(slot(22)))[level.bin.bin_id]
