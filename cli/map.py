"""``brimful map``: build the base map that every screen shows, and say what is there."""

from pathlib import Path
from time import monotonic
from typing import Annotated

import typer

from cli.common import AsJson, fail, print_json, read_settings, run
from cli.progress import shown_steps
from core.errors import BrimfulError
from maps.about import About
from maps.building import build_map

OUT = Path("map")

app = typer.Typer(
    no_args_is_help=True, help="The base map: build it from OpenStreetMap, see what is there."
)


@app.command("build")
def build_command(
    *,
    extract: Annotated[
        Path, typer.Argument(metavar="EXTRACT", help="OpenStreetMap extract: .osm.pbf or .osm.")
    ],
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="Folder for the map; made if absent.")
    ] = OUT,
    as_json: AsJson = False,
) -> None:
    """Build the map of an OpenStreetMap extract: one file of tiles, for all screens.

    What was built from the same extract before is found again at once. Then set BRIMFUL_MAP to the
    folder. A server that runs takes up the new map by itself.
    """
    read_settings()  # the logs'
    began = monotonic()
    with shown_steps() as told:
        file = run(build_map(extract, out=out, on_progress=told))
    about = About.read(file)
    if as_json:
        print_json({**_document(file, about), "took_s": round(monotonic() - began, 1)})
        return
    _show(file, about)
    typer.echo(f"took {monotonic() - began:.1f} s")
    typer.echo(f"Set BRIMFUL_MAP={out.absolute()}")


@app.command("info")
def info_command(
    *,
    path: Annotated[
        Path | None,
        typer.Argument(metavar="[PATH]", help="A map or its folder; else that of BRIMFUL_MAP."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say what a map was made of, how old that is, and what is in it."""
    path = path or read_settings().map
    if path is None:
        fail("name a map: BRIMFUL_MAP names none")
    try:
        about = About.read(path)
    except BrimfulError as error:
        fail(str(error))
    if as_json:
        print_json(_document(path, about))
    else:
        _show(path, about)


def _document(path: Path, about: About) -> dict[str, object]:
    return {"path": str(path.absolute()), **about.model_dump(mode="json")}


def _show(path: Path, about: About) -> None:
    things = ", ".join(f"{n:,} {layer.replace('_', ' ')}" for layer, n in about.things.items())
    west, south, east, north = about.bounds
    data = "of unknown age" if about.data_at is None else f"of {about.data_at:%Y-%m-%d}"
    typer.echo(f"{path}: {things}")
    typer.echo(f"from {about.source} {data}, built {about.built_at:%Y-%m-%d %H:%M} UTC")
    typer.echo(f"covers lon {west:.4f} to {east:.4f}, lat {south:.4f} to {north:.4f}")
    typer.echo(f"Shown on it: {about.thanks}")
