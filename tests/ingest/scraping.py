"""Read /metrics as Prometheus does."""

import asyncio
import math
from collections.abc import Mapping
from urllib.request import urlopen

from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families

from core.settings import Settings
from ingest.metrics import PREFIX, registry
from ingest.stats import Stats

LIMIT_S = 5.0


class Scrape:
    """The samples of one scrape."""

    def __init__(self, text: str) -> None:
        self.families = {family.name: family for family in text_string_to_metric_families(text)}
        self._samples = {
            (sample.name, tuple(sorted(sample.labels.items()))): sample.value
            for family in self.families.values()
            for sample in family.samples
        }

    def value(self, name: str, **labels: str) -> float:
        """Return one sample; names are given without brimful_ingest_."""
        return self._samples[PREFIX + name, tuple(sorted(labels.items()))]

    def by_label(self, name: str, label: str) -> Mapping[str, float]:
        """Return the samples of a metric by one label, without those at 0."""
        return {
            dict(labels)[label]: value
            for (found, labels), value in self._samples.items()
            if found == PREFIX + name and value
        }

    def buckets(self, name: str) -> list[tuple[float, float]]:
        """Return a histogram's bounds with their cumulative counts."""
        return [
            (math.inf if dict(labels)["le"] == "+Inf" else float(dict(labels)["le"]), value)
            for (found, labels), value in self._samples.items()
            if found == f"{PREFIX}{name}_bucket"
        ]

    def names(self) -> dict[str, frozenset[str]]:
        """Return every series' name with the labels it may have."""
        found: dict[str, set[str]] = {}
        for name, labels in self._samples:
            found.setdefault(name, set()).update(label for label, _ in labels)
        return {name: frozenset(labels) for name, labels in found.items()}


def exposition(stats: Stats, **settings: object) -> bytes:
    """Return what an ingester with this account answers, byte by byte."""
    return generate_latest(registry(stats, Settings.model_validate(settings)))


def scrape_of(stats: Stats, **settings: object) -> Scrape:
    """Return what an ingester with this account exposes."""
    return Scrape(exposition(stats, **settings).decode())


async def scrape(address: str) -> Scrape:
    """Fetch from a running ingester."""

    def fetch() -> str:
        with urlopen(address, timeout=LIMIT_S) as answer:  # noqa: S310 - an address of the test's own
            return str(answer.read().decode())

    return Scrape(await asyncio.to_thread(fetch))
