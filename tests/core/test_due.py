from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.bins import Bin
from core.forecasts import ForecastBasis, Outlook
from core.geo import Position
from core.levels import Level, LevelSource, LevelTrust
from core.plans import DueReason, LeftOut, LeftOutReason, Policy
from core.rules.due import LEAST_PRIZE_M, Aims, Known, Wanted, decide
from tests.store.make import NOON

DAY = timedelta(days=1)


def level(fill_pct: float | None, *, trust: LevelTrust = LevelTrust.FRESH, **of_bin: Any) -> Level:  # noqa: ANN401 - any of a bin's fields
    return Level(
        bin=Bin(
            **{
                "bin_id": "b",
                "name": "B",
                "stream": "paper",
                "capacity_l": 1_100,
                "threshold_pct": 80,
                "depot_id": "d",
                "position": Position(lon=14, lat=50),
                **of_bin,
            }
        ),
        trust=trust,
        fill_pct=fill_pct,
        measured_at=None if fill_pct is None else NOON,
        source=None if fill_pct is None else LevelSource.SENSOR,
        sensor_id="s",
        battery_v=None,
        heard_at=NOON,
    )


def decided(
    at: Level,
    *,
    chance: float = 0.0,
    round_pct: float | None = None,
    next_pct: float | None = None,
    policy: Policy = Policy.PRIZE,
    known: Known | None = None,
    dial_m: int = 20_000,
    ahead_m: int = 0,
) -> Wanted | LeftOut:
    now_pct = round_pct if round_pct is not None else at.fill_pct or 0.0
    return decide(
        at,
        Outlook(
            round_pct=now_pct,
            next_pct=now_pct if next_pct is None else next_pct,
            overflow_probability=chance,
            full_at=NOON + 3 * DAY,
            basis=ForecastBasis.SCHEDULE if at.fill_pct is None else ForecastBasis.HISTORY,
        ),
        aims=Aims(policy=policy, dial_m=dial_m, ahead_m=ahead_m),
        known=known or Known(),
        round_at=NOON + DAY / 2,
    )


def due(found: Wanted | LeftOut) -> DueReason | None:
    assert isinstance(found, Wanted)
    assert found.is_due
    return found.reason


def reason(found: Wanted | LeftOut) -> LeftOutReason:
    assert isinstance(found, LeftOut)
    assert found.detail
    return found.reason


LEVEL_POLICIES = [Policy.PRIZE, Policy.DUE_ONLY, Policy.THRESHOLD]


@pytest.mark.parametrize("policy", LEVEL_POLICIES)
def test_at_or_over_the_threshold_is_due_whatever_the_way(policy: Policy) -> None:
    for fill in (80, 95):
        found = decided(level(fill), policy=policy)
        assert due(found) is DueReason.OVER_THRESHOLD
        assert found.expected_fill_pct == fill
    assert due(decided(level(70), round_pct=80, policy=policy)) is DueReason.OVER_THRESHOLD


def test_what_is_expected_over_its_threshold_is_due_only_by_threshold() -> None:
    at = level(60)
    assert (
        due(decided(at, next_pct=85, policy=Policy.THRESHOLD)) is DueReason.EXPECTED_OVER_THRESHOLD
    )
    for policy in (Policy.PRIZE, Policy.DUE_ONLY):
        assert reason(decided(at, next_pct=85, policy=policy)) is LeftOutReason.BELOW_THRESHOLD


def test_what_is_all_but_certain_to_overflow_is_due() -> None:
    for policy in (Policy.PRIZE, Policy.DUE_ONLY):
        found = decided(level(60), chance=0.995, policy=policy)
        assert due(found) is DueReason.EXPECTED_TO_OVERFLOW
    assert (
        reason(decided(level(60), chance=0.98, policy=Policy.DUE_ONLY))
        is LeftOutReason.BELOW_THRESHOLD
    )


def test_the_rest_is_worth_dial_times_probability() -> None:
    found = decided(level(60), chance=0.25, dial_m=8_000)
    assert isinstance(found, Wanted)
    assert not found.is_due
    assert (found.reason, found.prize_m, found.overflow_probability) == (None, 2_000, 0.25)
    assert reason(decided(level(60), chance=0.002)) is LeftOutReason.BELOW_THRESHOLD
    assert reason(decided(level(60), chance=0.5, dial_m=0)) is LeftOutReason.BELOW_THRESHOLD


@pytest.mark.parametrize("policy", list(Policy))
def test_what_somebody_asked_for_is_due_under_every_policy(policy: Policy) -> None:
    asked = Known(requested=True, emptied_at=NOON)
    assert due(decided(level(3), policy=policy, known=asked)) is DueReason.REQUESTED
    assert due(decided(level(None), policy=policy, known=asked)) is DueReason.REQUESTED


