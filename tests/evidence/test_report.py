import csv
import io
import json
import re
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest

from core.plans import Policy as Rule
from evidence.evaluation import Answer, Question, evaluate
from evidence.factors import Factors
from evidence.figures import MEASURES
from evidence.planning import Search
from evidence.policies import Brimful, FixedSchedule, Fullest, without_sensors
from evidence.report.compared import Comparison, compare, csv_text, document
from evidence.report.compared_page import page
from evidence.report.files import json_text
from evidence.report.page import html
from tests.evidence.places import small_town

# the search may have to be compiled first
pytestmark = pytest.mark.timeout(600)

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
DIALLED = Brimful(key="prize-10000", title="Brimful, dial 10 km", choice=Rule.PRIZE, dial_m=10_000)
POLICIES = (FixedSchedule(), Fullest(number=8), DIALLED, without_sensors(DIALLED))


@pytest.fixture(scope="module")
def answer() -> Answer:
    asked = Question(
        setting=small_town(bins=20),
        policies=POLICIES,
        seeds=(1, 2, 3),
        search=Search(iterations=50),
    )
    return evaluate(asked)


def compared(answer: Answer) -> Comparison:
    return compare(
        answer,
        Factors(),
        baseline="fixed",
        chosen="prize-10000",
        reports="reports-alone",
        made_at=NOW,
    )


class _Seen(HTMLParser):
    """Cells by row, tags that could fetch something, and all text."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.fetching: list[str] = []
        self.text = ""
        self._in_cell = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self.rows.append([])
        if tag in {"td", "th"}:
            self.rows[-1].append("")
            self._in_cell = True
        for name, value in attrs:
            if name in {"src", "href", "xlink:href", "srcset", "action"} and not (
                value or ""
            ).startswith("#"):
                self.fetching.append(f"{tag} {name}={value}")
        if tag in {"script", "link", "iframe", "img", "object", "embed"}:
            self.fetching.append(tag)

    def handle_endtag(self, tag: str) -> None:
        self._in_cell &= tag not in {"td", "th"}

    def handle_data(self, data: str) -> None:
        self.text += data
        if self._in_cell:
            self.rows[-1][-1] += data


def seen(text: str) -> _Seen:
    parser = _Seen()
    parser.feed(text)
    return parser


def test_the_page_the_csv_and_the_json_hold_the_same_numbers(answer: Answer) -> None:
    comparison = compared(answer)
    told = json.loads(json_text(document(comparison)))
    cells = {row[0]: row[1:] for row in seen(html(page(comparison))).rows}
    lines = list(csv.DictReader(io.StringIO(csv_text(comparison))))
    for policy in told["policies"]:
        for measure in MEASURES:
            figure = policy["figures"][measure.key]
            (line,) = [
                one
                for one in lines
                if (one["policy"], one["measure"]) == (policy["key"], measure.key)
            ]
            if figure is None:
                assert line["mean"] == ""
                continue
            assert float(line["mean"]) == figure["mean"]
            assert int(line["seeds"]) == figure["seeds"]
            shown = next(row for name, row in cells.items() if name.startswith(f"{measure.title},"))
            place = [p["key"] for p in told["policies"]].index(policy["key"])
            mean, _, half = shown[place].partition("\u00b1")
            assert mean.strip() == f"{figure['mean']:,.{measure.digits}f}"
            if figure["half_width"] is not None:
                assert half.strip() == f"{figure['half_width']:,.{measure.digits}f}"


def test_savings_are_told_seed_by_seed_against_the_baseline(answer: Answer) -> None:
    told = json.loads(json_text(document(compared(answer))))
    by_key = {p["key"]: p for p in told["policies"]}
    per_seed = [
        100 * (1 - by_key["fullest-8"]["by_seed"][s]["km_per_day"] / fixed["km_per_day"])
        for s, fixed in by_key["fixed"]["by_seed"].items()
    ]
    saved = by_key["fullest-8"]["savings_pct"]["km_per_day"]
    assert saved["mean"] == pytest.approx(sum(per_seed) / 3)
    assert by_key["fixed"]["savings_pct"]["km_per_day"]["mean"] == 0


def test_the_page_fetches_nothing(answer: Answer) -> None:
    text = html(page(compared(answer)))
    assert seen(text).fetching == []
    assert "default-src 'none'" in text
    assert "@import" not in text
    assert not re.search(r"url\((?!#)", text)
    assert text.count("<svg") == 3


def test_the_page_says_what_it_means_and_what_it_does_not(answer: Answer) -> None:
    text = seen(html(page(compared(answer)))).text
    assert "What the figures say" in text
    assert "What they do not say" in text
    assert "What the sensors added" in text
    assert "They are simulated" in text
    assert "STRAIGHT" not in text or "no real roads" in text
    assert "PARTIAL" not in text


def test_a_part_of_an_evaluation_says_so_loudly(answer: Answer) -> None:
    part = Answer(question=answer.question, runs=answer.runs[:6], lasted_s=1.0)
    comparison = compared(part)
    shown = page(comparison)
    assert shown.warning is not None
    assert "PARTIAL" in shown.warning
    assert "6 of 12 runs" in shown.warning
    assert "PARTIAL" in seen(html(shown)).text
    told = document(comparison)
    assert told["whole"] is False


def test_without_the_baseline_there_is_still_a_page(answer: Answer) -> None:
    runs = tuple(run for run in answer.runs if run.policy == "fullest-8")
    comparison = compared(Answer(question=answer.question, runs=runs, lasted_s=1.0))
    assert comparison.baseline is None
    text = seen(html(page(comparison))).text
    assert "Fullest 8" in text


def test_one_seed_has_no_intervals_and_says_why(answer: Answer) -> None:
    runs = tuple(run for run in answer.runs if run.seed == 1)
    comparison = compared(Answer(question=answer.question, runs=runs, lasted_s=1.0))
    told = json.loads(json_text(document(comparison)))
    assert told["policies"][0]["figures"]["km_per_day"]["half_width"] is None
    assert "nothing can be said about chance" in seen(html(page(comparison))).text
