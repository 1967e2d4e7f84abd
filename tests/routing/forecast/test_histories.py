import numpy as np
import pytest

from routing.forecast.histories import (
    BinOf,
    Histories,
    histories,
    standing_still,
    without_spikes,
)
from routing.forecast.steps import steps
from tests.routing.forecast.processes import MONDAY_S

HOUR = 3600


def of(*fills: float, every_h: float = 2) -> Histories:
    at = [MONDAY_S + round(n * every_h * HOUR) for n in range(len(fills))]
    return histories([BinOf(bin_id="b", stream="paper")], {"b": (at, fills)})


def test_rows_in_any_order_and_twice_become_one_rising_history() -> None:
    at = [MONDAY_S + HOUR, MONDAY_S, MONDAY_S + HOUR, MONDAY_S + 2 * HOUR]
    found = histories(
        [BinOf(bin_id="none", stream="x"), BinOf(bin_id="b", stream="x")],
        {"b": (at, [10, 5, 11, 20])},
    )
    assert found.at_s.tolist() == [MONDAY_S, MONDAY_S + HOUR, MONDAY_S + 2 * HOUR]
    assert found.fill_pct.tolist() == [5, 11, 20]
    assert found.owner.tolist() == [1, 1, 1]
    assert found.last.tolist() == [-1, 2]


def test_a_level_over_100_is_refused() -> None:
    with pytest.raises(ValueError, match="within 0 and 100"):
        of(10, 101)


def test_before_keeps_only_what_was_known() -> None:
    found = of(1, 2, 3, 4).before(MONDAY_S + 4 * HOUR)
    assert found.fill_pct.tolist() == [1, 2]
    assert found.starts.tolist() == [0, 2]


@pytest.mark.parametrize(
    ("fills", "left"),
    [
        ((40, 41, 0, 42, 43), [40, 41, 42, 43]),
        ((40, 41, 90, 42, 43), [40, 41, 42, 43]),
        ((40, 41, 0, 1, 2), [40, 41, 0, 1, 2]),
        ((40, 41, 0, 20, 22), [40, 41, 0, 20, 22]),
    ],
)
def test_single_spikes_and_zeros_for_missing_are_left_out(
    fills: tuple[float, ...], left: list[float]
) -> None:
    assert without_spikes(of(*fills)).fill_pct.tolist() == left


def test_a_daily_sensor_is_taken_at_its_word() -> None:
    assert len(without_spikes(of(40, 90, 42, every_h=24)).at_s) == 3


def test_the_same_value_for_days_is_a_stuck_sensor_and_longer_at_the_ends() -> None:
    days = 12 * 5
    assert standing_still(of(*[40.0] * days)).all()
    assert not standing_still(of(*[40.0] * 12)).any()
    assert not standing_still(of(*[0.0] * days)).any()
    assert standing_still(of(*[0.0] * 12 * 8)).all()


def test_steps_tell_only_where_they_show_a_rate() -> None:
    fills = (10, 15, 85, 90, 5, 8)
    step = steps(of(*fills))
    assert step.tells.tolist() == [True, True, False, False, True]
    assert step.emptied.tolist() == [False, False, False, True, False]


def test_over_a_gap_nothing_is_told_unless_the_sensor_speaks_rarely() -> None:
    at = [MONDAY_S + h * HOUR for h in (0, 2, 4, 80, 82)]
    bin_ = BinOf(bin_id="b", stream="paper")
    gap = steps(histories([bin_], {"b": (at, [10, 11, 12, 50, 51])}))
    assert gap.tells.tolist() == [True, True, False, True]
    assert steps(of(10, 20, 30, every_h=72)).tells.all()


def test_steps_of_two_bins_do_not_mix() -> None:
    bins = [BinOf(bin_id=name, stream="paper") for name in "ab"]
    found = steps(histories(bins, {"a": ([MONDAY_S], [70.0]), "b": ([MONDAY_S + HOUR], [10.0])}))
    assert not found.tells.any()
    assert not found.emptied.any()
    assert np.all(found.hours == 0)
