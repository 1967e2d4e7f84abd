"""The trust table: hindsight by itself, and what the rules do with the real histories."""

import json
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bench.main import app
from bench.trust import hindsight, tallies
from bench.trust.hindsight import Zero
from bench.trust.histories import PRAGUE, WYNDHAM, History, Said, histories
from bench.trust.sensitivity import sensitivity
from bench.trust.walking import Walked, judged, walk
from core.measurements import Measurement
from core.readings import Trust
from core.rules.trust_limits import DEFAULT_LIMITS
from tests.core.saying import at


def walked(fills: Sequence[float], *, hours: float = 2) -> Walked:
    said = tuple(
        Said(at=at(hours * n), measurement=Measurement(fill_pct=fill_pct))
        for n, fill_pct in enumerate(fills)
    )
    history = History(city="Town", stream="paper", bin_id="bin-1", said=said)
    return walk(history, judged(history), DEFAULT_LIMITS)


@pytest.mark.parametrize(
    ("fills", "what"),
    [
        ([60, 0, 62], Zero.MISSING),
        ([60, 0, 25], Zero.REFILLED),
        ([60, 0, 3], Zero.EMPTIED),
    ],
)
def test_hindsight_tells_zeros_apart_by_what_follows(fills: list[float], what: Zero) -> None:
    assert [told.of for told in hindsight.zeros(walked(fills))] == [what]


def test_hindsight_knows_what_the_rules_did() -> None:
    false, true = walked([60, 0, 62, 62]), walked([60, 0, 3, 3])
    assert [(t.kept_out, t.delayed_by) for t in hindsight.zeros(false)] == [(True, None)]
    assert [(t.kept_out, t.delayed_by) for t in hindsight.zeros(true)] == [
        (False, timedelta(hours=2))
    ]
    assert hindsight.delays(true, Trust.ZERO_FOR_MISSING) == [timedelta(hours=2)]


def test_hindsight_counts_spikes_the_rules_let_pass() -> None:
    small, large = walked([20, 45, 22]), walked([20, 99, 22])
    assert [told.kept_out for told in hindsight.spikes(small, 20)] == [False]
    assert hindsight.spikes(small, 40) == []
    assert [told.kept_out for told in hindsight.spikes(large, 40)] == [True]


def test_a_standstill_is_told_whole() -> None:
    (run,) = hindsight.standstills(walked([20, *[43] * 60, 44]))
    assert (run.first.measured_at, run.last.measured_at) == (at(2), at(120))
    assert (run.readings, run.doubted) == (60, 60 - int(DEFAULT_LIMITS.stuck_h / 2))


def test_refilling_is_counted_apart_from_coming_back() -> None:
    refilled = walked([90, 5, 20, 40, 60])
    row = tallies.emptyings([refilled])
    assert (row["emptyings"], row["risen_by_10_in_12_h_pct"]) == (1, 100)
    assert row["came_back_at_one_go"] == 0


def test_a_limit_that_is_changed_changes_the_row() -> None:
    rows = sensitivity([walked([20, 70, 72])])
    jumps = {(row["limit"], row["value"]): row["jumps_delayed"] for row in rows}
    assert jumps["(as shipped)", None] == 0
    assert jumps["spike_rise_pct", 20] == 1


@pytest.fixture(scope="module")
def real_walks(shared_data: Path) -> list[Walked]:
    return [
        walk(history, judged(history), DEFAULT_LIMITS)
        for history in histories(shared_data / "data")
    ]


class TestRealHistories:
    """What docs/trust.md promises; the figures may only become better."""

    def test_false_zeros_are_kept_out_and_true_ones_are_not(self, real_walks: list[Walked]) -> None:
        told = [t for w in real_walks if w.history.city == PRAGUE for t in hindsight.zeros(w)]
        missing = [t.kept_out for t in told if t.of is Zero.MISSING]
        assert len(missing) == 27
        assert sum(missing) >= 25
        emptied = [t.kept_out for t in told if t.of is Zero.EMPTIED]
        assert len(emptied) > 600
        assert not any(emptied)

    def test_alerts_without_a_level_are_faults(self, real_walks: list[Walked]) -> None:
        empty, _ = tallies.alerts([w for w in real_walks if w.history.city == WYNDHAM])
        assert empty["rows"] == empty["sensor_fault"] == 258

    def test_the_long_standstills_are_found_and_no_bin_in_the_middle(
        self, real_walks: list[Walked]
    ) -> None:
        rows = tallies.standstills([w for w in real_walks if w.history.city == PRAGUE])
        assert [row["hours"] for row in rows] == [935, 476, 462, 420, 230]
        assert {row["said_pct"] for row in rows} == {0, 100}

    def test_doubt_is_rare(self, real_walks: list[Walked]) -> None:
        trusts = [trust for w in real_walks for trust in w.at_once]
        assert trusts.count(Trust.TRUSTED) > 0.97 * len(trusts)


def test_the_command_gives_one_document(shared_data: Path) -> None:
    done = CliRunner().invoke(app, ["trust", "--json", "--data", str(shared_data / "data")])
    assert done.exit_code == 0, done.output
    document = json.loads(done.stdout)
    assert sum(row["readings"] for row in document["classes"]) == 151_571
    assert document["cost"][0]["follow_us"] > 0


def test_missing_data_is_said(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["trust", "--data", str(tmp_path)])
    assert done.exit_code == 2
    assert "--data DIR" in done.output
