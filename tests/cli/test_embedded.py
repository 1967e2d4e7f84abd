"""The embedded services: what a demo run needs of them, Ctrl-C and kill -9 included."""

import asyncio
import logging
import os
import signal
import sys
import tempfile
import time
from pathlib import Path

import aiomqtt
import psutil
import psycopg
import pytest

import cli.embedded
from cli.embedded import BrokerAddress, EmbeddedError, embedded_postgres, sweep, watching
from cli.embedded.broker import STOP_LIMIT_S

# Starts the server, says so, and waits to be interrupted, as `brimful demo` does.
OTHER_PROCESS = """
import asyncio, pathlib, sys
from cli.embedded import embedded_postgres

async def main():
    async with embedded_postgres(pathlib.Path(sys.argv[1])) as url:
        print(url, flush=True)
        await asyncio.sleep(60)

asyncio.run(main())
"""


async def start_other_process(folder: Path) -> tuple[asyncio.subprocess.Process, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", OTHER_PROCESS, str(folder),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    url = (await asyncio.wait_for(process.stdout.readline(), 60)).decode().strip()
    assert url.startswith("postgresql://")
    return process, url


async def execute(url: str, query: str) -> list[tuple[object, ...]]:
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as conn:
        cursor = await conn.execute(query.encode())
        return await cursor.fetchall() if cursor.description else []


def postmaster_runs(folder: Path) -> bool:
    return (folder / "postgres" / "cluster" / "postmaster.pid").exists()


async def test_what_was_stored_is_there_in_the_next_run(tmp_path: Path) -> None:
    async with embedded_postgres(tmp_path) as url:
        await execute(url, "CREATE TABLE kept AS SELECT 1 AS n")
    assert not postmaster_runs(tmp_path)
    async with embedded_postgres(tmp_path) as url:
        assert await execute(url, "SELECT n FROM kept") == [(1,)]


async def test_it_listens_nowhere_on_the_network_and_thinks_in_utc(tmp_path: Path) -> None:
    async with embedded_postgres(tmp_path) as url:
        settings = ["listen_addresses", "timezone", "fsync", "synchronous_commit"]
        shown = [(await execute(url, f"SHOW {name}"))[0][0] for name in settings]
    assert shown == ["", "UTC", "on", "on"]


async def test_a_long_path_with_odd_characters_is_fine(tmp_path: Path) -> None:
    long = tmp_path / ("Müll & 'Eimer' " + "x" * 100)
    async with embedded_postgres(long) as url:
        assert await execute(url, "SELECT 1") == [(1,)]


async def test_nobody_else_can_reach_the_socket(tmp_path: Path) -> None:
    async with embedded_postgres(tmp_path):
        assert (tmp_path / "postgres").stat().st_mode & 0o077 == 0


async def test_a_folder_in_use_is_refused_with_the_reason(tmp_path: Path) -> None:
    async with embedded_postgres(tmp_path) as url:
        with pytest.raises(EmbeddedError, match=rf"in use.*process {os.getpid()}"):
            async with embedded_postgres(tmp_path):
                pass
        assert await execute(url, "SELECT 1") == [(1,)], "the one that runs is left alone"


async def test_cancelling_while_it_starts_leaves_nothing_behind(tmp_path: Path) -> None:
    async def run() -> None:
        async with embedded_postgres(tmp_path):
            await asyncio.sleep(60)

    task = asyncio.create_task(run())
    await asyncio.sleep(0.1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not postmaster_runs(tmp_path)


async def test_ctrl_c_stops_the_server(tmp_path: Path) -> None:
    process, _ = await start_other_process(tmp_path)
    process.send_signal(signal.SIGINT)
    await asyncio.wait_for(process.communicate(), 20)
    assert not postmaster_runs(tmp_path)


async def test_an_impatient_second_ctrl_c_stops_the_server_too(tmp_path: Path) -> None:
    process, _ = await start_other_process(tmp_path)
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGINT)
    await asyncio.wait_for(process.communicate(), 20)
    async with asyncio.timeout(10):
        while postmaster_runs(tmp_path):  # noqa: ASYNC110 - another process ends it
            await asyncio.sleep(0.05)


async def test_after_a_kill_the_next_run_finds_every_commit(tmp_path: Path) -> None:
    process, url = await start_other_process(tmp_path)
    await execute(url, "CREATE TABLE kept AS SELECT 1 AS n")
    process.kill()
    await process.communicate()
    async with embedded_postgres(tmp_path) as again:
        assert await execute(again, "SELECT n FROM kept") == [(1,)]
    assert not postmaster_runs(tmp_path)


async def test_ctrl_c_while_the_data_folder_is_made_is_quiet(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", OTHER_PROCESS, str(tmp_path),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE, start_new_session=True,
    )  # fmt: skip
    async with asyncio.timeout(20):
        while not (tmp_path / "postgres" / "cluster.unfinished").exists():  # noqa: ASYNC110 - another process makes it
            await asyncio.sleep(0.01)
    await asyncio.sleep(0.2)  # in the middle of it
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to all that belong to it
    _, errors = await asyncio.wait_for(process.communicate(), 20)
    assert b"initdb failed" not in errors
    assert b"never retrieved" not in errors
    assert b"KeyboardInterrupt" in errors, "the program was in the middle of it"
    assert not postmaster_runs(tmp_path)


async def test_impatience_while_it_stops_does_not_leave_it_running(tmp_path: Path) -> None:
    async def run() -> None:
        async with embedded_postgres(tmp_path):
            await asyncio.sleep(60)

    task = asyncio.create_task(run())
    await asyncio.sleep(0.1)
    while not task.done():
        task.cancel()
        await asyncio.sleep(0.01)
    assert task.cancelled()
    assert (tmp_path / "postgres" / "cluster").exists(), "it went on until it could be stopped"
    assert not postmaster_runs(tmp_path)


def postmaster(folder: Path) -> psutil.Process:
    pid_file = folder / "postgres" / "cluster" / "postmaster.pid"
    return psutil.Process(int(pid_file.read_text().split()[0]))


async def test_whoever_needs_it_learns_at_once_that_the_server_died(tmp_path: Path) -> None:
    async def need_it() -> None:
        async with embedded_postgres(tmp_path):
            postmaster(tmp_path).kill()
            async with asyncio.timeout(2):
                await asyncio.sleep(60)

    with pytest.raises(EmbeddedError, match=r"(?s)killed by signal 9.*its log ends:\n.*ready"):
        await need_it()
    await asyncio.sleep(0)  # nothing of the cancelling is left


async def test_an_error_that_follows_from_its_death_is_told_as_that(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "LOOK_EVERY_S", 60)  # the error comes first

    async def need_it() -> None:
        async with embedded_postgres(tmp_path) as url:
            killed = postmaster(tmp_path)
            killed.kill()
            while killed.status() != psutil.STATUS_ZOMBIE:  # noqa: ASYNC110 - the system ends it
                await asyncio.sleep(0.01)
            await execute(url, "SELECT 1")

    with pytest.raises(EmbeddedError, match="killed by signal 9") as caught:
        await need_it()
    assert isinstance(caught.value.__cause__, psycopg.OperationalError)


async def test_an_error_of_its_own_passes_through(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        async with embedded_postgres(tmp_path):
            raise ZeroDivisionError


async def test_what_a_killed_process_left_is_swept_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    dead, alive, arriving = (tmp_path / f"town-{name}" for name in ("dead", "alive", "arriving"))
    (arriving / "postgres").mkdir(parents=True)
    (arriving / "postgres" / "lock").touch()
    (tmp_path / "town-without").mkdir()
    (tmp_path / "town-link").symlink_to(dead)
    killed, _ = await start_other_process(dead)
    server = postmaster(dead)
    killed.kill()
    await killed.communicate()
    assert server.is_running()
    async with embedded_postgres(alive) as url:
        assert await asyncio.to_thread(sweep, "town-") == 1
        assert await execute(url, "SELECT 1") == [(1,)]
    assert not server.is_running() or server.status() == psutil.STATUS_ZOMBIE
    assert not dead.exists()
    assert (arriving / "postgres" / "lock").exists()
    assert (tmp_path / "town-without").is_dir()
    assert (tmp_path / "town-link").is_symlink()


def client(address: BrokerAddress) -> aiomqtt.Client:
    version = aiomqtt.ProtocolVersion.V311
    return aiomqtt.Client(address.host, address.port, protocol=version, timeout=5)


async def test_the_broker_delivers_at_qos_1(embedded_broker: BrokerAddress) -> None:
    async with client(embedded_broker) as subscriber, client(embedded_broker) as publisher:
        await subscriber.subscribe("bins/#", qos=1)
        await publisher.publish("bins/1/readings", b"[]", qos=1)
        async with asyncio.timeout(5):
            message = await anext(aiter(subscriber.messages))
    assert (message.payload, message.qos) == (b"[]", 1)


async def test_a_taken_port_is_named(embedded_broker: BrokerAddress) -> None:
    with pytest.raises(EmbeddedError, match=f"port {embedded_broker.port}.*in use"):
        async with cli.embedded.embedded_broker(embedded_broker.port):
            pass


async def test_the_broker_refuses_mqtt_5(embedded_broker: BrokerAddress) -> None:
    # When this fails amqtt has learnt it: the demo may then use MQTT 5 like everything else.
    v5 = aiomqtt.ProtocolVersion.V5
    with pytest.raises(aiomqtt.MqttError):
        async with aiomqtt.Client(
            embedded_broker.host, embedded_broker.port, protocol=v5, timeout=2
        ):
            pass


async def test_the_broker_stops_in_time_with_clients_connected(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.INFO, logger="brimful"):
        async with cli.embedded.embedded_broker() as address:
            reader, writer = await asyncio.open_connection(address.host, address.port)
            mute, mute_writer = await asyncio.open_connection(address.host, address.port)
            # A CONNECT by hand: a client that says hello and never reads again.
            writer.write(b"\x10\x10\x00\x04MQTT\x04\x02\x00\x3c\x00\x04mute")
            assert await reader.readexactly(4) == b"\x20\x02\x00\x00"
            stopping = time.monotonic()
        assert time.monotonic() - stopping < STOP_LIMIT_S + 0.5
        for each in (writer, mute_writer):
            each.close()
        del mute
    assert not [record for record in caplog.records if record.name.startswith("amqtt")]
    with pytest.raises(OSError, match="Connect call failed"):
        await asyncio.open_connection(address.host, address.port)
