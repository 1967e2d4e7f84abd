from datetime import date, timedelta

import pytest

from core.rules.days import MOST_DAYS_AHEAD, refuse_day

TODAY = date(2026, 3, 2)


def test_from_yesterday_to_the_days_that_can_be_foreseen() -> None:
    for ahead in range(-1, MOST_DAYS_AHEAD + 1):
        assert refuse_day(TODAY + timedelta(days=ahead), today=TODAY) is None


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (TODAY - timedelta(days=2), "is over"),
        (TODAY + timedelta(days=MOST_DAYS_AHEAD + 1), "more than 7 days ahead"),
        (date.max, "more than 7 days ahead"),
        (date.min, "is over"),
    ],
)
def test_other_days_are_refused_in_words(day: date, why: str) -> None:
    refusal = refuse_day(day, today=TODAY)
    assert refusal is not None
    assert why in refusal
