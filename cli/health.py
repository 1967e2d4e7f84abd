"""``brimful health``: which sensors need somebody, the worst first."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

import store
from cli.common import AsJson, print_json, read_settings, run
from core.rules.health_state import HealthState
from core.rules.in_words import span
from core.settings import Settings
from ingest.service import utc_now
from store import health
from store.health import SensorHealth

_WORST_FIRST = {state: n for n, state in enumerate(HealthState)}


def health_command(
    *,
    state: Annotated[
        list[HealthState] | None,
        typer.Option(help="Only in this state (may be given again); else all that need somebody."),
    ] = None,
    depot: Annotated[
        str | None, typer.Option(metavar="ID", help="Only in bins of this depot.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="At most so many rows.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List the sensors that need somebody, the worst first, and count all by their state.

    docs/trust.md says from where on each state begins.
    """
    now = utc_now()
    found = run(_all(read_settings(), depot, now))
    counts = health.counts(found)
    rows = sorted((s for s in found if _is_wanted(s, state)), key=_worst_first)
    if as_json:
        print_json(
            {
                "counts": counts,
                "sensors": [_document(sensor, now) for sensor in rows],
            }
        )
        return
    if rows:
        Console().print(_table(rows[:limit], now))
    if len(rows) > limit:
        typer.echo(f"and {len(rows) - limit} more; --limit shows them")
    told = ", ".join(f"{n} {name}" for name, n in counts.items())
    typer.echo(f"{len(found)} sensors: {told}" if found else "No sensors.")


async def _all(settings: Settings, depot_id: str | None, now: datetime) -> Sequence[SensorHealth]:
    async with store.connect(
        settings.database_url.get_secret_value(),
        application="health",
        timeout_s=settings.database_timeout_s,
    ) as conn:
        return await health.sensors(
            conn,
            now=now,
            limits=settings.trust_limits,
            states=set(HealthState),
            depot_id=depot_id,
        )


def _is_wanted(sensor: SensorHealth, states: Sequence[HealthState] | None) -> bool:
    state = sensor.health.state
    return state in states if states else state.needs_somebody


def _worst_first(sensor: SensorHealth) -> tuple[int, float, str]:
    """Order by state, then the longest first; who knows not since when comes last."""
    since = sensor.health.since
    return (
        _WORST_FIRST[sensor.health.state],
        float("inf") if since is None else since.timestamp(),
        sensor.sensor_id,
    )


def _table(rows: Sequence[SensorHealth], now: datetime) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("state", "for", "sensor", "bin", "heard", "battery", "why"):
        table.add_column(name, overflow="fold", no_wrap=name in {"state", "for", "heard"})
    for s in rows:
        since = s.health.since
        # what cannot be read was heard all the same
        heard_at = s.set_aside.last_received_at if s.set_aside else s.track.newest_at
        table.add_row(
            s.health.state,
            "" if since is None else span(now - since),
            escape(s.sensor_id),
            escape(s.bin_id or "-"),
            "never" if heard_at is None else f"{span(now - heard_at)} ago",
            _battery(s),
            escape(s.health.why),
        )
    return table


def _battery(sensor: SensorHealth) -> str:
    track = sensor.track
    if track.battery_pct is not None:
        return f"{track.battery_pct:.0f} %"
    return "" if track.battery_v is None else f"{track.battery_v:.2f} V"


def _document(sensor: SensorHealth, now: datetime) -> dict[str, Any]:
    heard_at = sensor.track.newest_at
    return {
        "sensor_id": sensor.sensor_id,
        "device": sensor.device,
        "bin_id": sensor.bin_id,
        "depot_id": sensor.depot_id,
        "state": sensor.health.state,
        "since": sensor.health.since,
        "why": sensor.health.why,
        "heard_at": heard_at,
        "age_s": None if heard_at is None else max(0, int((now - heard_at).total_seconds())),
        "battery_pct": sensor.track.battery_pct,
        "battery_v": sensor.track.battery_v,
    }
