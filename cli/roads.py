"""``brimful roads``: build the road data the planner drives on, and say what is there."""

import os
from pathlib import Path
from typing import Annotated

import typer

from cli.common import AsJson, fail, print_json, read_settings, run
from cli.progress import shown_steps
from cli.roads_given import day_of, document, read_data, set_folder, show, vehicle_of
from maps.building import build_map
from routing.roads import programs
from routing.roads.building import Progress, Wishes, build_roads
from routing.roads.closing import closed_on
from routing.roads.data import RoadData
from routing.roads.profile import CLASSES, LORRY
from routing.roads.server import MOST_PLACES

OUT = Path("roads")

app = typer.Typer(
    no_args_is_help=True, help="Real roads: build the data from OpenStreetMap, see what is there."
)


@app.command("build")
def build_command(
    *,
    extract: Annotated[
        Path, typer.Argument(metavar="EXTRACT", help="OpenStreetMap extract: .osm.pbf or .osm.")
    ],
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="Folder for the data; made if absent.")
    ] = OUT,
    profile: Annotated[
        str,
        typer.Option(
            "--profile",
            metavar="NAME",
            help=f"Class of lorries: {', '.join(CLASSES)}, or a name of your own with its size.",
        ),
    ] = LORRY.name,
    height_m: Annotated[float | None, typer.Option("--height-m", help="Height, metres.")] = None,
    width_m: Annotated[float | None, typer.Option("--width-m", help="Width, metres.")] = None,
    length_m: Annotated[float | None, typer.Option("--length-m", help="Length, metres.")] = None,
    weight_t: Annotated[
        float | None, typer.Option("--weight-t", help="Weight with a full body, tonnes.")
    ] = None,
    changes_often: Annotated[
        bool,
        typer.Option(
            "--closes-often",
            help="Streets are closed from one hour to the next: a closure then takes a second, "
            "and driving times ten times as long.",
        ),
    ] = False,
    with_map: Annotated[
        bool,
        typer.Option(
            "--map/--no-map",
            help="Also build the map that the screens show, from the same extract.",
        ),
    ] = True,
    threads: Annotated[
        int | None, typer.Option("--threads", min=1, help="Processors to use; else all.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Build road data for a class of lorries from an OpenStreetMap extract.

    Streets that are too low, narrow or weak for the lorry are no way for it. What was built from
    the same extract before is found again at once. Then set BRIMFUL_ROADS to the folder it names.
    The map of the same streets lies beside it: `brimful map` says more.
    """
    wishes = Wishes(
        vehicle=vehicle_of(
            profile,
            {
                "height_m": height_m,
                "width_m": width_m,
                "length_m": length_m,
                "weight_t": weight_t,
            },
        ),
        algorithm="MLD" if changes_often else "CH",
        threads=threads,
    )
    read_settings()  # the logs'
    with shown_steps() as told:
        folder = run(_build(extract, out, wishes, told, with_map=with_map))
    data = RoadData.read(folder)
    if as_json:
        print_json(document(folder, data))
        return
    show(folder, data)
    typer.echo(f"Set BRIMFUL_ROADS={folder.absolute()}")


async def _build(
    extract: Path, out: Path, wishes: Wishes, told: Progress, *, with_map: bool
) -> Path:
    folder = await build_roads(extract, out=out, wishes=wishes, on_progress=told)
    if with_map:
        await build_map(
            extract, out=out, on_progress=lambda step, share: told(f"map: {step}", share)
        )
    return folder


@app.command("closed")
def closed_command(
    *,
    file: Annotated[
        Path | None,
        typer.Argument(metavar="[FILE]", help="Closed streets; else BRIMFUL_ROADS_CLOSED."),
    ] = None,
    folder: Annotated[
        Path | None, typer.Option("--roads", metavar="DIR", help="Road data; else BRIMFUL_ROADS.")
    ] = None,
    day: Annotated[
        str | None,
        typer.Option("--date", metavar="YYYY-MM-DD", help="Day asked about; else today."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check a file of closed streets, and make the data without them that the planner drives on.

    Names each row and field that is wrong and ends with 1 then. Serve the folder it names with
    osrm-routed to have the streets closed there, too.
    """
    settings = read_settings()
    file = file or settings.roads_closed
    if file is None:
        fail("name a file: BRIMFUL_ROADS_CLOSED names none")
    folder = folder or set_folder(settings)
    without = run(closed_on(read_data(folder), file, day_of(day)))
    data = without.data
    if as_json:
        print_json({**document(data.folder, data), "faults": list(without.faults)})
    else:
        show(data.folder, data)
        if not data.manifest.closed:
            typer.echo("no street is closed on this day")
    if without.faults:
        fail("\n".join(without.faults))


@app.command("info")
def info_command(
    *,
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="[DIR]", help="Folder of road data; else that of BRIMFUL_ROADS."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say what road data was made of, for which lorries, and whether it can be used here."""
    folder = folder or set_folder(read_settings())
    data = read_data(folder)
    if as_json:
        print_json(document(folder, data))
    else:
        show(folder, data)


@app.command("serve")
def serve_command(
    *,
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="[DIR]", help="Folder of road data; else that of BRIMFUL_ROADS."),
    ] = None,
    host: Annotated[str, typer.Option("--host", help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=1, max=65_535)] = 5000,
) -> None:
    """Serve road data by HTTP: OSRM's own osrm-routed, for planners with BRIMFUL_ROADS=http://...

    Runs until it is stopped. Anybody who reaches the port may ask: keep it inside your network.
    """
    data = read_data(folder or set_folder(read_settings()))
    routed = programs.program("routed")
    # this process becomes the server: signals and exit code are its own
    os.execv(  # noqa: S606 - a program of the wheel, without a shell
        routed,
        [
            str(routed),
            *("--ip", host, "--port", str(port), "--algorithm", data.manifest.algorithm),
            *("--max-table-size", str(MOST_PLACES), "--max-viaroute-size", str(MOST_PLACES)),
            str(data.base),
        ],
    )
