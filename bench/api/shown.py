"""The figures as tables for people."""

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.api.client import Samples
from bench.api.listening import Heard
from bench.api.marking import Marked

_COLUMNS = {
    "what": "asked",
    "p50_ms": "p50 ms",
    "p99_ms": "p99 ms",
    "sql_p50_ms": "SQL p50",
    "sql_p99_ms": "SQL p99",
    "statements": "statements",
    "to_empty": "to empty",
    "to_empty_and_sql": "to empty + SQL",
    "per_s": "many: /s",
    "many_p50_ms": "p50 ms",
    "many_p99_ms": "p99 ms",
    "per_s_to_empty": "/s to empty",
    "refused": "503",
    "cpu_ms": "CPU ms",
    "cpu_to_empty_and_sql": "to empty + SQL",
    "kb": "kB packed",
}


def marked_row(marked: Marked, empty: Samples) -> dict[str, Any]:
    """Return what came of all crews reporting; ``empty`` is the endpoint that does nothing."""
    samples = marked.samples
    return {
        "crews": marked.crews,
        "marks": marked.marks,
        "requests": len(samples.took_s),
        "kept": marked.kept,
        "stops": marked.stops,
        "refused": marked.refused,
        "per_s": round(samples.per_s, 1),
        "p50_ms": round(samples.quantile_ms(0.5), 1),
        "p99_ms": round(samples.quantile_ms(0.99), 1),
        "per_s_to_empty": round(samples.per_s / empty.per_s, 3),
    }


def heard_row(heard: Heard) -> dict[str, Any]:
    """Return how soon listeners knew."""
    return {
        "listeners": heard.listeners,
        "changes_per_s": round(heard.changes / heard.delays.seconds, 1),
        "rows_told": len(heard.delays.took_s),
        "missed": heard.missed,
        "p50_ms": round(heard.delays.quantile_ms(0.5)),
        "p99_ms": round(heard.delays.quantile_ms(0.99)),
        "longest_ms": round(heard.delays.quantile_ms(1.0)),
    }


def print_all(console: Console, report: Mapping[str, Any]) -> None:
    """Print everything."""
    empty, sizes = report["empty"], report["sizes"]
    table = Table(
        title=f"{sizes['bins']:,} bins, {sizes['crews']} crews with {sizes['stops']} stops; "
        f"many: {sizes['at_once']} at once"
    )
    for title in _COLUMNS.values():
        table.add_column(title, justify="left" if title == "asked" else "right")
    table.add_row(
        "nothing",
        f"{empty['p50_ms']}",
        f"{empty['p99_ms']}",
        *[""] * 5,
        f"{empty['per_s']}",
        *[""] * 4,
        f"{empty['cpu_ms']}",
    )
    for row in report["reads"]:
        table.add_row(*("" if row[name] is None else f"{row[name]}" for name in _COLUMNS))
    console.print(table)
    for name in ("marks", "events"):
        table = Table(title=name)
        for title in report[name]:
            table.add_column(title.replace("_", " "), justify="right")
        table.add_row(*(f"{value}" for value in report[name].values()))
        console.print(table)
