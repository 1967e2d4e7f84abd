"""``brimful sensor unmount|retire``: out of the bin, out of use; the history stays with the bin."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

import typer

from cli.acting import acting
from cli.common import AsJson, print_json, read_settings, run
from cli.moments import At, told
from cli.sensor_steps import connected, look
from core.errors import ConflictError, InvalidInputError, NotFoundError
from core.rules.onboarding import this_second
from core.sensors import Registered, find
from core.settings import Settings
from ingest.service import utc_now
from store import Connection, audit, credentials, sensors

Sensor = Annotated[
    str, typer.Argument(metavar="SENSOR", help="Its sensor_id: the DevEUI, or a native name.")
]


def unmount_command(*, sensor: Sensor, at: At = None, as_json: AsJson = False) -> None:
    """Take a sensor out of its bin; it stays registered, and the history stays with the bin."""
    settings, now = read_settings(), utc_now()
    sensor_id, bin_id, left_at = run(_unmount(settings, sensor, at=at, now=now))
    if as_json:
        print_json({"sensor_id": sensor_id, "bin_id": bin_id, "unmounted_at": left_at})
        return
    typer.echo(f"{sensor_id}: out of bin {bin_id} since {told(left_at)}")
    typer.echo("What it measures from then on is set aside until it is mounted again.")


async def _unmount(
    settings: Settings, sensor: str, *, at: datetime | None, now: datetime
) -> tuple[str, str, datetime]:
    async with connected(settings) as conn:
        known = registered(sensor, await look(conn, [sensor]))
        at = at or this_second(now, known)
        return known.sensor_id, await take_out(conn, known, at=at, now=now), at


def retire_command(*, sensor: Sensor, at: At = None, as_json: AsJson = False) -> None:
    """Take a sensor out of use for good: out of its bin, and without access to the broker.

    With --at it left its bin at that moment. What it has measured is kept.
    """
    settings, now = read_settings(), utc_now()
    sensor_id, bin_id, retired_at = run(_retire(settings, sensor, at=at, now=now))
    if as_json:
        print_json({"sensor_id": sensor_id, "bin_id": bin_id, "retired_at": retired_at})
        return
    where = "" if bin_id is None else f", out of bin {bin_id}"
    typer.echo(f"{sensor_id}: retired since {told(retired_at)}{where}")
    typer.echo("Its credentials at the broker, if it had any, are void.")


async def _retire(
    settings: Settings, sensor: str, *, at: datetime | None, now: datetime
) -> tuple[str, str | None, datetime]:
    async with connected(settings) as conn:
        known = registered(sensor, await look(conn, [sensor]))
        if known.retired_at is not None:
            raise ConflictError(
                f"sensor {known.sensor_id} is retired since {told(known.retired_at)}"
            )
        at = at or this_second(now, known)
        if at > now:
            raise InvalidInputError(f"--at {told(at)} is still to come: it would lose access now")
        bin_id = None
        if known.bin_id is not None:
            bin_id = await take_out(conn, known, at=at, now=now)
        await end_use(conn, known, at=at, now=now)
        return known.sensor_id, bin_id, at


async def take_out(conn: Connection, known: Registered, *, at: datetime, now: datetime) -> str:
    """End the sensor's mounting and return the bin.

    Raises ConflictError where it sits in none, InvalidInputError for a time that cannot be.
    """
    if known.bin_id is None or known.mounted_at is None:
        raise ConflictError(f"sensor {known.sensor_id} sits in no bin")
    if at > now:
        raise InvalidInputError(f"--at {told(at)} is still to come")
    if not await sensors.unmount(conn, known.sensor_id, at=at):
        raise InvalidInputError(
            f"sensor {known.sensor_id} sits in bin {known.bin_id} since {told(known.mounted_at)}: "
            "it can leave only later than that"
        )
    await audit.note(
        conn,
        who=acting(),
        what="sensor.unmount",
        subject=f"sensor {known.sensor_id}",
        detail={"bin_id": known.bin_id, "at": at.isoformat()},
        now=now,
    )
    return known.bin_id


async def end_use(conn: Connection, known: Registered, *, at: datetime, now: datetime) -> None:
    """Retire a sensor and end its access to the broker."""
    await sensors.retire(conn, known.sensor_id, at=at)
    await credentials.revoke(conn, [known.sensor_id], now=at)
    await audit.note(
        conn,
        who=acting(),
        what="sensor.retire",
        subject=f"sensor {known.sensor_id}",
        detail={"at": at.isoformat()},
        now=now,
    )


def registered(typed: str, known: Mapping[str, Registered]) -> Registered:
    """Return the sensor somebody means; raises NotFoundError."""
    found = find(typed, known)
    if found is None:
        raise NotFoundError(f"sensor {typed} is not registered; `brimful sensor list` shows all")
    return found
