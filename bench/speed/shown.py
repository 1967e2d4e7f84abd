"""The results as a table for people and as one JSON document."""

import platform
from collections.abc import Mapping, Sequence
from typing import Any

import psutil
from rich.console import Console
from rich.table import Table

from bench.speed.contenders import COPIES, INGESTER, SUB, Result

_LEGEND = (
    "mosquitto_sub, paho (acknowledging 1,000 at a time) and aiomqtt only receive. COPY is of the "
    "same rows, without messages: into a temporary table; + INSERT: from there on into readings; "
    "or into readings at once. The ingester acknowledges after the commit, with trust judged and "
    "states moved."
)


def machine() -> Mapping[str, Any]:
    """Say on what it was measured."""
    return {
        "processor": _processor(),
        "cores": psutil.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 2**30, 1),
        "system": platform.platform(),
        "python": platform.python_version(),
        "load_before": round(psutil.getloadavg()[0], 2),
    }


def _processor() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as lines:  # noqa: PTH123 - a device, not a file
            names = [line.partition(":")[2].strip() for line in lines if "model name" in line]
    except OSError:
        names = []
    return names[0] if names else platform.processor()


def as_json(results: Sequence[Result]) -> list[dict[str, Any]]:
    """Return each result with its rates and ratios."""
    rates = {r.contender: r for r in results}
    return [
        {
            "contender": r.contender,
            "messages": r.messages,
            "readings": r.readings,
            "seconds": round(r.seconds, 3),
            "messages_per_s": round(r.messages_per_s),
            "readings_per_s": round(r.readings_per_s),
            "cpu_s": {name: round(s, 2) for name, s in r.cpu_s.items()},
            "ratio_to_mosquitto_sub": _ratio(r, rates.get(SUB)),
            "ingester_to_this": _ratio(rates.get(INGESTER), r),
        }
        for r in results
    ]


def _ratio(one: Result | None, other: Result | None) -> float | None:
    if one is None or other is None:
        return None
    return round(one.readings_per_s / other.readings_per_s, 3)


def print_table(console: Console, results: Sequence[Result], title: str) -> None:
    """Print one line for each contender."""
    table = Table(title=title, title_justify="left", caption=_LEGEND, caption_justify="left")
    table.add_column("contender", no_wrap=True)
    for name in ("messages/s", "readings/s", "of sub", "ingester is"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("CPU, us a reading")
    for row, result in zip(as_json(results), results, strict=True):
        used = ", ".join(
            f"{name} {s / result.readings * 1e6:.1f}" for name, s in result.cpu_s.items()
        )
        copied = result.contender in COPIES.values()
        table.add_row(
            result.contender,
            "" if copied else f"{row['messages_per_s']:,}",
            f"{row['readings_per_s']:,}",
            f"{row['ratio_to_mosquitto_sub']:.3f}",
            f"{row['ingester_to_this']:.2f} of it",
            used,
        )
    console.print(table)


def print_rows(console: Console, rows: Sequence[Mapping[str, Any]], title: str) -> None:
    """Print rows that have the same fields, or fewer."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    table = Table(title=title, title_justify="left")
    for name in names:
        table.add_column(name.replace("_", " "), justify="right")
    for row in rows:
        table.add_row(*(_cell(row.get(name, "")) for name in names))
    console.print(table)


def _cell(value: object) -> str:
    return f"{value:,}" if isinstance(value, int | float) else str(value)
