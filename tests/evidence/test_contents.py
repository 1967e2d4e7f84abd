import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.contents import Contents
from evidence.setting import Deposited
from tests.evidence.places import quiet


def contents(*litres: float, capacity_l: float = 100.0, begin_l: float = 0.0) -> Contents:
    return Contents(
        Deposited(litres=quiet([litres])),
        capacity_l=np.array([capacity_l]),
        begin_l=np.array([begin_l]),
    )


def test_what_does_not_fit_lies_beside_the_bin_and_is_taken_with_it() -> None:
    bin_ = contents(60, 60, 10)
    assert bin_.excess_l(1)[0] == 0
    assert bin_.excess_l(3)[0] == pytest.approx(30)
    emptying, full_at = bin_.empty(0, 3, remains_l=5)
    assert full_at == 2
    assert emptying.fill_pct == pytest.approx(130)
    assert emptying.excess_l == pytest.approx(30)
    assert emptying.litres == pytest.approx(125)
    assert bin_.total_l(3)[0] == pytest.approx(5)


def test_a_bin_is_full_from_the_slot_on_at_whose_beginning_it_is() -> None:
    bin_ = contents(50, 50, 0, 0)
    assert bin_.overflowed_slots(0, 4).tolist() == [2]
    assert bin_.overflowed_slots(3, 4).tolist() == [1]
    assert bin_.overflowed_slots(0, 2).tolist() == [0]


def test_a_bin_that_was_full_at_the_beginning_is_full_from_there() -> None:
    assert contents(0, 0, begin_l=120).overflowed_slots(0, 2).tolist() == [2]


def test_more_cannot_remain_than_was_there() -> None:
    bin_ = contents(0, 0, begin_l=3)
    emptying, _ = bin_.empty(0, 1, remains_l=9)
    assert emptying.litres == 0
    assert bin_.total_l(1)[0] == 3


def test_who_counts_bags_does_not_know_their_litres() -> None:
    bin_ = Contents(
        Deposited(litres=quiet([[30, 30]]), told_litres=quiet([[45, 45]])),
        capacity_l=np.array([100.0]),
        begin_l=np.array([0.0]),
    )
    assert bin_.told_pct(0, np.array([0, 1, 2])).tolist() == [0, 45, 90]
    bin_.empty(0, 1, remains_l=0)
    assert bin_.told_pct(0, np.array([2])).tolist() == [45]


@given(
    litres=st.lists(st.floats(0, 80), min_size=1, max_size=30),
    empties=st.sets(st.integers(0, 29)),
    remains_l=st.floats(0, 20),
    begin_l=st.floats(0, 150),
)
def test_what_came_was_taken_or_is_still_there(
    litres: list[float], empties: set[int], remains_l: float, begin_l: float
) -> None:
    bin_ = contents(*litres, begin_l=begin_l)
    taken = 0.0
    for slot in sorted(slot for slot in empties if slot <= len(litres)):
        emptying, _ = bin_.empty(0, slot, remains_l=remains_l)
        assert emptying.litres >= 0
        taken += emptying.litres
    still_there = float(bin_.total_l(len(litres))[0])
    assert taken + still_there == pytest.approx(begin_l + sum(litres), abs=1e-6)
    assert bin_.came_l(0, len(litres)) == pytest.approx(sum(litres))
