from dataclasses import replace

import numpy as np
import pytest

from core.plans import Policy as Rule
from evidence.days import Run, Simulation, draw
from evidence.factors import Factors
from evidence.figures import FILL_CLASSES, figures, fill_classes
from evidence.policies import Brimful, FixedSchedule, Fullest, Policy, with_truth, without_sensors
from evidence.setting import Deposited, Setting
from tests.evidence.places import SHORT, EverythingAtNine, small_town

THRESHOLD = Brimful(key="threshold", title="Threshold", choice=Rule.THRESHOLD, dial_m=10_000)
POLICIES: list[Policy] = [FixedSchedule(), Fullest(number=10), THRESHOLD]


def run(setting: Setting, policy: Policy, *, seed: int = 1) -> Run:
    return Simulation(setting, policy, EverythingAtNine(setting), draw(setting, seed)).run(
        lambda: None
    )


@pytest.mark.parametrize("policy", POLICIES, ids=lambda p: p.key)
def test_what_came_was_collected_or_is_still_there(policy: Policy) -> None:
    done = run(small_town(), policy)
    collected_l = sum(e.litres for e in done.emptyings)
    assert done.emptyings
    assert done.begin_l + done.came_l == pytest.approx(collected_l + done.end_l)


def test_every_policy_lives_through_the_same_days() -> None:
    setting = small_town()
    runs = [run(setting, policy) for policy in POLICIES]
    assert len({round(r.came_l, 6) for r in runs}) == 1
    # but not the same in another seed
    assert round(run(setting, POLICIES[0], seed=2).came_l, 6) != round(runs[0].came_l, 6)


def test_a_seed_gives_the_same_run_again() -> None:
    setting = small_town()
    one, again = run(setting, THRESHOLD), run(setting, THRESHOLD)
    assert one == again


def test_only_counted_days_count() -> None:
    setting = small_town()
    done = run(setting, FixedSchedule())
    planner = EverythingAtNine(setting)
    Simulation(setting, FixedSchedule(), planner, draw(setting, 1)).run(lambda: None)
    assert len(planner.wanted) == SHORT.settle + SHORT.counted
    counted = planner.wanted[SHORT.settle :]
    assert done.distance_m == 1000 * sum(map(len, counted))
    assert len(done.emptyings) + done.skipped == sum(map(len, counted))
    assert len(done.km_by_day) == SHORT.counted


def test_overflow_is_counted_from_the_first_counted_day_on() -> None:
    """One bin, full before the counted days and never emptied: every counted hour is overflow."""
    setting = small_town(bins=10)
    one = replace(
        setting,
        bins=setting.bins[:1],
        usual_pct_per_day=np.array([0.1]),
        deposits=_Steady(litres_per_slot=setting.bins[0].capacity_l),
        skipped_share=1.0,
    )
    done = run(one, Fullest(number=1))
    assert done.overflow_h == pytest.approx(24 * SHORT.counted)
    assert done.excess_l == pytest.approx(96 * SHORT.counted * setting.bins[0].capacity_l)
    assert done.skipped == SHORT.counted


class _Steady:
    """The same in every slot."""

    def __init__(self, *, litres_per_slot: float) -> None:
        self._litres = litres_per_slot

    def draw(self, seed: int, days: int) -> Deposited:  # noqa: ARG002 - as they are drawn
        return Deposited(litres=np.full((1, 96 * days), self._litres))


def test_who_has_no_sensor_hears_nothing_and_who_sees_the_truth_all_of_it() -> None:
    setting = small_town()
    chance = draw(setting, 1)
    assert chance.diaries(without_sensors(THRESHOLD).sight) is None
    truth = chance.diaries(with_truth(THRESHOLD).sight)
    seen = chance.diaries(THRESHOLD.sight)
    assert truth is not None
    assert seen is not None
    assert sum(len(d.at_s) for d in truth) > 2 * sum(len(d.at_s) for d in seen)


def test_figures_are_per_day_and_add_up() -> None:
    done = run(small_town(), Fullest(number=10))
    found = figures(done, Factors())
    fills = [e.fill_pct for e in done.emptyings]
    assert found["km_per_day"] == pytest.approx(done.distance_m / 1000 / 7)
    assert found["hours_per_day"] == pytest.approx(done.work_s / 3600 / 7)
    assert found["bins_per_day"] == pytest.approx(len(fills) / 7)
    assert found["fill_at_pickup_pct"] == pytest.approx(np.mean(fills))
    assert found["service_pct"] == pytest.approx(100 * np.mean([f < 100 for f in fills]))
    assert found["co2_kg_per_day"] == pytest.approx(
        Factors().co2_kg(km=done.distance_m / 7000, hours=done.work_s / 3600 / 7)
    )
    shares = fill_classes([done])
    assert len(shares) == len(FILL_CLASSES)
    assert sum(shares) == pytest.approx(100)
    assert shares[-1] == pytest.approx(100 - float(found["service_pct"] or 0))
