"""``brimful-bench trust``: the tables of docs/trust.md."""

import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from bench.console import table_console
from bench.speed.shown import machine
from bench.trust import tallies
from bench.trust.histories import WYNDHAM, History, data_folder, histories
from bench.trust.sensitivity import sensitivity
from bench.trust.tallies import Row, by_stream
from bench.trust.walking import judged, walk
from core.rules.follow import follow
from core.rules.track import Track
from core.rules.trust_limits import DEFAULT_LIMITS

_TIMES = 3
_TITLES = {
    "classes": "Readings by what became of them",
    "zeros": "Exact zeros after a level of 10 % or more; kept out: they never counted",
    "spikes": "Rises of 20 (or 40) points or more that the next reading takes back",
    "alerts": "Wyndham's rows marked ALERT",
    "standstills": "Sensors that counted as stuck",
    "emptyings": "Emptyings seen in the readings",
    "sensitivity": "What changes when one limit is changed",
    "cost": "Processor time of a reading, in microseconds (the fastest of three)",
}


def trust_command(
    *,
    data: Annotated[
        Path | None,
        typer.Option(
            "--data",
            metavar="DIR",
            help="The folder that holds `fill`; else `data` in that of BRIMFUL_SHARED_DATA, else "
            "`shared/data` beside the repository.",
        ),
    ] = None,
    vary: Annotated[
        bool, typer.Option("--vary", help="Also change each limit in turn; takes a minute.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Judge the real histories of Prague and Wyndham, and hold the verdicts against hindsight."""
    try:
        found = histories(data_folder(data))
    except FileNotFoundError as error:
        typer.echo(
            f"There is no {error.filename}: say where the data is with --data DIR.", err=True
        )
        raise typer.Exit(2) from None
    sections = _sections(found, vary=vary)
    if as_json:
        print(json.dumps({"machine": machine(), **sections}, indent=2))
        return
    console = table_console()
    for name, rows in sections.items():
        console.print(_table(_TITLES[name], rows))


def _sections(found: Sequence[History], *, vary: bool) -> dict[str, Sequence[Row]]:
    walks = [walk(history, judged(history), DEFAULT_LIMITS) for history in found]
    sections: dict[str, Sequence[Row]] = {
        "classes": by_stream(walks, tallies.classes),
        "zeros": by_stream(walks, tallies.zeros),
        "spikes": by_stream(walks, tallies.spikes),
        "alerts": tallies.alerts([w for w in walks if w.history.city == WYNDHAM]),
        "standstills": tallies.standstills(walks),
        "emptyings": by_stream(walks, tallies.emptyings),
        "cost": [_cost(found)],
    }
    if vary:
        sections["sensitivity"] = sensitivity(walks)
    return sections


def _cost(found: Sequence[History]) -> Row:
    readings, judge_s, follow_s = 0, [], []
    for _ in range(_TIMES):
        begun = time.process_time()
        judged_ones = [judged(history) for history in found]
        judge_s.append(time.process_time() - begun)
        begun = time.process_time()
        for some in judged_ones:
            track = Track()
            for reading in some:
                track = follow(track, reading, DEFAULT_LIMITS).track
        follow_s.append(time.process_time() - begun)
        readings = sum(len(some) for some in judged_ones)
    return {
        "readings": readings,
        "judge_us": round(min(judge_s) / readings * 1e6, 2),
        "follow_us": round(min(follow_s) / readings * 1e6, 2),
    }


def _table(title: str, rows: Sequence[Row]) -> Table:
    table = Table(title=title, title_justify="left")
    names = list(rows[0]) if rows else ["(none)"]
    for name in names:
        table.add_column(
            name.replace("_", " "), justify="left" if _is_text(rows, name) else "right"
        )
    for row in rows:
        table.add_row(*(_shown(row[name]) for name in names))
    return table


def _is_text(rows: Sequence[Row], name: str) -> bool:
    return any(isinstance(row.get(name), str) for row in rows)


def _shown(value: Any) -> str:  # noqa: ANN401 - a cell of any column
    if value is None:
        return ""
    return f"{value:,}" if isinstance(value, int) else str(value)
