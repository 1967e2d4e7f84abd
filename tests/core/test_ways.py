import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.ways import decode, encode, joined

DEGREES = st.tuples(
    st.integers(-180_000_000, 180_000_000).map(lambda v: v / 1_000_000),
    st.integers(-90_000_000, 90_000_000).map(lambda v: v / 1_000_000),
)


@given(st.lists(DEGREES, max_size=20))
def test_a_line_is_read_as_it_was_written(line: list[tuple[float, float]]) -> None:
    assert decode(encode(line)) == line


def test_the_encoding_is_that_of_osrm() -> None:
    # from an answer of osrm-routed with geometries=polyline6
    assert decode("ckzncA{i`pZqKtVc@xE") == [
        (14.43499, 35.911362),
        (14.434611, 35.911563),
        (14.434502, 35.911581),
    ]


def test_what_is_cut_off_is_no_line() -> None:
    with pytest.raises(ValueError, match="cut off"):
        decode("ckzncA")


def test_lines_that_follow_each_other_are_one() -> None:
    assert joined([[(0, 0), (1, 1)], [(1, 1), (2, 0)], [(2, 0), (2, 0)]]) == [
        (0, 0),
        (1, 1),
        (2, 0),
    ]