def test_the_fixed_schedule_looks_at_days_and_not_at_levels() -> None:
    def under_schedule(fill: float | None, days_ago: float | None) -> Wanted | LeftOut:
        emptied_at = None if days_ago is None else NOON + DAY / 2 - days_ago * DAY
        return decided(
            level(fill), policy=Policy.FIXED_SCHEDULE, known=Known(emptied_at=emptied_at), chance=1
        )

    assert due(under_schedule(5, 7)) is DueReason.SCHEDULED
    assert due(under_schedule(5, 6.6)) is DueReason.SCHEDULED
    assert due(under_schedule(None, None)) is DueReason.SCHEDULED
    assert reason(under_schedule(99, 6)) is LeftOutReason.NOT_ITS_TURN


def test_a_bin_nobody_knows_the_level_of_is_wanted_by_its_schedule() -> None:
    found = decided(level(None), chance=0.3, round_pct=70)
    assert isinstance(found, Wanted)
    assert found.prize_m == 6_000
    # an assumed level is no level over the threshold
    assert reason(decided(level(None), round_pct=85)) is LeftOutReason.NO_LEVEL


def test_everything_else_is_left_out_with_its_reason_and_figures() -> None:
    below = decided(level(49), next_pct=61, chance=0.001)
    assert reason(below) is LeftOutReason.BELOW_THRESHOLD
    assert isinstance(below, LeftOut)
    for figure in ("49 % full", "61 % expected", "0.1 % likely to overflow", "full by 5 March"):
        assert figure in below.detail
    assert reason(decided(level(90, in_service=False))) is LeftOutReason.OUT_OF_SERVICE
    assert reason(decided(level(90, position=None))) is LeftOutReason.NO_POSITION
    assert reason(decided(level(40, position=None), chance=0.5)) is LeftOutReason.NO_POSITION
    assert reason(decided(level(20, position=None))) is LeftOutReason.BELOW_THRESHOLD
    for trust in (LevelTrust.STALE, LevelTrust.UNTRUSTED):
        assert reason(decided(level(20, trust=trust))) is LeftOutReason.STALE_LEVEL


def test_a_full_bin_with_an_old_level_is_due_all_the_same() -> None:
    assert due(decided(level(90, trust=LevelTrust.STALE))) is DueReason.OVER_THRESHOLD


@given(
    fill=st.floats(0, 100),
    more=st.floats(0, 50),
    chance=st.floats(0, 1),
    more_chance=st.floats(0, 1),
    threshold=st.floats(1, 100),
    policy=st.sampled_from(LEVEL_POLICIES),
)
def test_a_fuller_and_likelier_bin_is_never_less_wanted(
    *,
    fill: float,
    more: float,
    chance: float,
    more_chance: float,
    threshold: float,
    policy: Policy,
) -> None:
    def metres(found: Wanted | LeftOut) -> float:
        if isinstance(found, LeftOut):
            return 0.0
        return float("inf") if found.prize_m is None else found.prize_m

    lower = decided(level(fill, threshold_pct=threshold), chance=chance, policy=policy)
    fuller = decided(
        level(min(100, fill + more), threshold_pct=threshold),
        chance=min(1.0, chance + more_chance),
        policy=policy,
    )
    assert metres(fuller) >= metres(lower)
    assert metres(lower) == 0 or metres(lower) >= LEAST_PRIZE_M


@pytest.mark.parametrize(("round_pct", "prize_m"), [(55, 388), (68, 480), (79, 558)])
def test_a_bin_that_needs_it_within_days_is_worth_a_way_now(round_pct: float, prize_m: int) -> None:
    found = decided(level(round_pct), ahead_m=600)
    assert isinstance(found, Wanted)
    assert not found.is_due
    assert found.prize_m == prize_m
    risky = decided(level(round_pct), ahead_m=600, chance=0.1, dial_m=10_000)
    assert isinstance(risky, Wanted)
    assert risky.prize_m == prize_m + 1_000


def test_a_bin_half_empty_is_not_fetched_ahead_and_none_is_unless_that_is_set() -> None:
    assert reason(decided(level(54), ahead_m=600)) is LeftOutReason.BELOW_THRESHOLD
    assert reason(decided(level(79))) is LeftOutReason.BELOW_THRESHOLD
    due_only = decided(level(79), ahead_m=600, policy=Policy.DUE_ONLY)
    assert reason(due_only) is LeftOutReason.BELOW_THRESHOLD
