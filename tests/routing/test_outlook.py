"""From levels and samples to what is expected, with the bins nobody knows much of."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from core.bins import Bin
from core.fleet import Depot
from core.forecasts import ForecastBasis, Outlook
from core.geo import Position
from core.levels import Level, LevelSource, LevelTrust, Sample
from core.plans import LeftOutReason, Policy
from core.rules.due import Aims
from routing.forecasting import forecast_and_choose
from routing.outlook import Chances, columns, learn, outlooks
from tests.store.make import NOON

DAY = timedelta(days=1)
CHANCES = Chances(round_at=NOON + DAY / 2, next_chance_at=NOON + 3 * DAY / 2)


def test_a_bins_next_chance_is_in_the_middle_of_the_next_round() -> None:
    chances = Chances.of(NOON, interval=DAY, shift_s=8 * 3600)
    assert chances == Chances(round_at=NOON, next_chance_at=NOON + DAY + timedelta(hours=4))


CENTRE, HILL = Position(lon=14.421, lat=50.081), Position(lon=14.521, lat=50.031)


def level(
    bin_id: str, fill_pct: float | None, at: datetime = NOON, position: Position = CENTRE
) -> Level:
    return Level(
        bin=Bin(
            bin_id=bin_id,
            name=bin_id,
            stream="paper",
            capacity_l=1_100.0,
            threshold_pct=80.0,
            depot_id="d",
            position=position,
        ),
        trust=LevelTrust.NO_LEVEL if fill_pct is None else LevelTrust.FRESH,
        fill_pct=fill_pct,
        measured_at=None if fill_pct is None else at,
        source=None if fill_pct is None else LevelSource.SENSOR,
        sensor_id=None,
        battery_v=None,
        heard_at=None,
    )


def filling(pct_per_day: float, days: int = 28) -> list[Sample]:
    """Every three hours, emptied whenever it is over 85 %."""
    samples, fill = [], 0.0
    for n in range(days * 8, 0, -1):
        samples.append(Sample(measured_at=NOON - n * DAY / 8, fill_pct=round(fill, 1)))
        fill = 0.0 if fill > 85 else fill + pct_per_day / 8
    return samples


def expected(levels: Sequence[Level], samples: dict[str, list[Sample]]) -> list[Outlook]:
    learnt = learn([one.bin for one in levels], columns(samples), now=NOON)
    return outlooks(levels, learnt, CHANCES)


def test_a_bin_goes_on_as_it_did() -> None:
    [slow, fast] = expected(
        [level("slow", 40), level("fast", 40)], {"slow": filling(4), "fast": filling(40)}
    )
    assert slow.round_pct == pytest.approx(42, abs=1)
    assert fast.round_pct == pytest.approx(60, abs=4)
    assert fast.next_pct == pytest.approx(100, abs=5)
    assert slow.overflow_probability < 0.01
    assert fast.overflow_probability > 0.25
    assert slow.full_at is not None
    assert fast.full_at is not None
    assert abs(slow.full_at - (NOON + 15 * DAY)) < 4 * DAY
    assert abs(fast.full_at - (NOON + 1.5 * DAY)) < DAY / 2
    assert slow.basis is ForecastBasis.HISTORY


def test_bins_without_a_history_or_a_level_still_have_an_outlook() -> None:
    samples = {f"c{n}": filling(38 + n) for n in range(5)}
    samples |= {f"h{n}": filling(3 + n / 4) for n in range(5)}
    known = [level(name, 10, position=CENTRE if name[0] == "c" else HILL) for name in samples]
    found = expected(
        [
            *known,
            level("new-centre", 10),
            level("new-hill", 10, position=HILL),
            level("never-heard", None),
        ],
        samples,
    )[-3:]
    centre, hill, unknown = found
    assert (centre.basis, unknown.basis) == (ForecastBasis.STREAM, ForecastBasis.SCHEDULE)
    assert centre.round_pct > 25
    assert hill.round_pct < 15
    # emptied a week ago, as far as anybody knows, in a street where a week fills it twice over
    assert unknown.overflow_probability > 0.9


def test_a_crews_emptying_is_a_level_to_go_on_from() -> None:
    [emptied] = expected([level("b", 0, NOON - 2 * DAY)], {"b": filling(20)})
    assert emptied.round_pct == pytest.approx(50, abs=5)


def test_the_way_from_histories_to_a_choice() -> None:
    depot = Depot(depot_id="d", name="D", position=CENTRE, timezone="Europe/Prague")
    levels = [level("low", 10), level("nearly", 55), level("full", 90), level("off", None)]
    samples = {"low": filling(4), "nearly": filling(30), "full": filling(4), "off": filling(4)}

    def chosen(policy: Policy) -> tuple[dict[str, int | None], dict[str, LeftOutReason]]:
        ahead = forecast_and_choose(
            depot,
            levels,
            columns(samples),
            now=NOON,
            chances=CHANCES,
            aims=Aims(policy=policy, dial_m=20_000),
        )
        choice = ahead.choice
        assert {w.level.bin.bin_id for w in choice.due} == {
            w.level.bin.bin_id for w in choice.wanted if w.prize_m is None
        }
        return (
            {w.level.bin.bin_id: w.prize_m for w in choice.wanted},
            {entry.bin_id: entry.reason for entry in choice.left_out},
        )

    wanted, left_out = chosen(Policy.PRIZE)
    assert wanted["full"] is None
    assert (wanted["nearly"] or 0) > 5_000
    assert left_out == {
        "low": LeftOutReason.BELOW_THRESHOLD,
        "off": LeftOutReason.NO_LEVEL,
    }
    assert set(chosen(Policy.DUE_ONLY)[0]) == {"full"}
    assert set(chosen(Policy.THRESHOLD)[0]) == {"full", "nearly"}
    assert set(chosen(Policy.FIXED_SCHEDULE)[0]) == {"low", "nearly", "full", "off"}
