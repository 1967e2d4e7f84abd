from dataclasses import replace
from datetime import time
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from core.driven import DrivenRound, DrivenStop
from core.figures import DaySums, added
from core.hours import Hours
from core.plans import PlanStatus, SkipReason, StopKind
from core.rules.day_sums import note_round, weighed
from core.rules.figures import KINDS, Kind, Verdict
from tests.evidence.test_driven import round_, stop

UTC = ZoneInfo("UTC")
OF = {kind.figure: kind for kind in KINDS}


def sums_of(*rounds: DrivenRound, streams: tuple[str, ...] = ("paper",)) -> dict[str, DaySums]:
    sums = {stream: DaySums() for stream in streams}
    for one in rounds:
        note_round(sums, one, UTC)
    return sums


def bin_stop(seq: int, stream: str = "paper", **f: Any) -> DrivenStop:  # noqa: ANN401 - its fields
    known = {key: f.pop(key) for key in ("marked", "skipped", "fill") if key in f}
    return replace(stop(seq, **known), stream=stream, capacity_kg=100.0, load_kg=80.0, **f)


def test_a_round_adds_what_its_marks_tell() -> None:
    hours = (Hours(begins=time(6), ends=time(6, 20)),)
    one = round_(
        bin_stop(1, marked=13, fill=90.0, windows=hours),
        bin_stop(2, marked=24, fill=100.0, windows=hours),
        bin_stop(3, marked=30, skipped=SkipReason.BLOCKED),
        bin_stop(4, marked=40),
        bin_stop(5),
    )
    paper = sums_of(one)["paper"]
    assert (paper.planned, paper.done, paper.unmarked, paper.skipped) == (5, 3, 1, {"blocked": 1})
    assert (paper.fills, paper.fill_sum, paper.not_full) == (2, 190, 1)
    assert (paper.with_hours, paper.within_hours) == (2, 1)
    # 90 and 100 kg by their levels, 80 as the plan expected
    assert paper.kg_estimated == pytest.approx(270)
    assert paper.kg_weighed == 0
    assert paper.rounds == paper.timed == 1
    assert paper.kg_timed == paper.kg


def test_what_was_weighed_counts_where_every_unloading_was() -> None:
    tip = replace(stop(2, marked=30, kind=StopKind.DISPOSAL), weight_kg=130.0)
    again = replace(stop(3, marked=60, kind=StopKind.DISPOSAL), weight_kg=20.0)
    one = round_(bin_stop(1, marked=10, fill=90.0), tip, again)
    assert weighed(one) == 150
    assert sums_of(one)["paper"].kg_weighed == 150
    assert weighed(replace(one, stops=(*one.stops[:2], replace(again, weight_kg=None)))) is None
    assert weighed(replace(one, stops=one.stops[:1])) is None


def test_a_round_with_two_streams_is_shared_by_what_they_weigh() -> None:
    one = round_(
        bin_stop(1, marked=10, fill=90.0),
        bin_stop(2, "glass", marked=20, fill=30.0),
    )
    sums = sums_of(one, streams=("paper", "glass"))
    assert sums["paper"].distance_m == pytest.approx(3 * sums["glass"].distance_m)
    assert sums["paper"].rounds == pytest.approx(0.75)
    both = added(sums.values())
    assert both.rounds == pytest.approx(1)
    assert both.distance_m == pytest.approx(12_000)


def test_of_a_superseded_plan_only_what_was_done_counts() -> None:
    one = round_(
        bin_stop(1, marked=10, fill=90.0),
        bin_stop(2),
        status=PlanStatus.SUPERSEDED,
    )
    paper = sums_of(one)["paper"]
    assert (paper.planned, paper.unmarked, paper.done) == (0, 0, 1)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.figure)
def test_of_nothing_nothing_is_known_and_it_says_why(kind: Kind) -> None:
    known = kind.known(DaySums())
    assert known.value is None
    assert known.said
    assert kind.definition.endswith(".")


def test_figures_say_from_what_they_are_known() -> None:
    sums = DaySums(
        planned=40, done=30, unmarked=4, rounds=2, timed=1, distance_m=60_000, hours=5,
        kg_weighed=1_500, kg_estimated=500, kg_timed=1_000, fills=20, fill_sum=1_500, not_full=19,
        known_h=600, bin_h=1_200, full_h=7.25, missed=2, sensor_days=70, sensor_days_well=63,
    )  # fmt: skip
    assert OF["km_per_tonne"].known(sums).value == 30
    assert OF["hours_per_tonne"].known(sums).value == 5
    assert "1 of 2 rounds" in OF["hours_per_tonne"].known(sums).said
    assert OF["tonnes"].known(sums).value == 2
    assert OF["tonnes"].known(sums).said.startswith("75 % weighed")
    assert OF["fill_at_pickup"].known(sums).value == 75
    assert OF["fill_at_pickup"].known(sums).said == "from 20 of 30 bins with a level before"
    assert OF["on_time"].known(sums).value == 95
    assert OF["overflow_hours"].known(sums).value == pytest.approx(7.2)
    assert "50 % of the bins' hours" in OF["overflow_hours"].known(sums).said
    assert OF["missed_pickups"].known(sums).value == 2
    assert OF["sensors_well"].known(sums).value == 90
    # none missed of those on rounds is a figure, and no gap
    assert OF["missed_pickups"].known(DaySums(planned=3)).value == 0


@pytest.mark.parametrize(
    ("figure", "now", "before", "verdict"),
    [
        ("fill_at_pickup", 80.0, 70.0, Verdict.BETTER),
        ("km_per_tonne", 80.0, 70.0, Verdict.WORSE),
        ("km_per_tonne", 60.0, 70.0, Verdict.BETTER),
        ("km_per_tonne", 70.0, 70.0, Verdict.SAME),
        ("bins_emptied", 80.0, 70.0, Verdict.NEITHER),
        ("bins_emptied", None, 70.0, None),
    ],
)
def test_a_difference_is_better_worse_or_neither(
    figure: str, now: float | None, before: float | None, verdict: Verdict | None
) -> None:
    assert OF[figure].verdict(now, before) is verdict


def test_sums_are_written_and_read_back() -> None:
    one = DaySums(done=3, hours=1.5)
    one.left_out["below_threshold"] += 2
    assert DaySums.read(one.written()) == one
    assert added([one, one]).left_out == {"below_threshold": 4}
