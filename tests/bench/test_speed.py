"""The bench measures what it says: the same readings for everybody, all stored, honest ratios."""

from datetime import UTC, datetime

import pytest

from bench.speed import growth, memory
from bench.speed.comparing import compare
from bench.speed.contenders import COPIES, INGESTER, PAHO, SUB, Result
from bench.speed.load import Load
from bench.speed.sharing import share
from bench.speed.shown import as_json
from core.wire import native_payload
from tests.services.engine import Engine

END = datetime(2026, 3, 2, 12, tzinfo=UTC)


def load(messages: int = 7, per_message: int = 1, sensors: int = 3) -> Load:
    return Load(messages=messages, per_message=per_message, sensors=sensors, end=END)


@pytest.mark.parametrize("per_message", [1, 4])
def test_every_reading_of_a_load_is_valid_and_unique(per_message: int) -> None:
    wanted = load(per_message=per_message)
    seen = set()
    for n in range(wanted.messages):
        said = native_payload.validate_json(wanted.payload(n))
        for reading in said if isinstance(said, list) else [said]:
            seen.add((wanted.topic(n), reading.measured_at))
            assert reading.fill_pct is not None
            assert reading.measured_at <= END
    assert len(seen) == wanted.readings == 7 * per_message


def test_a_sensor_measures_forward_in_time() -> None:
    wanted = load(per_message=2)
    first, later = (list(wanted.measured(n)) for n in (0, 3))
    times = [at for at, _ in [*first, *later]]
    assert times == sorted(times)


def test_a_load_comes_back_from_a_worker_s_job() -> None:
    assert Load.from_json(load().as_json()) == load()


def test_ratios_are_of_readings_in_the_same_time() -> None:
    results = [
        Result(contender=SUB, messages=100, readings=200, seconds=1.0),
        Result(contender=INGESTER, messages=100, readings=200, seconds=4.0),
    ]
    sub, ingester = as_json(results)
    assert (sub["ratio_to_mosquitto_sub"], sub["ingester_to_this"]) == (1.0, 0.25)
    assert (ingester["messages_per_s"], ingester["readings_per_s"]) == (25, 50)
    assert as_json(results[:1])[0]["ingester_to_this"] is None


@pytest.mark.usefixtures("mosquitto_program")
async def test_everybody_takes_the_same_backlog(timescaledb_engine: Engine) -> None:
    wanted = load(messages=500, per_message=2, sensors=20)
    results = await compare(timescaledb_engine.admin_url, wanted, {})
    by_name = {r.contender: r for r in results}
    assert {SUB, PAHO, INGESTER, *COPIES.values()} <= set(by_name)
    assert {(r.messages, r.readings) for r in results} == {(500, 1_000)}
    assert all(r.seconds > 0 for r in results)
    assert set(by_name[INGESTER].cpu_s) == {"client", "broker", "database"}


@pytest.mark.usefixtures("mosquitto_program")
async def test_two_ingesters_share_a_backlog(timescaledb_engine: Engine) -> None:
    one, two = await share(timescaledb_engine.admin_url, 2, 400, 20, {})
    assert (one["ingesters"], two["ingesters"]) == (1, 2)
    assert one["times_one"] == 1.0
    assert len(two["ingesters_cpu_s"]) == 2


@pytest.mark.usefixtures("mosquitto_program")
async def test_a_grown_table_is_asked_and_added_to(
    timescaledb_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(growth, "BACKLOG", 400)
    monkeypatch.setattr(growth, "SIZES", (400, 800))
    rows = await growth.watch_growth(timescaledb_engine.admin_url, 800, 20, {})
    assert [row["rows"] for row in rows] == [400, 800]
    assert all(0 < row["one_bin_p50_ms"] <= row["one_bin_p99_ms"] for row in rows)


@pytest.mark.usefixtures("mosquitto_program")
async def test_memory_is_told_part_by_part(
    timescaledb_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "PARTS", 2)
    first, second = await memory.watch_memory(timescaledb_engine.admin_url, 1_600, 20, {})
    assert (first["readings"], second["readings"]) == (800, 1_600)
    assert second["rss_mb_at_most"] > 10
