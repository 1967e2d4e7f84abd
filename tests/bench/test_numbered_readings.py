"""Numbered readings: what is stored tells which one it is."""

from datetime import UTC, datetime, timedelta

import pytest

from bench.faults.readings import STEP, Readings

BEGIN = datetime(2026, 3, 2, tzinfo=UTC)
READINGS = Readings(sensors=2, begin=BEGIN, instead={5: b"broken"})


@pytest.mark.parametrize("number", [0, 1, 2, 7, 100])
def test_a_row_says_which_reading_it_is(number: int) -> None:
    topic, _ = READINGS.message(number)
    assert READINGS.number(topic.split("/")[1], BEGIN + number // 2 * STEP) == number


def test_what_is_none_of_them() -> None:
    assert READINGS.number("another", BEGIN) is None
    assert READINGS.number("fault-00000", BEGIN + timedelta(seconds=1)) is None
    assert READINGS.number("fault-00000", BEGIN - STEP) is None


def test_no_two_messages_are_the_same_and_one_may_be_replaced() -> None:
    messages = [READINGS.message(number) for number in range(1_000)]
    assert len(set(messages)) == 1_000
    assert messages[5][1] == b"broken"
