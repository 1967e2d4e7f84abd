from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core.errors import InvalidInputError
from core.geo import Position
from core.plausible import EARLIEST
from simulators.csv_formats import FORMATS, WYNDHAM
from simulators.history import open_history, registry
from simulators.replay import doubts, shift_to

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def written(folder: Path, *lines: str) -> Path:
    path = folder / "history.csv"
    path.write_text("\n".join(["bin_id,measured_at,fill_pct,lon,lat", *lines]))
    return path


@pytest.mark.parametrize("rows_per_run", [1, 2, 1_000])
def test_readings_come_in_order_of_time_whatever_the_files_order(
    tmp_path: Path, rows_per_run: int
) -> None:
    path = written(
        tmp_path,
        "b,2026-01-03,30,,",
        "a,2026-01-02T00:00:00.250001Z,20,,",
        "b,2026-01-01,10,,",
        "a,bad,0,,",
        "a,2026-01-02T00:00:00.250001Z,21,,",
    )
    with open_history(path, FORMATS["csv"], rows_per_run=rows_per_run) as history:
        assert [(bin_id, line, fill) for _, bin_id, line, fill, _ in history.readings] == [
            ("b", 4, 10),
            ("a", 3, 20),
            ("a", 6, 21),
            ("b", 2, 30),
        ]
        assert (history.rows, history.bad_rows) == (4, 1)
        assert [bad.line for bad in history.bad_examples] == [5]


def test_a_file_without_any_reading_is_refused_with_its_first_problems(tmp_path: Path) -> None:
    path = written(tmp_path, "a,bad,0,,", "a,2026-01-01,200,,")
    with (
        pytest.raises(InvalidInputError, match=r"none of 2 rows is a reading\n  line 2, .*"),
        open_history(path, FORMATS["csv"]),
    ):
        pass


def test_a_registry_has_the_real_bins_and_says_what_is_invented(tmp_path: Path) -> None:
    path = written(tmp_path, "a,2026-01-02,20,14.4,50.0", "b,2026-01-01,10,14.6,50.2")
    with open_history(path, FORMATS["csv"]) as history:
        shift = shift_to(history, NOW)
        found = registry(history, shift=shift)
    assert [(b.bin_id, b.lon, b.lat) for b in found.bins] == [("a", 14.4, 50.0), ("b", 14.6, 50.2)]
    assert (found.depots[0].lon, found.depots[0].lat) == (14.5, 50.1)
    names = [
        *(d.name for d in found.depots),
        *(d.name for d in found.disposal_sites),
        *(v.name for v in found.vehicles),
        *(c.name for c in found.crews),
    ]
    assert all(name.startswith("Invented ") for name in names)
    # the day before the first reading, which now is a day before NOW
    assert {s.mounted_at for s in found.sensors} == {NOW - timedelta(days=2)}
    assert type(found).model_validate_json(found.model_dump_json()) == found


def doubted(path: Path, *, last_days: int | None = None) -> list[str]:
    with open_history(path, FORMATS["csv"]) as history:
        return doubts(
            history,
            shift=shift_to(history, NOW),
            now=NOW,
            oldest=timedelta(days=3_650),
            last_days=last_days,
        )


def test_a_mistyped_last_year_is_doubted_by_its_line(tmp_path: Path) -> None:
    days = [f"a,2026-01-{day:02},20,," for day in range(1, 11)]
    assert doubted(written(tmp_path, *days)) == []
    far, too_old = doubted(written(tmp_path, *days, "a,2126-01-11,20,,", *days))
    assert far.startswith("the last reading (line 12, 2126-01-11T06:00:00+00:00) is 36525 days ")
    assert too_old.startswith("about 20 of 21 readings are, moved so that the one in line 12 is")
    (only_old,) = doubted(written(tmp_path, *days, "a,2126-01-11,20,,", "a,2126-01-12,20,,"))
    assert only_old.startswith("about 10 of 12 readings")
    assert doubted(written(tmp_path, *days, "a,2126-01-11,20,,"), last_days=7) == [far]


def test_the_earliest_times_can_be_moved_and_registered(tmp_path: Path) -> None:
    path = written(tmp_path, "a,1970-01-02,20,,", "a,2199-12-30,20,,")
    with open_history(path, FORMATS["csv"]) as history:
        found = registry(history, shift=shift_to(history, NOW))
    assert found.sensors[0].mounted_at == EARLIEST


def test_bins_without_positions_are_registered_without(tmp_path: Path) -> None:
    somewhere = replace(FORMATS["csv"], depot_at=Position(lon=14.42, lat=50.08))
    with open_history(written(tmp_path, "a,2026-01-02,20,,"), somewhere) as history:
        found = registry(history, shift=timedelta(0))
    assert found.bins[0].lon is None
    assert found.depots[0].lon == 14.42


def test_wyndham_stands_where_it_stands(shared_data: Path) -> None:
    path = shared_data / "data" / "fill" / "wyndham" / "fill.csv.gz"
    with open_history(path, WYNDHAM, rows_per_run=3_000) as history:
        shift = shift_to(history, NOW)
        found = registry(history, shift=shift)
        times = [row[0] for row in history.readings]
    assert times == sorted(times)
    assert len(times) == 11_328
    assert len(found.bins) == len(found.sensors) == 24
    assert {b.threshold_pct for b in found.bins} == {80}
    assert all(144.6 < (b.lon or 0) < 144.8 and -38 < (b.lat or 0) < -37.8 for b in found.bins)
    assert "Coles G Point Cook" in {b.name for b in found.bins}
    assert found.depots[0].timezone == "Australia/Melbourne"
    assert history.last_at is not None
    assert history.last_at + shift == NOW
