from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.bins import Calibration
from core.measurements import Measurement
from core.readings import NoLevelReason, Trust
from core.rules.fill import fill_from_distance, fill_said, judge
from tests.store.make import LONG_AGO, NOON


def calibration(**given: float | None) -> Calibration:
    return Calibration(version=1, valid_from=LONG_AGO, **given)  # type: ignore[arg-type]  # a test names fields with their types


DISTANCES = calibration(empty_distance_mm=1_500, full_distance_mm=300, blind_zone_mm=200)
calibrations = st.builds(
    lambda full, span: calibration(full_distance_mm=full, empty_distance_mm=full + span),
    st.integers(0, 5_000),
    st.integers(1, 5_000),
)


def test_the_floor_is_empty_and_the_full_mark_is_full() -> None:
    assert fill_from_distance(1_500, DISTANCES) == 0
    assert fill_from_distance(300, DISTANCES) == 100
    assert fill_from_distance(900, DISTANCES) == 50
    assert fill_from_distance(900, calibration()) is None


@given(given=calibrations, nearer=st.integers(0, 20_000), further=st.integers(0, 20_000))
def test_fill_is_a_percentage_and_never_rises_with_the_distance(
    given: Calibration, nearer: int, further: int
) -> None:
    nearer, further = sorted((nearer, further))
    fills = [fill_from_distance(d, given) or 0 for d in (nearer, further)]
    assert 100 >= fills[0] >= fills[1] >= 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"full_distance_mm": 300, "empty_distance_mm": 300},
        {"full_distance_mm": 400, "empty_distance_mm": 300},
        {"full_distance_mm": -1, "empty_distance_mm": 300},
        {"full_distance_mm": 300},
        {"blind_zone_mm": -1},
        {"vendor_full_pct": 0},
        {"vendor_full_pct": 201},
    ],
)
def test_an_impossible_calibration_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"calibration needs|together or neither"):
        calibration(**wrong)


def test_of_two_things_said_the_distance_counts_where_the_bin_has_its_distances() -> None:
    assert fill_said(42, 900, DISTANCES) == 50
    assert fill_said(42, 900, calibration()) == 42
    assert fill_said(42, 900, None) == 42
    assert fill_said(None, 900, calibration()) is None


def test_what_a_device_calls_full_is_put_right() -> None:
    # Edinburgh's "100 %" is a bin 80 % full
    assert fill_said(50, None, calibration(vendor_full_pct=80)) == 40
    assert fill_said(90, None, calibration(vendor_full_pct=125)) == 100


def judged(
    given: Calibration | None = DISTANCES,
    *,
    ahead: timedelta = timedelta(0),
    fill_pct: float | None = None,
    distance_mm: int | None = None,
    tilted: bool | None = None,
    reason: NoLevelReason | None = None,
) -> tuple[float | None, Trust]:
    return judge(
        Measurement(
            fill_pct=fill_pct, distance_mm=distance_mm, tilted=tilted, no_level_reason=reason
        ),
        measured_at=NOON + ahead,
        received_at=NOON,
        calibration=given,
        clock_tolerance=timedelta(minutes=5),
    )


def test_a_plain_measurement_is_trusted() -> None:
    assert judged(distance_mm=900) == (50, Trust.TRUSTED)
    assert judged(None, fill_pct=42) == (42, Trust.TRUSTED)


def test_a_distance_means_nothing_without_the_bins_distances() -> None:
    assert judged(None, distance_mm=900) == (None, Trust.NO_CALIBRATION)
    assert judged(calibration(), distance_mm=900) == (None, Trust.NO_CALIBRATION)


@pytest.mark.parametrize(
    ("reason", "trust"),
    [
        (NoLevelReason.NOT_MEASURED, Trust.NOT_MEASURED),
        (NoLevelReason.DISABLED, Trust.NOT_MEASURED),
        (NoLevelReason.NO_TARGET, Trust.NO_TARGET),
        (NoLevelReason.TOO_FEW_SAMPLES, Trust.NO_TARGET),
        (NoLevelReason.BLIND_ZONE, Trust.BLIND_ZONE),
        (NoLevelReason.TILTED, Trust.TILTED),
        (NoLevelReason.NO_SENSOR, Trust.SENSOR_FAULT),
        (NoLevelReason.SENSOR_FAULT, Trust.SENSOR_FAULT),
        (NoLevelReason.UNKNOWN_TIME, Trust.UNKNOWN_TIME),
    ],
)
def test_what_a_device_says_of_itself_is_believed(reason: NoLevelReason, trust: Trust) -> None:
    assert judged(reason=reason) == (None, trust)
    # Wyndham's bins say "fault" and a level of 0 in the same breath
    assert judged(None, fill_pct=0, reason=reason) == (0, trust)


def test_every_reason_has_a_verdict() -> None:
    verdicts = {judged(reason=reason)[1] for reason in NoLevelReason}
    assert Trust.TRUSTED not in verdicts


def test_what_cannot_be_is_shown_and_not_trusted() -> None:
    assert judged(distance_mm=900, tilted=True) == (50, Trust.TILTED)
    assert judged(fill_pct=42, ahead=timedelta(minutes=6)) == (42, Trust.CLOCK_AHEAD)
    assert judged(fill_pct=42, ahead=timedelta(minutes=5)) == (42, Trust.TRUSTED)
    assert judged(distance_mm=1_650) == (0, Trust.TRUSTED)
    assert judged(distance_mm=1_651) == (0, Trust.OUT_OF_RANGE)
    assert judged(None, fill_pct=101) == (100, Trust.OUT_OF_RANGE)
    assert judged(None, fill_pct=-1) == (0, Trust.OUT_OF_RANGE)


def test_nearer_than_the_sensor_can_see_is_no_level() -> None:
    assert judged(distance_mm=200) == (100, Trust.TRUSTED)
    assert judged(distance_mm=199) == (100, Trust.BLIND_ZONE)
    # a sensor that says the fill itself may still be under its own blind zone
    assert judged(calibration(blind_zone_mm=200), fill_pct=90, distance_mm=150) == (
        90,
        Trust.BLIND_ZONE,
    )


def test_a_distance_of_zero_is_none_at_all() -> None:
    bare = calibration(empty_distance_mm=1_500, full_distance_mm=0)
    assert judged(bare, distance_mm=0) == (100, Trust.BLIND_ZONE)
    assert judged(bare, distance_mm=1)[1] is Trust.TRUSTED
    # where the device's own fill counts, the distance beside it does not matter
    assert judged(calibration(), fill_pct=42, distance_mm=0) == (42, Trust.TRUSTED)


def test_of_several_faults_the_clock_counts_first() -> None:
    late = timedelta(hours=1)
    assert judged(distance_mm=100, tilted=True, ahead=late)[1] is Trust.CLOCK_AHEAD
    assert judged(distance_mm=100, tilted=True)[1] is Trust.TILTED
