from dataclasses import fields, replace
from pathlib import Path
from typing import get_type_hints

from core.rules.track import Track, TrackChanges
from tests.core.saying import at

SQL = Path(__file__).parents[2] / "migrations" / "sql" / "0009_sensor_states.sql"


def test_what_may_change_is_all_but_the_bin() -> None:
    of_track = get_type_hints(Track)
    del of_track["bin_id"]
    assert get_type_hints(TrackChanges) == of_track


def test_but_is_replace() -> None:
    track = Track(bin_id="bin-1", level_pct=3, fault_n=2)
    changed = track.but(level_pct=4.0, level_at=at(0))
    assert changed == replace(track, level_pct=4.0, level_at=at(0))
    assert track == Track(bin_id="bin-1", level_pct=3, fault_n=2)


def test_every_field_has_its_column() -> None:
    table = SQL.read_text("utf-8").split("CREATE TABLE sensor_states (")[1].split(") WITH")[0]
    columns = [line.split()[0] for line in table.strip().splitlines()]
    assert columns == ["sensor_id", *(field.name for field in fields(Track))]
