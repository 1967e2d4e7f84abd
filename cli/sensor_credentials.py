"""``brimful sensor credentials|revoke``: a password for each sensor that publishes by itself."""

import csv
import io
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from cli.acting import acting
from cli.common import AsJson, fail, print_json, read_settings, run
from cli.private_files import write_private
from cli.sensor_leaving import registered
from cli.sensor_steps import connected, look
from core.broker_access import (
    PASSWORD_BYTES,
    SALT_BYTES,
    SERVICE_USERS,
    new_password,
    password_hash,
)
from core.errors import ConflictError, InvalidInputError
from core.settings import Settings
from core.wire import readings_topic
from ingest.service import utc_now
from store import Connection, audit, credentials
from store.audit import Deed

Some = Annotated[
    list[str] | None, typer.Argument(metavar="SENSOR...", help="The sensors, registered ones.")
]


def credentials_command(
    *,
    sensors: Some = None,
    all_new: Annotated[
        bool,
        typer.Option(
            "--all-new", help="All native sensors in use that never had any (not the revoked)."
        ),
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(help="Write them to this new CSV file, readable to you alone, and not here."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make a password for sensors that publish by themselves, and show it this one time.

    The user name at the broker is the sensor_id. Only a hash is stored; a new password ends the
    one before. The broker knows it as soon as `brimful broker files` has run (within seconds where
    it watches). Sensors behind a gateway or a network server need none.
    """
    settings = read_settings()
    if out is not None and out.exists():
        fail(f"{out}: is there already, and may hold the only copy of passwords: name another file")
    made = run(_make(settings, sensors or [], all_new=all_new, out=out))
    if out is not None:
        typer.echo(f"{len(made)} passwords written to {out}: keep it safe, or delete it after use.")
    elif as_json:
        print_json(
            [
                {"sensor_id": user, "password": password, "topic": readings_topic(user)}
                for user, password in made.items()
            ]
        )
        return
    else:
        typer.echo(_csv(made), nl=False)
    if made:
        typer.echo(
            "This is the only time they are shown; user name and sensor_id are the same. Next, "
            "where nothing watches: brimful broker files --dir DIR",
            err=True,
        )
    else:
        typer.echo("No sensor needs any.", err=True)


async def _make(
    settings: Settings, wanted: Sequence[str], *, all_new: bool, out: Path | None
) -> Mapping[str, str]:
    if bool(wanted) == all_new:
        raise InvalidInputError("name sensors, or give --all-new, and not both")
    async with connected(settings) as conn:
        users = await credentials.without(conn) if all_new else await _usable(conn, wanted)
        made = {user: new_password(secrets.token_bytes(PASSWORD_BYTES)) for user in users}
        hashes = {
            user: password_hash(password, secrets.token_bytes(SALT_BYTES))
            for user, password in made.items()
        }
        now = utc_now()
        await credentials.set_hashes(conn, hashes, now=now)
        await _note(conn, "sensor.credentials_made", users, now)
        # before the commit: what cannot be handed over must not count
        if out is not None:
            write_private(out, _csv(made).encode())
    return made


async def _note(conn: Connection, what: str, ids: Sequence[str], now: datetime) -> None:
    deeds = [Deed(what=what, subject=f"sensor {sensor_id}") for sensor_id in ids]
    await audit.note_all(conn, who=acting(), deeds=deeds, now=now)


async def _usable(conn: Connection, wanted: Sequence[str]) -> Sequence[str]:
    known = await look(conn, wanted)
    found = [registered(name, known) for name in wanted]
    for sensor in found:
        if sensor.retired_at is not None:
            raise ConflictError(
                f"sensor {sensor.sensor_id} is retired: `brimful sensor add {sensor.sensor_id}` "
                "brings it back into use"
            )
        if sensor.sensor_id in SERVICE_USERS:
            raise ConflictError(
                f"{sensor.sensor_id} is the name of a service at the broker: a sensor called so "
                "cannot have credentials of its own"
            )
    return list(dict.fromkeys(sensor.sensor_id for sensor in found))


def _csv(made: Mapping[str, str]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["sensor_id", "password", "topic"])
    writer.writerows([user, password, readings_topic(user)] for user, password in made.items())
    return text.getvalue()


def revoke_command(
    *,
    sensors: Annotated[list[str], typer.Argument(metavar="SENSOR...", help="The sensors.")],
    as_json: AsJson = False,
) -> None:
    """End the credentials of sensors: the broker lets them in no more, and hangs up on them."""
    ended, had_none = run(_revoke(read_settings(), sensors))
    if as_json:
        print_json({"revoked": ended, "had_none": had_none})
        return
    for sensor_id in ended:
        typer.echo(f"{sensor_id}: may not publish any more")
    for sensor_id in had_none:
        typer.echo(f"{sensor_id}: has no credentials", err=True)
    if ended:
        typer.echo("Next, where nothing watches: brimful broker files --dir DIR", err=True)


async def _revoke(settings: Settings, wanted: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    async with connected(settings) as conn:
        known = await look(conn, wanted)
        ids = [registered(name, known).sensor_id for name in wanted]
        now = utc_now()
        ended = await credentials.revoke(conn, ids, now=now)
        await _note(conn, "sensor.credentials_revoked", sorted(ended), now)
    return sorted(ended), sorted(set(ids) - ended)
