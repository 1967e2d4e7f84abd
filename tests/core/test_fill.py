from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.bins import Geometry
from core.readings import Trust
from core.rules.fill import fill_from_distance, judge
from tests.store.make import NOON

GEOMETRY = Geometry(empty_distance_mm=1_500, full_distance_mm=300)
geometries = st.builds(
    lambda full, span: Geometry(full_distance_mm=full, empty_distance_mm=full + span),
    st.integers(0, 5_000),
    st.integers(1, 5_000),
)


def test_the_floor_is_empty_and_the_full_mark_is_full() -> None:
    assert fill_from_distance(1_500, GEOMETRY) == 0
    assert fill_from_distance(300, GEOMETRY) == 100
    assert fill_from_distance(900, GEOMETRY) == 50


@given(geometry=geometries, nearer=st.integers(0, 20_000), further=st.integers(0, 20_000))
def test_fill_is_a_percentage_and_never_rises_with_the_distance(
    geometry: Geometry, nearer: int, further: int
) -> None:
    nearer, further = sorted((nearer, further))
    fills = [fill_from_distance(d, geometry) for d in (nearer, further)]
    assert 100 >= fills[0] >= fills[1] >= 0


@pytest.mark.parametrize(("full", "empty"), [(300, 300), (400, 300), (-1, 300)])
def test_an_impossible_geometry_is_refused(full: int, empty: int) -> None:
    with pytest.raises(ValueError, match="geometry needs"):
        Geometry(full_distance_mm=full, empty_distance_mm=empty)


def judged(
    *,
    fill_pct: float | None = None,
    distance_mm: float | None = None,
    tilted: bool | None = None,
    ahead: timedelta = timedelta(0),
    geometry: Geometry | None = GEOMETRY,
) -> tuple[float | None, Trust]:
    return judge(
        measured_at=NOON + ahead,
        received_at=NOON,
        fill_pct=fill_pct,
        distance_mm=distance_mm,
        tilted=tilted,
        geometry=geometry,
        clock_tolerance=timedelta(minutes=5),
    )


def test_a_device_that_says_a_fill_is_taken_at_its_word() -> None:
    assert judged(fill_pct=42, distance_mm=900) == (42, Trust.TRUSTED)
    assert judged(fill_pct=42, geometry=None) == (42, Trust.TRUSTED)


def test_a_distance_needs_the_bins_geometry() -> None:
    assert judged(distance_mm=900) == (50, Trust.TRUSTED)
    assert judged(distance_mm=900, geometry=None) == (None, Trust.NO_GEOMETRY)


def test_what_cannot_be_is_shown_and_not_trusted() -> None:
    assert judged(distance_mm=900, tilted=True) == (50, Trust.TILTED)
    assert judged(fill_pct=42, ahead=timedelta(minutes=6)) == (42, Trust.CLOCK_AHEAD)
    assert judged(fill_pct=42, ahead=timedelta(minutes=5)) == (42, Trust.TRUSTED)
    assert judged(distance_mm=1_650) == (0, Trust.TRUSTED)
    assert judged(distance_mm=1_651) == (0, Trust.OUT_OF_RANGE)
