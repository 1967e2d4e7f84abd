import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.broker_access import SERVICE_USERS
from core.sensor_rows import read_rows
from core.sensors import (
    NATIVE,
    known_device,
    normal_sensor_id,
    possible_ids,
)
from core.wire import readings_topic

HEX = st.text("0123456789abcdefABCDEF", min_size=16, max_size=16)


@given(HEX, st.sampled_from(["", "-", ":", " ", "."]))
def test_a_dev_eui_has_one_form_however_it_is_typed(eui: str, between: str) -> None:
    typed = between.join(eui[i : i + 2] for i in range(0, 16, 2))
    normal = normal_sensor_id(f" {typed} ", "milesight-em400-mud")
    assert normal == eui.lower()
    # and whoever types it so again means the same sensor
    assert normal in possible_ids(typed)


@pytest.mark.parametrize("text", ["", "24e1", "24e124713b49234g", "24e124713b4923456", "0x24e1"])
def test_what_is_no_dev_eui_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="16 hexadecimal digits"):
        normal_sensor_id(text, "netvox-r718x")


@given(st.text(max_size=70))
def test_a_native_name_fits_one_level_of_a_topic_or_is_refused(text: str) -> None:
    try:
        name = normal_sensor_id(text, NATIVE)
    except ValueError:
        return
    assert name == text.strip()
    assert readings_topic(name).split("/") == ["bins", name, "readings"]
    # what an access list with %u must never be given
    assert not set("+#/\0\n:") & set(name) - {":"}
    assert name not in SERVICE_USERS


def test_a_native_name_is_as_the_device_writes_it() -> None:
    assert normal_sensor_id("70B3D57ED0001234", NATIVE) == "70B3D57ED0001234"


def test_near_names_help() -> None:
    devices = {NATIVE, "milesight-em400-mud", "milesight-em400-tld"}
    assert known_device("milesight-em400-tld", devices) == "milesight-em400-tld"
    with pytest.raises(ValueError, match="did you mean milesight-em400-mud"):
        known_device("Milesight_EM400_MUD", devices)
    with pytest.raises(ValueError, match="brimful decode --list"):
        known_device("toaster", devices)


@given(st.lists(st.tuples(HEX, st.sampled_from(["b1", ""])), max_size=20, unique_by=lambda r: r[0]))
def test_what_a_spreadsheet_writes_is_read_back(rows: list[tuple[str, str]]) -> None:
    for delimiter in ",;":
        text = io.StringIO()
        writer = csv.writer(text, delimiter=delimiter)
        writer.writerow(["bin_id", "sensor_id"])
        writer.writerows([bin_id, eui] for eui, bin_id in rows)
        wishes, mistakes = read_rows(text.getvalue().splitlines(keepends=True))
        assert mistakes == []
        assert [(w.sensor_id, w.bin_id or "") for w in wishes] == rows
        assert [w.line for w in wishes] == list(range(2, len(rows) + 2))


@given(st.text())
def test_any_text_is_read_or_has_its_mistakes_named(text: str) -> None:
    wishes, mistakes = read_rows(text.splitlines(keepends=True))
    assert mistakes or all(wish.sensor_id is not None for wish in wishes)
    assert all(str(mistake).startswith("line ") for mistake in mistakes)
