"""What Prometheus reads of an ingester's account, and how it is served."""

import asyncio
import math
import socket
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import InvalidInputError
from core.readings import Reading, Rejection, RejectReason, Trust
from core.settings import Settings
from ingest import metrics
from ingest.metrics import PREFIX, serving_metrics
from ingest.stats import Histogram, Stats
from tests.ingest.scraping import scrape, scrape_of

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def settings(**changes: object) -> Settings:
    return Settings.model_validate({"ingest_metrics_port": 0, **changes})


def stored(*ages_s: float, trust: Trust = Trust.TRUSTED) -> list[Reading]:
    return [
        Reading(
            sensor_id="s0",
            bin_id="b0",
            measured_at=NOW - timedelta(seconds=age_s),
            received_at=NOW,
            fill_pct=50.0,
            trust=trust,
        )
        for age_s in ages_s
    ]


def rejection(reason: RejectReason, readings: int) -> Rejection:
    return Rejection(
        topic="t", payload=b"", received_at=NOW, reason=reason, detail="", readings=readings
    )


def note(stats: Stats, found: Sequence[Reading] = (), **changes: object) -> None:
    """Count a batch of one message that came two seconds ago."""
    values = {
        "now": NOW,
        "batch_s": 0.02,
        "received_at": [NOW - timedelta(seconds=2)],
        "readings": len(found),
        "duplicates": 0,
        "rejections": [None],
        **changes,
    }
    stats.note_batch(stored=found, **values)  # type: ignore[arg-type] # a dict of any of them


def test_a_batch_is_counted_in_all_its_parts() -> None:
    stats = Stats(in_flight=4)
    note(
        stats,
        [*stored(3.0), *stored(90.0, trust=Trust.TILTED)],
        received_at=[NOW - timedelta(seconds=s) for s in (7, 0.2, 3)],
        readings=10,
        duplicates=3,
        rejections=[None, rejection(RejectReason.NOT_JSON, 1), rejection(RejectReason.RATE, 4)],
    )
    found = scrape_of(stats)
    assert found.value("readings_received_total") == 10
    assert found.value("readings_stored_total") == 2
    assert found.value("readings_duplicate_total") == 3
    assert found.by_label("readings_set_aside_total", "reason") == {"not_json": 1, "rate": 4}
    assert found.by_label("readings_judged_total", "trust") == {"trusted": 1, "tilted": 1}
    assert found.value("in_flight_messages") == 1
    assert found.value("batch_readings_sum") == 10
    assert found.value("batch_duration_seconds_sum") == pytest.approx(0.02)
    assert found.value("receipt_to_commit_seconds_count") == 3
    assert found.value("receipt_to_commit_seconds_sum") == pytest.approx(10.2)
    assert found.value("receipt_to_commit_seconds_bucket", le="2.5") == 1
    assert found.value("measurement_to_commit_seconds_sum") == pytest.approx(93.0)
    assert found.value("measurement_to_commit_seconds_bucket", le="60.0") == 1
    assert found.value("last_commit_timestamp_seconds") == NOW.timestamp()
    assert found.value("database_up") == 1
    assert stats.lag_s == 7


def test_every_label_is_there_before_anything_happened() -> None:
    # a series that appears with its first event has no rate of increase at that moment
    names = {
        sample.labels.get("reason") or sample.labels.get("trust")
        for family in scrape_of(Stats()).families.values()
        for sample in family.samples
        if "reason" in sample.labels or "trust" in sample.labels
    }
    assert names == {*map(str, RejectReason), *map(str, Trust)}


def test_an_idle_ingester_says_so() -> None:
    found = scrape_of(Stats(), ingest_in_flight_max=77)
    assert found.value("database_up") == found.value("broker_connected") == 0
    assert found.value("last_commit_timestamp_seconds") == 0
    assert found.value("in_flight_limit_messages") == 77
    assert found.by_label("build_info", "version").keys() == {"0.1.0"}


def test_every_metric_says_what_it_is_and_counters_say_that_they_count() -> None:
    ours = {n: f for n, f in scrape_of(Stats()).families.items() if n.startswith(PREFIX)}
    assert len(ours) > 15
    for name, family in ours.items():
        assert family.documentation.endswith("."), name
        if family.type == "counter":
            assert {sample.name for sample in family.samples} == {f"{name}_total"}


