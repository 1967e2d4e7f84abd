"""What the demo takes from the environment, and how it tells of a day without rounds."""

import socket
from io import StringIO

import pytest
import segno
from rich.console import Console, RenderableType

from cli.demo.account import Account
from cli.demo.ending import addresses, summary
from cli.demo.network import EVERYWHERE, addresses_of
from cli.demo.people import Screens
from cli.demo.services import demo_settings
from cli.demo.waiting import DemoFailedError, api_port
from cli.qr import qr_code
from core.settings import Settings


def test_only_the_address_and_the_logs_come_from_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("BRIMFUL_API_HOST", "127.0.0.2")
    monkeypatch.setenv("BRIMFUL_API_PORT", "8123")
    monkeypatch.setenv("BRIMFUL_LOG_LEVEL", "debug")
    monkeypatch.setenv("BRIMFUL_LOG_FORMAT", "json")
    ours = {"api_host": "127.0.0.2", "api_port": 8123, "log_level": "debug", "log_format": "json"}
    monkeypatch.setenv("BRIMFUL_INGEST_OLDEST_DAYS", "1")
    monkeypatch.setenv("BRIMFUL_PLAN_SPEED_KMH", "0.1")
    monkeypatch.setenv("BRIMFUL_MQTT_CLIENT_ID", "somebody-else")
    taken = demo_settings(Settings()).model_dump()
    defaults = {
        name: field.get_default(call_default_factory=True, validated_data={})
        for name, field in Settings.model_fields.items()
    }
    assert taken == defaults | ours


async def test_a_taken_port_gives_way_to_a_free_one() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert await api_port("127.0.0.1", port) == 0
    assert await api_port("127.0.0.1", port) == port


@pytest.mark.parametrize("host", ["host.invalid", "a..b", "192.0.2.1"])
async def test_an_unusable_address_says_what_to_set(host: str) -> None:
    with pytest.raises(DemoFailedError, match=rf"{host}.*BRIMFUL_API_HOST"):
        await api_port(host, 8000)


@pytest.mark.parametrize(
    ("rounds", "told"), [(0, "no round today. More --bins"), (1, "3 bins emptied at 71 %")]
)
def test_the_account_tells_of_a_day_without_rounds(rounds: int, told: str) -> None:
    account = Account(
        published=1_000,
        stored=998,
        set_aside=2,
        set_aside_by_reason={},
        duplicates=3,
        bins=10,
        bins_due=3 * rounds,
        bins_on_rounds=3 * rounds,
        left_out={"not_due": 10 - 3 * rounds},
        rounds=rounds,
        distance_km=2.0 * rounds,
        travel_source="",
        stops_done=4 * rounds,
        stops_skipped=0,
        marks_sent_twice=0,
        bins_emptied=3 * rounds,
        fill_at_pickup_pct=71.0 if rounds else None,
        ready_s=3.0,
    )
    console = Console(file=StringIO(), width=200)
    with console.capture() as shown:
        console.print(summary(account))
    assert told in shown.get()


def test_it_is_there_for_a_phone_in_the_network_unless_somebody_says_where(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert demo_settings(Settings(_env_file=None)).api_host == EVERYWHERE
    monkeypatch.setenv("BRIMFUL_API_HOST", "127.0.0.1")
    assert demo_settings(Settings(_env_file=None)).api_host == "127.0.0.1"
    assert addresses_of("http://127.0.0.1:80") == ("http://127.0.0.1:80",) * 2
    here, network = addresses_of("http://0.0.0.0:8000")
    assert here == "http://localhost:8000"
    assert network.startswith("http://")
    assert network.endswith(":8000")
    assert EVERYWHERE not in network


def shown(what: RenderableType, *, width: int = 80) -> str:
    console = Console(file=StringIO(), width=width)
    with console.capture() as captured:
        console.print(what)
    return captured.get()


def test_it_ends_with_two_addresses_and_a_qr_code_of_the_phones() -> None:
    screens = Screens(
        ops="http://localhost:8000/ops/",
        user_name="ops",
        password="pass-word",
        phone="http://192.0.2.7:8000/phone/#code=abc",
        crew_id="crew-1",
    )
    text = shown(addresses("http://localhost:8000", screens))
    for part in (screens.ops, screens.phone, screens.password, screens.crew_id):
        assert part in text
    assert qr_code(screens.phone).plain.splitlines()[3] in text


def test_the_qr_code_in_blocks_is_the_qr_code() -> None:
    content = "http://192.0.2.7:8000/phone/#code=" + "x" * 22
    upper, lower = {"█", "▀"}, {"█", "▄"}
    rows = [
        [block in half for block in line]
        for line in qr_code(content).plain.splitlines()
        for half in (upper, lower)
    ]
    light = 2
    wanted = [[bool(cell) for cell in row] for row in segno.make(content, error="l").matrix]
    inner = [row[light : light + len(wanted)] for row in rows[light : light + len(wanted)]]
    assert inner == wanted
    assert not any(any(row) for row in rows[:light])
