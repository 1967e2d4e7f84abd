import asyncio
import base64
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from typer.testing import CliRunner, Result

import store
from cli.main import app
from core.readings import Rejection
from core.settings import Settings
from ingest.known import KnownSensors
from ingest.messages import Limits, Message
from ingest.opening import open_message
from ingest.settling import settle
from store import rejected
from tests.ingest.parts import counted, message, reading, settle_town

NOW = datetime.now(UTC).replace(microsecond=0)
EUI = "24e124713b492345"


@pytest.fixture(autouse=True)
def database(database_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The commands' database: bins b0 to b3, each with a native sensor s0 to s3 since 2020."""
    monkeypatch.setenv("BRIMFUL_DATABASE_URL", database_url)
    asyncio.run(settle_town(database_url, bins=4))
    return database_url


def sensor(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["sensor", *arguments])


def done(*arguments: str) -> dict[str, Any]:
    result = sensor(*arguments, "--json")
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def refused(*arguments: str) -> str:
    result = sensor(*arguments)
    assert result.exit_code != 0, result.output
    assert "Traceback" not in result.output
    return " ".join(result.stderr.replace("│", " ").split())


def ask(url: str, query: str, *values: object) -> list[dict[str, Any]]:
    async def run() -> list[dict[str, Any]]:
        async with store.connect(url) as conn:
            return await (await conn.execute(query.encode(), values)).fetchall()

    return asyncio.run(run())


def mounted(url: str, sensor_id: str) -> list[tuple[str, bool]]:
    """Return the bins it sat in, in order, and whether it still does."""
    rows = ask(url, "SELECT * FROM mountings WHERE sensor_id = %s ORDER BY mounted_at", sensor_id)
    return [(row["bin_id"], row["unmounted_at"] is None) for row in rows]


def heard(url: str, *, of: str, times: Sequence[datetime], fill_pct: float = 50.0) -> None:
    """Let the messages of a sensor take the walk, as an ingester does."""
    take(url, [message(reading(at, fill_pct), sensor=of, at=NOW) for at in times])


def uplink(at: datetime) -> Message:
    """Return what The Things Stack says of a frame with 92 % battery, 500 mm and not tilted."""
    frame = bytes.fromhex("01755c 0482f401 050000")
    said = {
        "end_device_ids": {"dev_eui": EUI.upper()},
        "received_at": at.isoformat(),
        "uplink_message": {"f_port": 85, "frm_payload": base64.b64encode(frame).decode()},
    }
    topic = "v3/town@council/devices/bin-12/up"
    return Message(topic=topic, payload=json.dumps(said).encode(), received_at=at)


def take(url: str, messages: Sequence[Message]) -> None:
    async def run() -> None:
        limits = Limits.of(Settings())
        async with store.connect(url) as conn:
            opened = [open_message(m, limits) for m in messages]
            settled = await settle(conn, opened, limits, KnownSensors())
            kept: list[Rejection] = [r for r in settled.rejections if r is not None]
            await rejected.set_aside(conn, kept)

    asyncio.run(run())


def test_a_dev_eui_as_labels_print_it_is_registered_in_one_form(database_url: str) -> None:
    said = done("add", "24-E1-24-71-3B-49-23-45", "--device", "milesight-em400-mud", "--bin", "b0")
    assert (said["sensor_id"], said["action"]) == (EUI, "add")
    (row,) = ask(database_url, "SELECT device FROM sensors WHERE sensor_id = %s", EUI)
    assert row["device"] == "milesight-em400-mud"
    assert mounted(database_url, EUI) == [("b0", True)]
    # the bin has a sensor already: allowed, and said
    assert "b0 holds s0 too" in said["notes"][0]
    assert done("mount", "24:E1:24:71:3b:49:23:45", "--bin", "b1")["action"] == "move"
    assert mounted(database_url, EUI) == [("b0", False), ("b1", True)]


def test_what_an_unknown_sensor_sent_is_readable_the_moment_it_is_registered(
    database_url: str,
) -> None:
    times = [NOW - timedelta(hours=h) for h in (1, 5, 3)]
    heard(database_url, of="new", times=times)
    heard(database_url, of="other", times=times)
    assert asyncio.run(counted(database_url)) == (0, {"unknown_sensor": 6})
    result = sensor("add", "new", "--bin", "b0")
    assert result.exit_code == 0, result.output
    assert "3 messages of it had been set aside: 3 are stored whole now" in result.stdout
    # without --since it sits there from its oldest measurement on, not from now
    assert f"since {NOW - timedelta(hours=5):%Y-%m-%d %H:%M:%S} UTC" in result.stdout
    # the other one's messages are not touched
    assert asyncio.run(counted(database_url)) == (3, {"unknown_sensor": 3})


def test_a_sensor_behind_a_network_server_is_read_once_its_make_is_known(
    database_url: str,
) -> None:
    """Its messages name it in their body alone."""
    take(database_url, [uplink(NOW - timedelta(hours=h)) for h in (1, 2)])
    (stranger,) = done("list")["unknown"]
    assert (stranger["sensor_id"], stranger["messages"]) == (EUI, 2)
    said = done("add", EUI.upper(), "--device", "netvox-r718x", "--bin", "b0")
    assert said["replayed"]["kept"] == {"unreadable_frame": 2}
    unreadable = CliRunner().invoke(app, ["health", "--state", "unreadable", "--json"])
    (broken,) = json.loads(unreadable.stdout)["sensors"]
    assert (broken["sensor_id"], broken["heard_at"]) == (EUI, None)
    assert "2 messages since" in broken["why"]
    assert "the last: unreadable_frame (" in broken["why"]
    said = done("device", EUI, "milesight-em400-mud")
    assert said["replayed"]["stored"] == 2
    rows = ask(database_url, "SELECT * FROM readings WHERE sensor_id = %s", EUI)
    assert [(row["raw_distance_mm"], row["battery_pct"]) for row in rows] == [(500, 92), (500, 92)]


def test_replaying_may_be_left_for_later(database_url: str) -> None:
    heard(database_url, of="new", times=[NOW])
    result = sensor("add", "new", "--bin", "b0", "--no-replay")
    assert "1 messages of it are set aside: brimful rejected replay" in result.stdout
    assert asyncio.run(counted(database_url)) == (0, {"unknown_sensor": 1})


def test_mounting_earlier_brings_in_what_came_before(database_url: str) -> None:
    since = (NOW - timedelta(hours=2)).isoformat()
    heard(database_url, of="new", times=[NOW - timedelta(hours=4), NOW - timedelta(hours=1)])
    said = done("add", "new", "--bin", "b0", "--since", since)
    assert said["replayed"]["kept"] == {"not_mounted": 1}
    earlier = (NOW - timedelta(hours=5)).isoformat()
    said = done("mount", "new", "--bin", "b0", "--at", earlier)
    assert (said["action"], said["earlier"], said["replayed"]["stored"]) == ("change", True, 1)
    assert asyncio.run(counted(database_url)) == (2, {})


def test_the_same_wish_again_does_nothing() -> None:
    first = done("add", "new", "--bin", "b0", "--since", "2026-01-01T00:00:00Z")
    assert first["action"] == "add"
    for again in (
        ("add", "new", "--bin", "b0", "--since", "2026-01-01T00:00:00Z"),
        ("add", "new"),
        ("mount", "new", "--bin", "b0"),
    ):
        assert done(*again)["action"] == "nothing"
        assert "nothing to do" in sensor(*again).stdout


def test_a_swap_keeps_the_history_with_the_bin(database_url: str) -> None:
    heard(database_url, of="s0", times=[NOW - timedelta(hours=2)])
    heard(database_url, of="fresh", times=[NOW - timedelta(minutes=30)])
    at = (NOW - timedelta(hours=1)).isoformat()
    said = done("swap", "s0", "fresh", "--at", at, "--retire")
    assert (said["action"], said["bin_id"], said["device"]) == ("add", "b0", "native")
    assert said["replayed"]["stored"] == 1
    assert mounted(database_url, "s0") == [("b0", False)]
    assert mounted(database_url, "fresh") == [("b0", True)]
    rows = ask(database_url, "SELECT sensor_id FROM readings WHERE bin_id = 'b0' ORDER BY 1")
    assert [row["sensor_id"] for row in rows] == ["fresh", "s0"]
    (old,) = ask(database_url, "SELECT retired_at FROM sensors WHERE sensor_id = 's0'")
    assert old["retired_at"] is not None
    # what the old one still measures has no bin any more
    heard(database_url, of="s0", times=[NOW - timedelta(minutes=5)])
    assert asyncio.run(counted(database_url)) == (2, {"not_mounted": 1})


def test_a_frame_of_the_very_second_of_the_mounting_is_its_own(database_url: str) -> None:
    """Network servers may stamp in whole seconds; who is at the bin presses the button at once."""
    said = done("add", "new", "--bin", "b0")
    mounted_at = datetime.fromisoformat(said["at"])
    assert mounted_at.microsecond == 0
    take(database_url, [message(reading(mounted_at, 50.0), sensor="new", at=mounted_at)])
    assert asyncio.run(counted(database_url)) == (1, {})


def test_a_swap_has_one_moment_for_both_sensors(database_url: str) -> None:
    done("swap", "s0", "fresh")
    rows = ask(database_url, "SELECT * FROM mountings WHERE bin_id = 'b0' ORDER BY mounted_at")
    assert rows[0]["unmounted_at"] == rows[1]["mounted_at"]
    assert rows[1]["mounted_at"].microsecond == 0
    # and back, however quickly
    done("swap", "fresh", "s0")
    rows = ask(database_url, "SELECT * FROM mountings WHERE bin_id = 'b0' ORDER BY mounted_at")
    assert rows[1]["unmounted_at"] == rows[2]["mounted_at"]


def test_out_of_the_bin_and_out_of_use(database_url: str) -> None:
    result = sensor("unmount", "s1", "--at", (NOW - timedelta(minutes=1)).isoformat())
    assert "s1: out of bin b1 since" in result.stdout
    assert done("retire", "s1")["bin_id"] is None
    assert done("retire", "s2")["bin_id"] == "b2"
    assert mounted(database_url, "s2") == [("b2", False)]
    assert "retired since" in refused("retire", "s2")
    said = done("add", "s2", "--bin", "b2")
    assert (said["again"], said["action"]) == (True, "mount")
    assert mounted(database_url, "s2") == [("b2", False), ("b2", True)]


def test_what_a_sensor_is_can_be_said_later() -> None:
    done("add", EUI, "--bin", "b0")
    said = done("device", EUI, "elsys-elt-ultrasonic")
    assert (said["action"], said["device"]) == ("change", "elsys-elt-ultrasonic")
    assert done("device", EUI, "elsys-elt-ultrasonic")["action"] == "nothing"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("add", "x", "--device", "milesight_em400"), "did you mean milesight-em400-"),
        (("add", "x", "--device", "toaster"), "`brimful decode --list` names all"),
        (("add", "24e1", "--device", "milesight-em400-mud"), "16 hexadecimal digits (4 characters"),
        (("add", "gateway"), "name of a service at the broker"),
        (("add", "a/b"), "is no sensor_id"),
        (("add", "x", "--bin", "b9"), "there is no bin 'b9': did you mean b"),
        (("add", "x", "--since", "2026-01-01T00:00:00Z"), "without bin_id"),
        (("add", "x", "--bin", "b0", "--since", "2026-01-01T00:00:00"), "has no offset"),
        (("add", "x", "--bin", "b0", "--since", "yesterday"), "is no time: write it like"),
        (("add", "x", "--bin", "b0", "--since", "2199-01-01T00:00:00Z"), "more than 1 day ahead"),
        (("add", "s0", "--bin", "b1"), "brimful sensor mount s0 --bin b1"),
        (("mount", "x", "--bin", "b0"), "brimful sensor add x"),
        (("mount", "s0", "--bin", "b1", "--at", "2019-01-01T00:00:00Z"), "only later than that"),
        (("swap", "s0", "s0"), "the same sensor"),
        (("swap", "x", "y"), "sensor x is not registered"),
        (("unmount", "s0", "--at", "2019-01-01T00:00:00Z"), "it can leave only later"),
        (("unmount", "s0", "--at", "2199-01-01T00:00:00Z"), "is still to come"),
        (("retire", "x"), "is not registered; `brimful sensor list`"),
        (("device", "s0", "elsys-elt-ultrasonic"), "is no DevEUI"),
    ],
)
def test_a_wrong_wish_says_what_is_wrong_and_changes_nothing(
    database_url: str, arguments: tuple[str, ...], words: str
) -> None:
    everything = "SELECT * FROM mountings NATURAL JOIN sensors ORDER BY sensor_id"
    before = ask(database_url, everything)
    assert words in refused(*arguments)
    assert ask(database_url, everything) == before


def test_a_sensor_in_no_bin_has_nothing_to_leave() -> None:
    done("unmount", "s0")
    assert "sits in no bin" in refused("unmount", "s0")
    assert "sits in no bin" in refused("swap", "s0", "new")


def test_the_list_shows_who_sits_where_and_who_knocks(database_url: str) -> None:
    heard(database_url, of="stranger", times=[NOW, NOW - timedelta(hours=1)])
    heard(database_url, of="s0", times=[NOW - timedelta(minutes=9)])
    done("retire", "s3")
    said = done("list")
    by_id = {line["sensor_id"]: line for line in said["sensors"]}
    assert set(by_id) == {"s0", "s1", "s2", "s3"}
    assert (by_id["s0"]["bin_id"], by_id["s0"]["access"]) == ("b0", "none")
    assert by_id["s0"]["heard_at"] is not None
    assert by_id["s3"]["retired_at"] is not None
    assert [(u["sensor_id"], u["messages"]) for u in said["unknown"]] == [("stranger", 2)]
    shown = sensor("list").stdout
    assert "stranger: 2 messages set aside" in shown
    assert "retired" in shown
