from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core.csv_text import csv_text
from core.rules.advice import WHAT_TO_DO
from core.rules.health_state import Health, HealthState
from core.rules.seen import Seen

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAY = timedelta(days=1)
SEEN = Seen(
    sensor_id="s", health=HealthState.STUCK, since=NOON - DAY, note="Tuesday", until=NOON + DAY,
    noted_at=NOON, noted_by="ops",
)  # fmt: skip
STUCK = Health(state=HealthState.STUCK, since=NOON - DAY, why="says 43 %")


def test_every_word_of_health_has_what_to_do_and_the_document_says_the_same() -> None:
    assert WHAT_TO_DO.keys() == set(HealthState)
    told = Path(__file__).parents[2].joinpath("docs/trust.md").read_text()
    for state, sentence in WHAT_TO_DO.items():
        assert not state.needs_somebody or f"| `{state}` | {sentence} |" in told


def test_what_was_seen_rests_until_its_time_is_over() -> None:
    assert SEEN.holds(STUCK, NOON)
    assert SEEN.holds(STUCK, NOON + DAY - timedelta(seconds=1))
    assert not SEEN.holds(STUCK, NOON + DAY)


@pytest.mark.parametrize(
    "other",
    [
        replace(STUCK, state=HealthState.SILENT),
        replace(STUCK, since=NOON),
        Health(state=HealthState.OK, since=None, why=""),
    ],
)
def test_another_trouble_or_the_same_anew_was_not_seen(other: Health) -> None:
    assert not SEEN.holds(other, NOON)


def test_what_was_taken_back_holds_no_more() -> None:
    assert not replace(SEEN, ended_at=NOON, ended_by="ops").holds(STUCK, NOON)


def test_csv_is_quoted_ends_its_lines_and_begins_no_formula() -> None:
    rows = [
        ("=1+1", 1.5, None, NOON, True),
        ("a,b", -3, "@x", NOON.date(), False),
        ('"q"\nr', 0, "\t=x", None, None),
    ]
    assert csv_text(("a", "b", "c", "d", "e"), rows) == (
        "a,b,c,d,e\r\n"
        "'=1+1,1.5,,2026-03-02T12:00:00Z,yes\r\n"
        '"a,b",-3,\'@x,2026-03-02,no\r\n'
        '"""q""\nr",0,\'\t=x,,\r\n'
    )
