from datetime import timedelta

import pytest

from core.readings import Kind, RejectReason, Trust
from core.rules.health import health
from core.rules.health_state import Health, HealthState
from core.rules.track import Track
from core.rules.trust_limits import DEFAULT_LIMITS
from core.rules.unreadable import DETAIL_MAX_CHARACTERS, SetAside
from tests.core.saying import at, every, hear, says

LONG_BEFORE = -1_000.0


def of(
    track: Track,
    *,
    now: float,
    mounted: float | None = LONG_BEFORE,
    set_aside: SetAside | None = None,
) -> Health:
    return health(
        track,
        now=at(now),
        mounted_at=None if mounted is None else at(mounted),
        limits=DEFAULT_LIMITS,
        set_aside=set_aside,
    )


def waits(n: int, *, first: float, last: float, detail: str = "port 85: 0 bytes") -> SetAside:
    return SetAside(
        n=n,
        since=at(first),
        last_received_at=at(last),
        reason=RejectReason.UNREADABLE_FRAME,
        detail=detail,
    )


def test_a_sensor_that_measures_is_ok() -> None:
    said = of(hear(every(2, [20, 30])).track, now=5)
    assert (said.state, said.since) == (HealthState.OK, None)
    assert said.why == "says 30 %, heard 3 h ago"
    assert not said.state.needs_somebody


def test_one_that_is_retired_or_in_no_bin_is_not_expected_to() -> None:
    retired = health(Track(), now=at(0), mounted_at=None, retired_at=at(-5), limits=DEFAULT_LIMITS)
    assert (retired.state, retired.since) == (HealthState.RETIRED, at(-5))
    loose = of(hear(every(2, [20])).track, now=500, mounted=None)
    assert loose.state is HealthState.NOT_MOUNTED
    assert not any(said.state.needs_somebody for said in (retired, loose))


def test_never_heard_counts_from_the_mounting() -> None:
    said = of(Track(), now=0, mounted=-72)
    assert (said.state, said.since) == (HealthState.NEVER_HEARD, at(-72))
    assert said.why == "nothing heard since it was mounted 3 days ago"
    # what it said in the bin before does not count for this one
    assert of(hear(every(2, [20])).track, now=9, mounted=1).state is HealthState.NEVER_HEARD


def test_one_of_which_nothing_could_ever_be_read_is_not_called_never_heard() -> None:
    said = of(Track(), now=0, mounted=-72, set_aside=waits(2, first=-20, last=-1))
    assert (said.state, said.since) == (HealthState.UNREADABLE, at(-20))
    assert said.why == (
        "sends, and nothing of it can be read: 2 messages since 1 March 2026 16:00 UTC, the last: "
        "unreadable_frame (port 85: 0 bytes)"
    )
    assert said.state.needs_somebody
    # what was read of it in the bin before says nothing about this one
    moved = hear(every(2, [20])).track
    once = of(moved, now=9, mounted=1, set_aside=waits(1, first=8, last=8))
    assert once.state is HealthState.UNREADABLE
    assert "1 message since" in once.why


def test_one_that_can_be_read_no_more_says_so_before_it_is_silent() -> None:
    """A new firmware: the messages go on and none of them is understood."""
    track = hear(every(2, [20] * 10)).track
    said = of(track, now=22.5, set_aside=waits(2, first=20, last=22))
    assert (said.state, said.since) == (HealthState.UNREADABLE, at(20))
    later = of(track, now=118, set_aside=waits(50, first=20, last=118))
    assert (later.state, later.since) == (HealthState.UNREADABLE, at(20))
    # a single one among readings is a mishap
    assert of(track, now=20.5, set_aside=waits(1, first=20, last=20)).state is HealthState.OK


def test_one_that_cannot_be_read_and_stops_sending_is_silent_since_then() -> None:
    track = hear(every(2, [20] * 10)).track
    for remembered, interval in ((track, True), (Track(), False)):
        said = of(remembered, now=90, set_aside=waits(9, first=20, last=40))
        assert (said.state, said.since) == (HealthState.SILENT, at(40))
        assert "nothing could be read: 9 messages since" in said.why
        assert ("it used to speak every 2 h" in said.why) is interval


def test_who_is_retired_or_in_no_bin_is_not_expected_to_be_read() -> None:
    loose = of(Track(), now=0, mounted=None, set_aside=waits(2, first=-2, last=-1))
    assert loose.state is HealthState.NOT_MOUNTED


def test_a_long_detail_is_cut() -> None:
    said = of(Track(), now=0, set_aside=waits(2, first=-2, last=-1, detail="x" * 2_000))
    assert said.why.endswith("x...)")
    assert len(said.why) < DETAIL_MAX_CHARACTERS + 150


def test_silent_is_a_day_or_four_of_its_own_intervals() -> None:
    often = hear(every(2, [20] * 10)).track
    assert of(often, now=18 + 24).state is HealthState.OK
    said = of(often, now=18 + 50)
    assert (said.state, said.since) == (HealthState.SILENT, at(18))
    assert said.why == (
        "nothing heard for 2 days, since 3 March 2026 06:00 UTC; it used to speak every 2 h"
    )
    daily = hear(every(24, [20, 30, 40])).track
    assert of(daily, now=48 + 4 * 24).state is HealthState.OK
    assert of(daily, now=48 + 4 * 24 + 1).state is HealthState.SILENT


