"""The table: one row for each published frame, and what is not as it should be."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from bench.console import table_console
from bench.decoding.published import Published, published
from bench.shared_files import shared_folder
from ingest.devices import DEVICES, FrameError, decode_frame

_FRAME_SHOWN = 44
_TOLERANCE = 1e-9


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of a published frame; ``said`` holds the fields its publisher speaks of."""

    frame: Published
    said: Mapping[str, Any]
    error: str | None

    @property
    def is_as_published(self) -> bool:
        """Tell whether every field the publisher speaks of says the same."""
        return self.error is None and all(
            _same(self.said[name], value) for name, value in self.frame.says.items()
        )


def decode_command(
    *,
    formats: Annotated[
        Path | None,
        typer.Option(
            "--formats",
            metavar="DIR",
            help="The folder with formats; else that of BRIMFUL_SHARED_DATA, else `shared/formats` "
            "beside the repository.",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Decode every published frame and compare; exits with 1 on any difference."""
    folder = formats or shared_folder() / "formats"
    try:
        outcomes = [decode(frame) for frame in published(folder)]
    except FileNotFoundError as error:
        typer.echo(f"brimful-bench: {error}; name the folder with --formats DIR", err=True)
        raise typer.Exit(1) from None
    wrong = [outcome for outcome in outcomes if not outcome.is_as_published]
    if as_json:
        documents = [_document(outcome) for outcome in outcomes]
        typer.echo(json.dumps({"frames": documents, "different": len(wrong)}, indent=2))
    else:
        _print(outcomes)
        own = sum(len(device.vectors) for device in DEVICES.values())
        typer.echo(
            f"{len(outcomes) - len(wrong)} of {len(outcomes)} published frames decode as "
            f"published; {own} more of our own stand in the devices' files"
        )
    if wrong:
        raise typer.Exit(1)


def decode(frame: Published) -> Outcome:
    """Decode a published frame; of several measurements in it the newest counts."""
    try:
        newest = decode_frame(frame.device, frame.frame, port=frame.port)[-1]
    except FrameError as error:
        return Outcome(frame=frame, said={}, error=str(error))
    said = asdict(newest)
    return Outcome(frame=frame, said={name: said[name] for name in frame.says}, error=None)


def _same(said: object, value: object) -> bool:
    if isinstance(said, int | float) and isinstance(value, int | float):
        return abs(said - value) < _TOLERANCE
    return said == value


def _document(outcome: Outcome) -> dict[str, Any]:
    frame = outcome.frame
    return {
        "device": frame.device,
        "about": frame.about,
        "port": frame.port,
        "frame": frame.frame.hex(),
        "published": frame.says,
        "decoded": outcome.said,
        "error": outcome.error,
        "same": outcome.is_as_published,
    }


def _print(outcomes: list[Outcome]) -> None:
    table = Table("device", "frame", "port", "published", "decoded", "")
    for outcome in outcomes:
        frame, digits = outcome.frame, outcome.frame.frame.hex()
        table.add_row(
            frame.device,
            digits if len(digits) <= _FRAME_SHOWN else f"{digits[:_FRAME_SHOWN]}...",
            "-" if frame.port is None else str(frame.port),
            _told(frame.says),
            outcome.error or _told(outcome.said),
            "same" if outcome.is_as_published else "DIFFERENT",
        )
    # wide enough for a row in one piece when the output goes into a file
    table_console().print(table)


def _told(said: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in said.items() if value is not None)
