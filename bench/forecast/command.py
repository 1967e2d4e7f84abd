"""``brimful-bench forecast FILE``: the tables of docs/forecast.md."""

import json
import time
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer
from rich.table import Table

from bench.console import table_console
from bench.forecast import scores
from bench.forecast.library import Mstl
from bench.forecast.plots import calibration_plot, errors_plot
from bench.forecast.reading import Read, read
from bench.forecast.speed import measured
from bench.forecast.walking import Walked, walk
from bench.speed.shown import machine
from core.errors import InvalidInputError
from simulators.csv_formats import FORMATS, CsvFormat, parse_map


def forecast_command(
    *,
    file: Annotated[
        Path | None,
        typer.Argument(help="CSV or .csv.gz with bin_id, stream, measured_at, fill_pct."),
    ] = None,
    format_name: Annotated[
        str, typer.Option("--format", help=f"Columns as in: {', '.join(FORMATS)}.")
    ] = "csv",
    mapping: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="FIELD=COLUMN", help="Another column's name; repeat it."),
    ] = None,
    scale: Annotated[
        float | None, typer.Option(min=0.001, help="The value that means 100 % full.")
    ] = None,
    zone: Annotated[
        str | None,
        typer.Option(
            "--timezone", metavar="ZONE", help="By whose clock weeks go, and times without one."
        ),
    ] = None,
    refit_days: Annotated[
        float | None,
        typer.Option(
            "--refit-days",
            min=0.1,
            help="All contenders learn anew so often; else daily, or 50 times in all.",
        ),
    ] = None,
    library: Annotated[
        bool, typer.Option("--library", help="Also MSTL of statsforecast; takes minutes.")
    ] = False,
    plots: Annotated[
        Path | None,
        typer.Option("--plots", metavar="DIR", help="Write plots (SVG) into it."),
    ] = None,
    speed: Annotated[
        int | None,
        typer.Option(
            metavar="BINS",
            min=1,
            help="Instead of a file: how long a made-up city of so many bins takes.",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Forecast the last 20 % of each bin's readings, each from what came before it."""
    if (file is None) == (speed is None):
        typer.echo("brimful-bench: give either a FILE or --speed BINS", err=True)
        raise typer.Exit(2)
    if speed is not None:
        _show_speed(measured(speed), as_json=as_json)
    if file is None:
        return
    begun = time.monotonic()
    try:
        format_ = _format(format_name, mapping or [], scale, zone)
        found = read(file, format_)
    except (InvalidInputError, ValueError) as error:
        typer.echo(f"brimful-bench: {error}", err=True)
        raise typer.Exit(2) from None
    walked = walk(
        found.history,
        ZoneInfo(format_.depot_timezone),
        refit_days=refit_days,
        others=[Mstl()] if library else [],
    )
    document = _document(file, found, walked)
    document["took_s"] = round(time.monotonic() - begun, 1)
    if plots is not None:
        calibration_plot(document, plots / "forecast-calibration.svg")
        errors_plot(document, plots / "forecast-errors.svg")
    if as_json:
        print(json.dumps(document, indent=2))
    else:
        _show(document)


def _show_speed(document: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(document, indent=2))
        return
    title = f"{document['bins']:,} bins, {document['readings']:,} readings"
    table = Table("", title=title, title_justify="left")
    for name in ("processor s", "wall s"):
        table.add_column(name, justify="right")
    for name, took in document["took"].items():
        table.add_row(name, f"{took['cpu_s']:.2f}", f"{took['wall_s']:.2f}")
    table_console().print(table)


def _format(name: str, mapping: list[str], scale: float | None, zone: str | None) -> CsvFormat:
    if name not in FORMATS:
        raise ValueError(f"--format {name!r} is none of {', '.join(FORMATS)}")
    format_ = parse_map(FORMATS[name], mapping)
    if scale is not None:
        format_ = replace(format_, scale=scale)
    if zone is not None:
        try:
            format_ = replace(format_, timezone=ZoneInfo(zone), depot_timezone=zone)
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError(f"--timezone {zone!r} is no time zone: write Europe/Prague") from None
    return format_


def _document(file: Path, found: Read, walked: Walked) -> dict[str, Any]:
    history = found.history
    return {
        "machine": machine(),
        "file": {
            "name": file.name,
            "rows": found.rows,
            "bad_rows": found.bad,
            "bad_rows_shown": found.bad_shown,
            "rows_of_one_moment": found.same_moment,
            "readings": len(history.at_s),
            "bins": len(history.bins),
        },
        "fits": walked.fits,
        "refit_days": round(walked.refit_days, 2),
        "errors": scores.errors(walked.answers, history.bins),
        "probabilities": scores.probabilities(walked.answers, history.bins),
        "calibration": scores.calibration(walked.answers, history.bins),
        "bins_at_24_h": scores.by_bin(walked.answers[24.0], history.bins)
        if 24.0 in walked.answers
        else [],
    }


def _show(document: dict[str, Any]) -> None:
    console = table_console()
    file = document["file"]
    console.print(
        f"{file['name']}: {file['readings']:,} readings of {file['bins']} bins; "
        f"{file['bad_rows']} bad rows, {file['rows_of_one_moment']} of one bin and moment.",
        highlight=False,
    )
    for line in file["bad_rows_shown"]:
        console.print(f"  {line}", markup=False, highlight=False)
    console.print(_errors(document["errors"]))
    console.print(_probabilities(document["probabilities"]))
    console.print(_calibration(document["calibration"]))
    console.print(f"Learnt anew {document['fits']} times; {document['took_s']} s.")


def _table(title: str, *names: str) -> Table:
    table = Table("stream", title=title, title_justify="left")
    for name in names:
        table.add_column(name.replace("_", " "), justify="right")
    return table


def _errors(rows: list[dict[str, Any]]) -> Table:
    names = list(rows[0]["mae_pct"]) if rows else []
    table = _table("Mean absolute error, points", "hours", "n", *names)
    for row in rows:
        errors = [f"{row['mae_pct'][name]:.2f}" for name in names]
        table.add_row(row["stream"], f"{row['horizon_h']:g}", f"{row['n']:,}", *errors)
    return table


def _probabilities(rows: list[dict[str, Any]]) -> Table:
    columns = ("n", "happened", "brier", "brier_usual", "off", "most_off")
    table = _table("Stated probabilities", "event", "hours", *columns)
    for row in rows:
        figures = [f"{row[name]:,}" if name == "n" else f"{row[name]:.3f}" for name in columns]
        table.add_row(row["stream"], row["event"], f"{row['horizon_h']:g}", *figures)
    return table


def _calibration(rows: list[dict[str, Any]]) -> Table:
    table = _table("Distributions", "hours", "n", "most_off", "within 50 %", "80 %", "90 %")
    for row in rows:
        table.add_row(
            row["stream"],
            f"{row['horizon_h']:g}",
            f"{row['n']:,}",
            f"{row['most_off']:.3f}",
            *(f"{share:.3f}" for share in row["within"].values()),
        )
    return table