@pytest.mark.parametrize(
    ("trust", "state", "words"),
    [
        (Trust.SENSOR_FAULT, HealthState.SENSOR_FAULT, "reports a fault of its own"),
        (Trust.CLOCK_AHEAD, HealthState.CLOCK_WRONG, "in the future"),
        (Trust.NO_CALIBRATION, HealthState.NO_CALIBRATION, "nobody has said what they mean"),
        (Trust.TILTED, HealthState.TILTED, "straight down"),
        (Trust.NO_TARGET, HealthState.NO_TARGET, "no echo"),
        (Trust.BLIND_ZONE, HealthState.BLIND_ZONE, "nearer than it can see"),
        (Trust.OUT_OF_RANGE, HealthState.OUT_OF_RANGE, "cannot have"),
    ],
)
def test_a_fault_that_lasts_is_a_state(trust: Trust, state: HealthState, words: str) -> None:
    once = hear([says(0, 20), says(2, 20, trust)]).track
    assert of(once, now=3).state is HealthState.OK
    said = of(hear([says(4, 20, trust)], track=once).track, now=5)
    assert (said.state, said.since) == (state, at(2))
    assert words in said.why
    assert said.why.endswith("since 2 March 2026 14:00 UTC, 2 readings")


def test_stuck_tells_what_it_says_and_since_when() -> None:
    said = of(hear(every(4, [43] * 30)).track, now=117)
    assert (said.state, said.since) == (HealthState.STUCK, at(0))
    assert said.why == "says 43 % since 2 March 2026 12:00 UTC, 30 readings"
    millimetres = [says(4 * n, 43, raw_fill_pct=None, raw_distance_mm=912) for n in range(30)]
    assert of(hear(millimetres).track, now=117).why.startswith("says 912 mm since")


def test_a_sensor_whose_levels_are_refuted_again_and_again_is_erratic() -> None:
    flips = hear(every(0.5, [20, 99, 21, 20, 99, 22, 20, 99, 20])).track
    said = of(flips, now=6)
    assert (said.state, said.since) == (HealthState.ERRATIC, at(0.5))
    quiet = hear([says(5 + n, 20 + n % 3) for n in range(120)], track=flips).track
    assert of(quiet, now=125).state is HealthState.OK
    assert quiet.refuted_since is None


def test_one_refuted_level_is_not_erratic() -> None:
    assert of(hear(every(0.5, [20, 99, 21])).track, now=2).state is HealthState.OK


def test_alive_and_without_a_level() -> None:
    beats = [says(2 * n, None, Trust.NOT_MEASURED, kind=Kind.HEARTBEAT) for n in range(1, 20)]
    said = of(hear([says(0, 20), *beats]).track, now=39)
    assert (said.state, said.since) == (HealthState.NO_LEVEL, at(0))
    never = of(hear(beats).track, now=39, mounted=0)
    assert (never.state, never.since) == (HealthState.NO_LEVEL, at(0))


def test_faults_of_changing_sorts_are_no_level_either() -> None:
    faults = [says(2 * n, 50, (Trust.TILTED, Trust.OUT_OF_RANGE)[n % 2]) for n in range(1, 20)]
    said = of(hear([says(0, 20), *faults]).track, now=39)
    assert said.state is HealthState.NO_LEVEL


def test_a_battery_below_its_limit_is_low() -> None:
    said = of(hear([says(0, 20, battery_pct=19.0, battery_v=3.4)]).track, now=1)
    assert (said.state, said.since) == (HealthState.BATTERY_LOW, at(0))
    assert said.why == "its battery has 19 % and 3.40 V"


def test_a_battery_that_will_be_low_soon_is_falling() -> None:
    track = hear(says(24 * n, 20 + n % 2, battery_pct=100.0 - n) for n in range(60)).track
    said = of(track, now=24 * 59 + 1)
    assert said.state is HealthState.BATTERY_FALLING
    assert said.why == "its battery has 41 % and at its present pace will be low in 23 days"


def test_the_worst_counts() -> None:
    stuck = [says(4 * n, 43, battery_pct=5.0) for n in range(30)]
    assert of(hear(stuck).track, now=117).state is HealthState.STUCK
    tilted = [*stuck, *(says(120 + n, 43, Trust.TILTED) for n in range(2))]
    assert of(hear(tilted).track, now=122).state is HealthState.TILTED
    assert of(hear(tilted).track, now=300).state is HealthState.SILENT


def test_a_clock_a_little_ahead_is_heard_now() -> None:
    track = hear([says(0, 20)]).track
    said = health(
        track,
        now=at(0) - timedelta(minutes=3),
        mounted_at=at(LONG_BEFORE),
        limits=DEFAULT_LIMITS,
    )
    assert said.why == "says 20 %, heard 0 s ago"
