"""``brimful sensor list``: all sensors, where they sit, and who publishes without being known."""

from collections.abc import Sequence
from dataclasses import asdict

import typer
from rich.console import Console
from rich.table import Table

from cli.common import AsJson, print_json, read_settings, run
from cli.moments import told
from cli.sensor_steps import connected
from core.settings import Settings
from store import sensors
from store.sensors import Listed, Unknown

UNKNOWN_SHOWN = 20


def list_command(*, as_json: AsJson = False) -> None:
    """List all sensors ever registered, and those that publish and are not."""
    found, unknown = run(_list(read_settings()))
    if as_json:
        print_json({"sensors": [asdict(s) for s in found], "unknown": [asdict(u) for u in unknown]})
        return
    if found:
        Console().print(_table(found))
    else:
        typer.echo("No sensors yet; `brimful sensor add` registers one.", err=True)
    if unknown:
        typer.echo("Not registered, but heard:")
        for each in unknown:
            typer.echo(
                f"    {each.sensor_id}: {each.messages} messages set aside, the last at "
                f"{told(each.last_received_at)}"
            )
        typer.echo("`brimful sensor add` makes them readable.")


async def _list(settings: Settings) -> tuple[Sequence[Listed], Sequence[Unknown]]:
    async with connected(settings) as conn:
        return await sensors.listed(conn), await sensors.unknown(conn, limit=UNKNOWN_SHOWN)


def _table(found: Sequence[Listed]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("sensor", "device", "bin", "since", "heard", "access", "set aside"):
        table.add_column(name, overflow="fold")
    for s in found:
        place = s.bin_id or ("retired" if s.retired_at else "-")
        since = s.mounted_at or s.retired_at
        table.add_row(
            s.sensor_id,
            s.device,
            place,
            "" if since is None else f"{since:%Y-%m-%d %H:%M}",
            "never" if s.heard_at is None else f"{s.heard_at:%Y-%m-%d %H:%M}",
            s.access,
            str(s.waiting or ""),
        )
    return table
