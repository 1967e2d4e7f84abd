import numpy as np
import pytest

from core.forecasts import ForecastGrade
from routing.forecast.checking import EDGES, check, grade, unchecked
from routing.forecast.fit import fit
from routing.forecast.groups import groups
from routing.forecast.histories import BinOf, Floats, Histories
from tests.routing.forecast.processes import town

ONE = np.zeros(1, dtype=np.int64)


def test_grades_need_few_errors_and_enough_checks() -> None:
    assert grade(4.0, 100) is ForecastGrade.HIGH
    assert grade(9.0, 100) is ForecastGrade.MEDIUM
    assert grade(20.0, 100) is ForecastGrade.LOW
    assert grade(1.0, 5) is ForecastGrade.LOW


def test_what_was_not_checked_is_stated_as_counted() -> None:
    of = unchecked(groups([BinOf(bin_id="b", stream="s")]))
    for share in (0.0, 0.07, 0.5, 1.0):
        said = np.array([share])
        assert of.corrected(ONE, np.array([10.0]), said) == pytest.approx(said)
        assert of.to_state(ONE, np.array([300.0]), said) == pytest.approx(said)
    assert of.of(0).error_pct is None


def test_the_way_back_is_the_way_back() -> None:
    of = unchecked(groups([BinOf(bin_id="b", stream="s")]))
    of.lay_below[:] = EDGES**2
    wanted = np.linspace(0.01, 0.99, 9)
    stream, hours = np.zeros(9, dtype=np.int64), np.full(9, 20.0)
    stated = of.to_state(stream, hours, wanted)
    assert of.corrected(stream, hours, stated) == pytest.approx(wanted)


def twice_as_much(history: Histories, from_s: int) -> Histories:
    """The same until ``from_s``; from then on what comes until an emptying counts twice."""
    fill: Floats = history.fill_pct.copy()
    for n in range(1, len(fill)):
        gain = history.fill_pct[n] - history.fill_pct[n - 1]
        late = history.at_s[n] >= from_s and history.owner[n] == history.owner[n - 1]
        if late and gain > -20:
            fill[n] = min(100.0, max(0.0, fill[n - 1] + 2 * gain))
    return Histories(bins=history.bins, starts=history.starts, at_s=history.at_s, fill_pct=fill)


def test_when_streets_change_the_stated_shares_follow() -> None:
    made = town(31, bins=40, days=56, per_day=(8, 16))
    half = made.begin_s + 28 * 86_400
    earlier = fit(made.history.before(half), now_s=half, checked=False)
    as_before = check(earlier, made.history, half)
    more = check(earlier, twice_as_much(made.history, half), half)
    middle = np.flatnonzero(EDGES == 0.5)[0]
    day = 2
    assert abs(as_before.lay_below[0, day, middle] - 0.5) < 0.05
    assert more.lay_below[0, day, middle] < 0.4
    assert np.nanmean(more.error_pct) > np.nanmean(as_before.error_pct)


def test_each_bin_has_its_own_grade() -> None:
    made = town(32, bins=20, days=42, per_day=(2, 60))
    found = fit(made.history, now_s=made.now_s).check
    slow, fast = int(np.argmin(made.per_day)), int(np.argmax(made.per_day))
    assert found.of(slow).grade is ForecastGrade.HIGH
    assert (found.of(slow).error_pct or 0) < (found.of(fast).error_pct or 0)
    assert found.of(slow).checks > 100
