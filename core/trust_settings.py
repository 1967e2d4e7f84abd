"""The settings of trust: from where on a reading is doubted; each tells the source of its default.

docs/trust.md shows what each one costs when it is changed.
"""

from dataclasses import fields
from typing import Annotated

from pydantic import Field
from pydantic_settings import BaseSettings

from core.rules.trust_limits import DEFAULT_LIMITS, TrustLimits

type Points = Annotated[float, Field(gt=0, le=100)]
type Hours = Annotated[float, Field(gt=0, le=8_760)]
type Days = Annotated[float, Field(gt=0, le=3_650)]
type Readings = Annotated[int, Field(ge=2, le=100_000)]


class TrustSettings(BaseSettings):
    """The part of the settings that becomes TrustLimits; ``trust_`` before each of its names."""

    trust_doubt_interval_h: Hours = Field(
        default=DEFAULT_LIMITS.doubt_interval_h,
        description="A jump or a zero waits for the next reading only where that usually comes "
        "within this time. Wyndham: of the zeros of sensors that speak once a day 96 % are true.",
    )
    trust_spike_rise_pct: Points = Field(
        default=DEFAULT_LIMITS.spike_rise_pct,
        description="A rise by more than this, beyond what filling fast explains, waits for the "
        "next reading. Prague: of such rises the next reading refutes one in two on glass, one in "
        "eight on paper.",
    )
    trust_fast_factor: Annotated[float, Field(ge=1, le=100)] = Field(
        default=DEFAULT_LIMITS.fast_factor,
        description="Filling fast is so many times what the bin usually gains. Prague: paper gains "
        "twice its mean from 9 to 17 h, and comes in bursts.",
    )
    trust_fast_window_days: Days = Field(
        default=DEFAULT_LIMITS.fast_window_days,
        description="Time over which the usual gain is smoothed: a week holds every day once.",
    )
    trust_first_fast_pct_per_h: Annotated[float, Field(ge=0, le=1_000)] = Field(
        default=DEFAULT_LIMITS.first_fast_pct_per_h,
        description="Filling fast until the bin's own gain is known. Prague: paper in the centre "
        "gains 165 % a day in its busiest hours.",
    )
    trust_least_fast_pct_per_h: Annotated[float, Field(ge=0, le=1_000)] = Field(
        default=DEFAULT_LIMITS.least_fast_pct_per_h,
        description="Filling fast is never less. Prague: clear glass gains 18 % a day at most, in "
        "bursts.",
    )
    trust_confirm_within_pct: Points = Field(
        default=DEFAULT_LIMITS.confirm_within_pct,
        description="A doubted reading is believed when the next one is as near as this. Prague: "
        "noise and what settles, far above the night noise of 1.2 points.",
    )
    trust_zero_drop_pct: Points = Field(
        default=DEFAULT_LIMITS.zero_drop_pct,
        description="An exact zero from a level at least this high waits for the next reading: "
        "many sources write 0 for a missing value. Prague: below it a false zero changes little.",
    )
    trust_stuck_h: Hours = Field(
        default=DEFAULT_LIMITS.stuck_h,
        description="A sensor that says exactly the same for so long is stuck. Prague: the longest "
        "standstill between 1 and 99 % lasts 87 h.",
    )
    trust_stuck_readings: Readings = Field(
        default=DEFAULT_LIMITS.stuck_readings,
        description="And in at least so many readings. Prague: sensors that measure every 3 to 4 "
        "hours say so much in the time above.",
    )
    trust_stuck_at_end_h: Hours = Field(
        default=DEFAULT_LIMITS.stuck_at_end_h,
        description="The same for exactly 0 and 100 %, where bins stand still. Prague: the longest "
        "plausible one (over a holiday) is 147 h, the sure faults begin at 230 h.",
    )
    trust_stuck_at_end_readings: Readings = Field(
        default=DEFAULT_LIMITS.stuck_at_end_readings,
        description="And in at least so many readings, so that a daily sensor may say 0 or 100 % "
        "for weeks. Wyndham: bins at 0 over a lockdown.",
    )
    trust_emptying_drop_pct: Points = Field(
        default=DEFAULT_LIMITS.emptying_drop_pct,
        description="A fall of at least this can be an emptying. Prague: of smaller falls of paper "
        "four in ten come back.",
    )
    trust_emptying_left_share: Annotated[float, Field(gt=0, le=1)] = Field(
        default=DEFAULT_LIMITS.emptying_left_share,
        description="It is one when at most this share of what was in the bin is left. Prague: "
        "1 to 13 points stay behind.",
    )
    trust_bounce_h: Hours = Field(
        default=DEFAULT_LIMITS.bounce_h,
        description="So long after an emptying it may turn out to be none. Field notes: bounces "
        "within 12 h.",
    )
    trust_bounce_pct: Points = Field(
        default=DEFAULT_LIMITS.bounce_pct,
        description="It was none when the level comes back at one go as near as this to where it "
        "was. Prague: bins that refill do so in steps.",
    )
    trust_silent_h: Hours = Field(
        default=DEFAULT_LIMITS.silent_h,
        description="A sensor that says nothing for so long is silent. Field notes: outages over "
        "24 h; the longest usual pause in Prague is 19 h.",
    )
    trust_silent_intervals: Annotated[float, Field(ge=1, le=1_000)] = Field(
        default=DEFAULT_LIMITS.silent_intervals,
        description="And not before so many of its own usual intervals. Field notes: LoRaWAN "
        "delivers 70 to 92 %, so that 4 missing in a row are 1 in 120 at worst.",
    )
    trust_fault_readings: Annotated[int, Field(ge=1, le=1_000)] = Field(
        default=DEFAULT_LIMITS.fault_readings,
        description="So many faults of one sort in a row make a sensor ill; one happens whenever "
        "a lid stands open.",
    )
    trust_erratic_share: Annotated[float, Field(gt=0, le=1)] = Field(
        default=DEFAULT_LIMITS.erratic_share,
        description="A sensor is erratic when this share of its last 50 levels or so was doubted "
        "and then refuted. Prague: of 23 sensors two ever are, half a percent of their time.",
    )
    trust_battery_low_pct: Points = Field(
        default=DEFAULT_LIMITS.battery_low_pct,
        description="A battery below this charge is low. Makers' own alarms: 20 % (Traceable).",
    )
    trust_battery_low_v: Annotated[float, Field(ge=0, le=60)] = Field(
        default=DEFAULT_LIMITS.battery_low_v,
        description="A battery below this voltage is low. Radio Bridge warns at 2.75 V and falls "
        "silent at 2.54 V; 3.0 V suits a fleet of 3.6 V lithium cells only, 2.4 V one of two AA.",
    )
    trust_battery_window_days: Days = Field(
        default=DEFAULT_LIMITS.battery_window_days,
        description="Time over which a battery's fall is smoothed; longer than a cold spell.",
    )
    trust_battery_falling_days: Days = Field(
        default=DEFAULT_LIMITS.battery_falling_days,
        description="A battery is falling when it will be low within this time at its present "
        "pace: time enough to send somebody.",
    )

    @property
    def trust_limits(self) -> TrustLimits:
        """The thresholds as the rules take them."""
        names = [field.name for field in fields(TrustLimits)]
        return TrustLimits(**{name: getattr(self, f"trust_{name}") for name in names})
