"""What the commands of roads are given, and what they say of road data."""

from datetime import UTC, date, datetime
from pathlib import Path

import typer

from cli.common import fail
from core.errors import BrimfulError
from core.settings import Settings
from routing.roads.data import RoadData
from routing.roads.profile import CLASSES, LORRY, VehicleClass


def set_folder(settings: Settings) -> Path:
    """Return the folder the settings name; ends the command where they name none."""
    if settings.roads is None or settings.roads.startswith(("http://", "https://")):
        fail("name a folder: BRIMFUL_ROADS names none")
    return Path(settings.roads)


def read_data(folder: Path) -> RoadData:
    """Return the data in a folder; ends the command where it cannot be used."""
    try:
        return RoadData.read(folder)
    except BrimfulError as error:
        fail(str(error))


def day_of(text: str | None) -> date:
    """Return the day that was written, or today in UTC."""
    if text is None:
        return datetime.now(UTC).date()
    try:
        return date.fromisoformat(text)
    except ValueError:
        fail(f"--date {text!r} is not a day: write it as 2026-03-02")


def vehicle_of(name: str, sizes: dict[str, float | None]) -> VehicleClass:
    """Return the class of that name, with the sizes that were given instead of its own."""
    given = {what: value for what, value in sizes.items() if value is not None}
    known = CLASSES.get(name)
    if known is None and len(given) < len(sizes):
        missing = ", ".join(f"--{w.replace('_', '-')}" for w in sizes if w not in given)
        fail(
            f"--profile {name}: there are {', '.join(CLASSES)}; one of your own needs {missing} too"
        )
    base = known or LORRY
    try:
        return VehicleClass(
            name=name,
            height_m=given.get("height_m", base.height_m),
            width_m=given.get("width_m", base.width_m),
            length_m=given.get("length_m", base.length_m),
            weight_t=given.get("weight_t", base.weight_t),
        )
    except BrimfulError as error:
        fail(str(error))


def document(folder: Path, data: RoadData) -> dict[str, object]:
    """Return what there is for programs."""
    return {"folder": str(folder.absolute()), **data.manifest.model_dump(mode="json")}


def show(folder: Path, data: RoadData) -> None:
    """Print what there is for people."""
    made = data.manifest
    west, south, east, north = made.bounds
    typer.echo(f"{folder}: {made.street_km:,.0f} km of streets for {made.vehicle}")
    typer.echo(f"from {made.extract}, built {made.built_at:%Y-%m-%d %H:%M} UTC, OSRM {made.osrm}")
    typer.echo(f"covers lon {west:.4f} to {east:.4f}, lat {south:.4f} to {north:.4f}")
    if made.closed:
        typer.echo(f"{made.closed} closed street(s) left out, whole or in part")
    typer.echo("Map data (c) OpenStreetMap contributors")
