import gzip
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from core.errors import InvalidInputError
from evidence.histories import history_setting
from evidence.history_file import RecordedBin, read_history
from evidence.reconstruct import Shown, Step, emptied_days, litres, shown
from evidence.setting import Days
from evidence.town import FIRST_DAY

BEGIN = datetime(2026, 3, 2, tzinfo=UTC)
DAYS = Days(first=FIRST_DAY, warm_up=0, settle=0, counted=7)


def hours(n: float) -> datetime:
    return BEGIN + timedelta(hours=n)


def recorded(*levels: tuple[float, float]) -> RecordedBin:
    return RecordedBin(
        bin_id="b", stream="paper", place="b", levels=[(hours(h), pct) for h, pct in levels]
    )


def test_rises_say_what_came_and_noise_does_not() -> None:
    found = shown(recorded((0, 10), (4, 20), (8, 19), (12, 20), (16, 30)))
    assert [s.gain_pct for s in found.steps] == [10, 0, 0, 10]
    assert not found.emptied_at


def test_an_emptying_is_seen_and_is_no_gain() -> None:
    found = shown(recorded((0, 60), (4, 70), (8, 5), (12, 15), (16, 20)))
    assert found.emptied_at == [hours(8)]
    assert [s.gain_pct for s in found.steps] == [10, None, 10, 5]


def test_a_spike_is_none_and_a_gap_and_a_full_bin_say_nothing() -> None:
    found = shown(recorded((0, 10), (4, 12), (8, 95), (12, 13), (16, 14)))
    assert [s.gain_pct for s in found.steps] == [2, 1, 1]
    gap = shown(recorded((0, 10), (4, 12), (60, 40), (64, 42)))
    assert [(s.gain_pct, s.seen) for s in gap.steps] == [(2, True), (None, False), (2, True)]
    full = shown(recorded((0, 80), (4, 92), (8, 95), (12, 96)))
    assert [s.gain_pct for s in full.steps] == [12, None, None]


def test_what_came_is_put_where_the_record_has_it() -> None:
    record = Shown(
        steps=[
            Step(begin=hours(9), end=hours(12), gain_pct=30),
            Step(begin=hours(24), end=hours(48), gain_pct=0),
        ],
        emptied_at=[hours(30)],
    )
    found = litres([record], np.array([1_000.0]), np.array([24.0]), DAYS)
    assert found.shape == (1, 7 * 96)
    assert found[0, 36:48].sum() == pytest.approx(300)
    assert found[0, 96:192].sum() == pytest.approx(0)
    # elsewhere the mean rate stands in: 24 % of 1,000 l, by the weekday
    assert found[0, 3 * 96 : 4 * 96].sum() == pytest.approx(240, rel=0.1)
    assert emptied_days([record], DAYS).tolist() == [[False, True] + [False] * 5]


def test_the_fast_stretches_that_end_full_are_not_left_out_of_the_rate() -> None:
    day = timedelta(days=1)
    slow = Step(begin=BEGIN, end=BEGIN + 4 * day, gain_pct=80)
    fast = Step(begin=BEGIN + 4 * day, end=BEGIN + 6 * day, gain_pct=None, at_least_pct=95)
    assert Shown(steps=[slow, fast], emptied_at=[]).pct_per_day == pytest.approx(175 / 6)
    assert Shown(steps=[], emptied_at=[]).pct_per_day is None


HEADER = "bin_id,stream,measured_at,fill_pct,lon,lat,capacity_l\n"


def csv_file(folder: Path, *, bins: int = 12, days: int = 40, more: str = "") -> Path:
    """Bins that gain about 20 % a day and are emptied when over 70 %."""
    rng = np.random.default_rng(1)
    rows = []
    for number in range(bins):
        level = 10.0
        for hour in range(0, 24 * days, 3):
            level = 5.0 if level > 70 else level + rng.uniform(0, 5)
            at = BEGIN + timedelta(hours=hour)
            rows.append(
                f"bin-{number},paper,{at.isoformat()},{level:.0f},{14.4 + number / 500},50.1,1100"
            )
    file = folder / "history.csv"
    file.write_text(HEADER + "\n".join(rows) + "\n" + more)
    return file


