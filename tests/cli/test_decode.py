import base64
import json
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from cli.main import app
from ingest.devices import DEVICES

MUD = "milesight-em400-mud"
READING = "017557 0367f6ff 0482e803 050000"
"""87 %, -1.0 degrees, 1000 mm, upright."""
ALWAYS = {
    "fill_pct",
    "distance_mm",
    "battery_pct",
    "battery_v",
    "temperature_c",
    "tilted",
    "no_level_reason",
    "kind",
}


def decode(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["decode", *arguments])


def said(*arguments: str, device: str = MUD) -> dict[str, Any]:
    result = decode("--device", device, "--json", *arguments)
    assert result.exit_code == 0, result.output
    document = json.loads(result.output)
    assert isinstance(document, dict)
    return document


def refused(*arguments: str) -> str:
    result = decode(*arguments)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert isinstance(result.exception, SystemExit)
    return result.stderr


def test_one_object_with_every_key() -> None:
    document = said("--port", "85", READING)
    assert document.keys() >= ALWAYS
    assert document["distance_mm"] == 1000
    assert document["battery_pct"] == 87
    assert document["temperature_c"] == -1.0
    assert document["tilted"] is False
    assert document["kind"] == "reading"
    assert document["fill_pct"] is None
    assert document["no_level_reason"] is None
    assert "readings" not in document


@pytest.mark.parametrize(
    "payload",
    [
        ["0175570367F6FF0482E803050000"],
        ["01:75:57:03:67:f6:ff:04:82:e8:03:05:00:00"],
        ["0x0175570367f6ff0482e803050000"],
        ["0x01", "0x75", "0x57", "0367f6ff", "0482 e803", "050000"],
        ["01-75-57-03-67-F6-FF-04-82-E8-03-05-00-00"],
        ["0175570367f6ff0482e803050000\n"],
    ],
)
def test_hexadecimal_however_it_was_copied(payload: list[str]) -> None:
    assert said(*payload) == said(READING)


def test_base64_as_network_servers_show_it() -> None:
    encoded = base64.b64encode(bytes.fromhex(READING)).decode()
    assert said("--base64", encoded) == said(READING)


def test_a_partial_frame_is_null_where_it_says_nothing() -> None:
    document = said("8482dc0001")
    assert document["kind"] == "alarm"
    assert document["distance_mm"] == 220
    assert document["battery_pct"] is None
    assert document["tilted"] is None


def test_a_frame_without_level_has_the_reason() -> None:
    assert said("0482fdff")["no_level_reason"] == "no_target"
    assert said("ff0bff")["kind"] == "join"


def test_several_measurements_and_the_newest_on_top() -> None:
    records = "20ce10f6a468b0040000000000" + "20ce00e8a468a0040000000000"
    document = said(records, device="milesight-em410-rdl")
    assert document["kind"] == "history"
    assert document["distance_mm"] == 1200
    assert [r["distance_mm"] for r in document["readings"]] == [1200, 1184]
    assert document["readings"][1]["measured_at"] == "2025-08-19T21:09:20Z"
    assert all(r.keys() >= ALWAYS for r in document["readings"])


def test_a_batch_without_times_has_the_newest_last() -> None:
    batch = "1d48000000000000032003160000d201"
    document = said("--port", "2", batch, device="dragino-ldds75")
    assert document["distance_mm"] == 790
    assert [r["distance_mm"] for r in document["readings"]] == [800, 790]


def test_the_fill_in_a_bin_of_these_distances() -> None:
    document = said(READING, "--empty-mm", "2000", "--full-mm", "500")
    assert document["fill_pct"] == pytest.approx(66.7)
    assert document["trust"] == "trusted"


def test_a_level_under_the_blind_zone_is_shown_and_not_trusted() -> None:
    document = said(READING, "--empty-mm", "2000", "--full-mm", "500", "--blind-zone-mm", "1100")
    assert document["trust"] == "blind_zone"


def test_a_table_for_people() -> None:
    result = decode("--device", MUD, READING)
    assert result.exit_code == 0
    assert "distance_mm      1000" in result.output
    assert "tilted           no" in result.output
    assert "no_level_reason" not in result.output


def test_the_list_names_every_device() -> None:
    result = decode("--list")
    assert result.exit_code == 0
    assert all(name in result.output for name in DEVICES)
    assert json.loads(decode("--list", "--json").output)["devices"].keys() == DEVICES.keys()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--device", MUD], "give --device NAME and the payload"),
        ([READING], "--list names the devices"),
        (["--device", "milesight-em400-mudd", "00"], "did you mean milesight-em400-mud"),
        (["--device", MUD, "0175g7"], "'g' is no hexadecimal digit"),
        (["--device", MUD, "017"], "3 hexadecimal digits are no whole bytes"),
        (["--device", MUD, "--base64", "AXV"], "is not base64"),
        (["--device", MUD, "0x"], "the frame is empty"),
        (["--device", MUD, "0482e8"], "ends within 0482"),
        (["--device", MUD, "01755799aa"], "byte 3: 99aa is in no table"),
        (["--device", MUD, "--port", "0", "017557"], "port 0"),
        (["--device", "netvox-r718x", "--port", "85", "0134"], "reports on port 6"),
        (["--device", MUD, "017557", "--empty-mm", "500"], "together or neither"),
        (["--device", MUD, "017557", "--empty-mm", "500", "--full-mm", "600"], "full 600"),
    ],
)
def test_what_cannot_be_read_is_said_on_stderr(arguments: list[str], words: str) -> None:
    error = refused(*arguments)
    assert words in error
    assert "Traceback" not in error
