"""What Prometheus reads of an ingester; the only user of prometheus_client.

Nothing is counted for Prometheus alone: a scrape reads the Stats the ingester keeps anyway, in a
thread of its own, so that it neither waits for the event loop nor needs database or broker.
docs/monitoring.md lists every metric.
"""

import asyncio
import platform
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from wsgiref.simple_server import WSGIRequestHandler

from prometheus_client import CollectorRegistry, ProcessCollector, start_http_server
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from core.errors import InvalidInputError
from core.readings import RejectReason, Trust
from core.settings import Settings
from ingest.stats import Histogram, Stats

PREFIX = "brimful_ingest_"
REQUEST_LIMIT_S = 10.0
"""Who connects and says nothing for so long is hung up on: each connection holds a thread."""


def registry(stats: Stats, settings: Settings) -> CollectorRegistry:
    """Return what is exposed: the ingester's account and its process (memory, CPU, files)."""
    found = CollectorRegistry()
    found.register(_Account(stats, settings))
    ProcessCollector(registry=found)
    return found


@asynccontextmanager
async def serving_metrics(stats: Stats, settings: Settings) -> AsyncIterator[str | None]:
    """Serve metrics while the block lasts, where the settings ask for it.

    Yields the address (``http://host:port/metrics``), or None where none are asked for. Raises
    InvalidInputError where it cannot be listened on.
    """
    host, port = settings.ingest_metrics_host, settings.ingest_metrics_port
    if port is None:
        yield None
        return
    exposed = registry(stats, settings)
    try:
        # looks up the machine's own name, which may take its time
        server, thread = await asyncio.to_thread(start_http_server, port, host, exposed)
    except OSError as error:
        raise InvalidInputError(
            f"metrics cannot be served on {host} port {port} ({error}): choose another "
            "BRIMFUL_INGEST_METRICS_PORT or BRIMFUL_INGEST_METRICS_HOST, or leave the port empty"
        ) from error
    server.RequestHandlerClass = _Handler
    try:
        shown = f"[{host}]" if ":" in host else host
        yield f"http://{shown}:{server.server_port}/metrics"
    finally:
        await asyncio.to_thread(server.shutdown)
        server.server_close()
        await asyncio.to_thread(thread.join)


class _Handler(WSGIRequestHandler):
    """One scrape; not worth a line in the log."""

    timeout = REQUEST_LIMIT_S

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name it has there
        pass


class _Account(Collector):
    """Stats as metrics, at the moment somebody asks."""

    def __init__(self, stats: Stats, settings: Settings) -> None:
        self._stats = stats
        self._in_flight_max = settings.ingest_in_flight_max
        self._build = {"version": version("brimful"), "python": platform.python_version()}

    def collect(self) -> Iterator[Metric]:
        stats = self._stats
        with stats.lock:
            yield from [*_counters(stats), *_histograms(stats), *self._gauges(stats)]

    def _gauges(self, stats: Stats) -> Iterator[Metric]:
        yield InfoMetricFamily(
            f"{PREFIX}build", "Version of Brimful and of Python.", value=self._build
        )
        yield _gauge(
            "in_flight_messages", "Messages received and not settled yet.", stats.in_flight
        )
        yield _gauge(
            "in_flight_limit_messages",
            "Most messages the broker sends ahead of acknowledgements; more wait at the broker.",
            self._in_flight_max,
        )
        yield _gauge(
            "broker_connected", "1 while the broker has accepted us and our subscriptions.",
            stats.connected,
        )  # fmt: skip
        yield _gauge(
            "database_up", "1 while the last attempt to reach the database went through.",
            stats.database_up,
        )  # fmt: skip
        at = stats.committed_at
        yield _gauge(
            "last_commit_timestamp_seconds",
            "When the last batch was committed, in Unix time; 0 before the first.",
            0.0 if at is None else at.timestamp(),
        )


def _gauge(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(PREFIX + name, text, value=float(value))


def _counters(stats: Stats) -> Iterator[Metric]:
    for name, text, value in (
        ("messages_received", "Messages received, redeliveries too.", stats.messages),
        ("readings_received", "Readings in the messages that are settled.", stats.readings),
        ("readings_stored", "Readings stored.", stats.stored),
        ("readings_duplicate", "Readings that were stored already.", stats.duplicates),
        ("qos0_dropped_messages", "QoS 0 messages dropped for want of room.", stats.dropped_qos0),
        ("broker_connections", "Connections to the broker, the first one too.", stats.connections),
    ):
        yield CounterMetricFamily(PREFIX + name, text, value=value)
    # every label from the start: what appears with its first event has no rate of increase
    aside = CounterMetricFamily(
        f"{PREFIX}readings_set_aside",
        "Readings set aside with their message, by reason.",
        labels=["reason"],
    )
    for reason in RejectReason:
        aside.add_metric([reason.value], stats.set_aside[reason])
    yield aside
    trust = CounterMetricFamily(
        f"{PREFIX}readings_judged",
        "Stored readings by the verdict on them as they were stored.",
        labels=["trust"],
    )
    for verdict in Trust:
        trust.add_metric([verdict.value], stats.trust[verdict])
    yield trust


def _histograms(stats: Stats) -> Iterator[Metric]:
    for name, text, histogram in (
        ("batch_readings", "Readings in a batch.", stats.batch_sizes),
        ("batch_duration_seconds", "Duration of a batch's transaction.", stats.batch_times_s),
        (
            "receipt_to_commit_seconds",
            "Time from a message's receipt to its commit.",
            stats.receipt_to_commit_s,
        ),
        (
            "measurement_to_commit_seconds",
            "Time from a reading's measurement to its commit; a device's clock counts here.",
            stats.measurement_to_commit_s,
        ),
    ):
        yield HistogramMetricFamily(
            PREFIX + name, text, buckets=_buckets(histogram), sum_value=histogram.sum
        )


def _buckets(histogram: Histogram) -> list[tuple[str, float]]:
    names = [*(str(float(bound)) for bound in histogram.bounds), "+Inf"]
    return list(zip(names, map(float, histogram.cumulative()), strict=True))