def test_any_history_becomes_a_setting_with_what_it_says(tmp_path: Path) -> None:
    setting = history_setting("csv", csv_file(tmp_path), seed=1, weeks=2)
    assert len(setting.bins) == 12
    assert {b.capacity_l for b in setting.bins} == {1_100.0}
    assert {round(b.position.lon, 3) for b in setting.bins if b.position} >= {14.4, 14.402}
    assert setting.days.first.weekday() == 0
    assert setting.days.counted == 14
    assert setting.usual_pct_per_day == pytest.approx(np.full(12, 20.0), rel=0.2)
    assert setting.recorded is not None
    # about 20 % a day and emptied over 70 %: every three to four days
    assert 0.2 < setting.recorded.mean() < 0.4
    came = setting.deposits.draw(1, setting.days.total).litres.sum() / setting.days.total / 12
    assert came == pytest.approx(220, rel=0.2)
    assert not any("no positions" in text for text in setting.assumptions)


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ("bin-1,paper,2026-03-02T00:00:00Z,120,14.4,50.1,1100\n" * 400, "column fill_pct"),
        ("bin-1,paper,yesterday,20,14.4,50.1,1100\n" * 400, "column measured_at"),
        ("bin-1,paper,2026-03-02T00:00:00Z,20,14.4,50.1,-3\n" * 400, "column capacity_l"),
    ],
)
def test_a_file_with_many_bad_rows_is_refused_with_line_and_column(
    tmp_path: Path, more: str, told: str
) -> None:
    with pytest.raises(InvalidInputError, match=r"line 3\d\d\d, " + told):
        read_history("csv", csv_file(tmp_path, more=more))


def test_a_few_bad_rows_are_told_in_the_report(tmp_path: Path) -> None:
    file = csv_file(tmp_path, more="bin-1,paper,yesterday,20,14.4,50.1,1100\n")
    setting = history_setting("csv", file, seed=1, weeks=1)
    assert any("column measured_at" in text for text in setting.assumptions)


def test_too_short_a_history_says_how_long_it_has_to_be(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match="28 are needed"):
        history_setting("csv", csv_file(tmp_path, days=20), seed=1, weeks=1)


def test_an_unknown_format_names_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match="edinburgh, prague"):
        read_history("excel", csv_file(tmp_path))


def collections_file(folder: Path, rows: str) -> Path:
    file = folder / "collections.csv.gz"
    header = "id,slot,ctname,address,t,before,after,vol_l\n"
    file.write_bytes(gzip.compress((header + rows).encode()))
    return file


def test_collections_are_read_by_slot(tmp_path: Path) -> None:
    rows = (
        "1,7,Mixed,12 Rose Street,2026-03-05 08:00:00,50,0,120\n"
        "2,7,Mixed,12 Rose Street,2026-03-02 07:00:00,80,0,192\n"
    )
    history = read_history("edinburgh", collections_file(tmp_path, rows))
    (bin_,) = history.bins.values()
    assert [c.before_pct for c in bin_.collections] == [80, 50]
    assert bin_.place == "Rose Street"
    (step,) = shown(bin_).steps
    assert step.gain_pct == 50


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("1,7,Mixed,x,someday,50,0,120\n", "line 2, column t"),
        ("1,7,Mixed,x,2026-03-05 08:00:00,150,0,120\n", "line 2, column before"),
        ("1,7,Mixed,x,2026-03-05 08:00:00,50,60,120\n", "line 2, column after"),
        ("1,,Mixed,x,2026-03-05 08:00:00,50,0,120\n", "line 2, column slot"),
    ],
)
def test_a_wrong_collection_names_line_and_column(tmp_path: Path, row: str, told: str) -> None:
    with pytest.raises(InvalidInputError, match=told):
        read_history("edinburgh", collections_file(tmp_path, row))


def test_another_file_is_not_taken_for_collections(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match="has no column slot"):
        read_history("edinburgh", csv_file(tmp_path))


def test_the_real_collections_of_edinburgh(shared_data: Path) -> None:
    file = shared_data / "data/fill/edinburgh/collections.csv.gz"
    setting = history_setting("edinburgh", file, seed=1, weeks=4)
    assert len(setting.bins) > 200
    assert setting.recorded is not None
    # 147 collections a day in the file as a whole
    assert 90 < setting.recorded.sum(axis=0).mean() < 150
    assert any("no positions" in text for text in setting.assumptions)


def test_the_real_levels_of_prague(shared_data: Path) -> None:
    setting = history_setting(
        "prague", shared_data / "data/fill/prague/fill.csv.gz", seed=1, weeks=4
    )
    by_stream = {
        stream: setting.usual_pct_per_day[[b.stream == stream for b in setting.bins]]
        for stream in ("paper", "plastic", "clear_glass")
    }
    assert by_stream["paper"].mean() > by_stream["clear_glass"].mean() > by_stream["plastic"].mean()
