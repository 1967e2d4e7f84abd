import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.bins import Calibration, KnownSensor, Mounting
from core.readings import RejectReason, Trust
from ingest.judging import Judged, judge_message, rejection
from ingest.messages import Message, Problem
from ingest.opening import open_message
from tests.ingest.parts import LIMITS, NOW, message, reading

HERE = Mounting(
    sensor_id="s0",
    bin_id="b0",
    mounted_at=NOW - timedelta(days=100),
    unmounted_at=NOW - timedelta(days=10),
    calibrations=[
        Calibration(
            version=1,
            valid_from=NOW - timedelta(days=400),
            empty_distance_mm=1_200,
            full_distance_mm=200,
        )
    ],
)
THERE = replace(HERE, bin_id="b1", mounted_at=NOW - timedelta(days=9), unmounted_at=None)


def judged(content: object, mountings: list[Mounting] | None = None) -> Judged:
    sensor = known([HERE, THERE] if mountings is None else mountings)
    return judge_message(open_message(message(content), LIMITS), sensor, LIMITS)


def known(mountings: list[Mounting]) -> KnownSensor:
    return KnownSensor(sensor_id="s0", device="native", mountings=mountings)


@pytest.mark.parametrize(
    ("days_ago", "bin_id"), [(50, "b0"), (100, "b0"), (10.001, "b0"), (9, "b1"), (0, "b1")]
)
def test_a_reading_goes_to_the_bin_its_sensor_sat_in_when_it_measured(
    days_ago: float, bin_id: str
) -> None:
    assert judged(reading(NOW - timedelta(days=days_ago))).readings[0].bin_id == bin_id


@pytest.mark.parametrize("days_ago", [101, 10, 9.5])
def test_between_two_bins_it_is_not_mounted(days_ago: float) -> None:
    (problem,) = judged(reading(NOW - timedelta(days=days_ago))).problems
    assert problem.reason is RejectReason.NOT_MOUNTED
    assert "s0 sat in no bin at 20" in problem.text


@pytest.mark.parametrize(
    ("ahead", "trust"),
    [
        (timedelta(minutes=5), Trust.TRUSTED),
        (timedelta(minutes=5, seconds=1), Trust.CLOCK_AHEAD),
        (timedelta(days=1), Trust.CLOCK_AHEAD),
    ],
)
def test_a_clock_that_runs_a_little_ahead_is_kept(ahead: timedelta, trust: Trust) -> None:
    assert judged(reading(NOW + ahead)).readings[0].trust is trust


@pytest.mark.parametrize(
    "measured_at",
    [
        (NOW + timedelta(days=1, seconds=1)).isoformat(),
        (NOW - LIMITS.oldest - timedelta(seconds=1)).isoformat(),
        "1970-01-01T00:00:00Z",
        "9999-12-31T23:59:59-14:00",
        "0001-01-01T00:00:00+14:00",
    ],
)
def test_an_implausible_time_is_set_aside(measured_at: str) -> None:
    (problem,) = judged({"measured_at": measured_at, "fill_pct": 1}).problems
    assert problem.reason is RejectReason.IMPLAUSIBLE_TIME
    assert measured_at[:4] in problem.text


def test_an_offset_is_the_same_moment_in_utc() -> None:
    found = judged({"measured_at": "2026-03-02T12:30:00+02:00", "fill_pct": 1}).readings[0]
    assert found.measured_at == datetime(2026, 3, 2, 10, 30, tzinfo=UTC)
    assert found.measured_at.tzinfo is UTC


def test_a_distance_becomes_a_fill_and_both_are_kept() -> None:
    at = (NOW - timedelta(hours=1)).isoformat()
    found = judged({"measured_at": at, "distance_mm": 700, "battery_v": 3.5}).readings[0]
    assert (found.fill_pct, found.raw_fill_pct, found.raw_distance_mm) == (50, None, 700)
    assert (found.battery_v, found.trust, found.received_at) == (3.5, Trust.TRUSTED, NOW)


def test_an_unregistered_sensor_makes_every_reading_unusable() -> None:
    opened = open_message(message([reading(), reading(fill_pct=1), 5]), LIMITS)
    found = judge_message(opened, None, LIMITS)
    assert found.readings == ()
    assert [(p.reason, p.readings) for p in found.problems] == [
        (RejectReason.INVALID_READING, 1),
        (RejectReason.UNKNOWN_SENSOR, 2),
    ]


@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "measured_at": st.datetimes(timezones=st.just(UTC)).map(datetime.isoformat),
                "fill_pct": st.integers(-10, 120),
            }
        )
        | st.integers(),
        max_size=12,
    ),
    st.none() | st.just([]) | st.just([HERE, THERE]),
)
def test_readings_in_is_usable_plus_unusable(
    content: list[Any], mountings: list[Mounting] | None
) -> None:
    opened = open_message(message(json.dumps(content).encode()), LIMITS)
    sensor = None if mountings is None else known(mountings)
    found = judge_message(opened, sensor, LIMITS)
    kept = rejection(opened.message, found.problems)
    unusable = 0 if kept is None else kept.readings
    assert opened.readings_in == max(1, len(content)) == len(found.readings) + unusable
    assert len(found.readings) == len(found.indices)


def test_a_rejection_names_the_first_problems_by_their_place() -> None:
    problems = [
        Problem(index=n, reason=RejectReason.NOT_MOUNTED, text=f"no {n}")
        for n in (9, 4, 1, 7, 2, 5)
    ]
    problems.append(Problem(index=0, reason=RejectReason.IMPLAUSIBLE_TIME, text="when?"))
    kept = rejection(message(b"raw"), problems)
    assert kept is not None
    assert (kept.reason, kept.readings, kept.payload) == (RejectReason.IMPLAUSIBLE_TIME, 7, b"raw")
    assert kept.detail == (
        "reading 0: when?; reading 1: no 1; reading 2: no 2; reading 4: no 4; reading 5: no 5; "
        "and 2 more"
    )
    assert rejection(message(b""), []) is None


def test_a_rejection_holds_only_what_a_database_text_can() -> None:
    odd = Message(topic="bins/\0\ud800/readings", payload=b"\0", received_at=NOW)
    problem = Problem(index=None, reason=RejectReason.TOPIC, text="\0" * 5_000)
    kept = rejection(odd, [problem])
    assert kept is not None
    assert "\0" not in kept.topic + kept.detail
    assert (kept.topic + kept.detail).encode()
    assert len(kept.detail) <= 1_000