def test_the_process_is_shown_too() -> None:
    families = scrape_of(Stats()).families
    assert {"process_resident_memory_bytes", "process_cpu_seconds"} <= families.keys()


@given(
    batches=st.lists(st.lists(st.floats(min_value=-5, max_value=200), max_size=20), max_size=5),
    bounds=st.lists(st.integers(min_value=1, max_value=100), unique=True, min_size=1).map(sorted),
)
def test_a_histogram_counts_every_value_once(batches: list[list[float]], bounds: list[int]) -> None:
    histogram = Histogram(bounds)
    for batch in batches:
        histogram.observe(batch)
    values = [max(0.0, value) for batch in batches for value in batch]
    expected = [sum(value <= bound for value in values) for bound in (*bounds, math.inf)]
    assert histogram.cumulative() == expected
    assert histogram.sum == pytest.approx(sum(values))


def test_counting_a_batch_costs_little() -> None:
    stats = Stats()
    found = stored(*range(5_000))
    times = []
    for _ in range(5):
        began = time.perf_counter()
        note(stats, found, received_at=[NOW - timedelta(milliseconds=n) for n in range(5_000)])
        times.append(time.perf_counter() - began)
    # 5 ms measured; an ingester needs some 100 ms for such a batch
    assert min(times) < 0.05


async def test_it_is_served_while_the_event_loop_is_busy() -> None:
    async with serving_metrics(Stats(messages=7), settings()) as address:
        assert address is not None
        fetching = asyncio.create_task(scrape(address))
        await asyncio.sleep(0)
        time.sleep(1.0)  # noqa: ASYNC251 - a busy loop is what this is about
        began = time.monotonic()
        found = await fetching
        # the answer lay there when the loop had time to look
        assert time.monotonic() - began < 0.5
    assert found.value("messages_received_total") == 7


async def test_a_scrape_sees_no_batch_by_half() -> None:
    stats = Stats()
    scrapes = 0

    async def watch(address: str) -> None:
        nonlocal scrapes
        for scrapes in range(1, 31):  # noqa: B007 - the number is looked at from outside
            found = await scrape(address)
            parts = found.value("readings_stored_total") + sum(
                found.by_label("readings_set_aside_total", "reason").values()
            )
            assert found.value("readings_received_total") == parts

    async with serving_metrics(stats, settings()) as address:
        assert address is not None
        watching = asyncio.create_task(watch(address))
        aside = [rejection(RejectReason.NOT_JSON, 3)] * 50
        while not watching.done():
            for _ in range(20):
                note(stats, stored(1.0), readings=151, rejections=aside)
            await asyncio.sleep(0.001)
        await watching
    assert scrapes == 30
    assert stats.batches > 100


async def test_who_connects_and_says_nothing_is_hung_up_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(metrics._Handler, "timeout", 0.2)
    async with serving_metrics(Stats(messages=3), settings()) as address:
        assert address is not None
        port = int(address.rpartition(":")[2].partition("/")[0])
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /metr")
        async with asyncio.timeout(5):
            assert await reader.read() == b""
        writer.close()
        assert (await scrape(address)).value("messages_received_total") == 3


async def test_without_a_port_nothing_is_served() -> None:
    async with serving_metrics(Stats(), settings(ingest_metrics_port="")) as address:
        assert address is None


async def test_after_the_block_the_port_is_free() -> None:
    async with serving_metrics(Stats(), settings()) as address:
        assert address is not None
        port = int(address.rpartition(":")[2].partition("/")[0])
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0


async def test_a_taken_port_is_said_in_words() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(InvalidInputError, match=f"port {port} .*BRIMFUL_INGEST_METRICS_PORT"):
            async with serving_metrics(Stats(), settings(ingest_metrics_port=port)):
                pytest.fail("it serves on a port of another's")


async def test_a_wrong_address_is_said_in_words() -> None:
    wrong = settings(ingest_metrics_host="203.0.113.1")
    with pytest.raises(InvalidInputError, match="BRIMFUL_INGEST_METRICS_HOST"):
        async with serving_metrics(Stats(), wrong):
            pytest.fail("it serves on an address of another machine's")
