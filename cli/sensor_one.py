"""``brimful sensor add|mount|device|swap``: one sensor, from the box to the bin."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

import typer

from cli.common import AsJson, print_json, read_settings, run
from cli.moments import At, parse_moment, told
from cli.sensor_leaving import Sensor, end_use, registered, take_out
from cli.sensor_steps import (
    NoReplay,
    Outcome,
    bring_in_what_waits,
    connected,
    fulfil,
    look,
    told_step,
    told_waiting,
)
from core.errors import ConflictError, InvalidInputError, NotFoundError
from core.rules.onboarding import Action, this_second
from core.sensors import Wish, find
from core.settings import Settings
from ingest.messages import Limits
from ingest.service import utc_now

DeviceOption = Annotated[
    str | None,
    typer.Option("--device", metavar="NAME", help="Make and model; `brimful decode --list`."),
]


def add_command(
    *,
    sensor: Sensor,
    device: DeviceOption = None,
    bin_: Annotated[
        str | None, typer.Option("--bin", metavar="BIN", help="Mount it in this bin, too.")
    ] = None,
    since: Annotated[
        datetime | None,
        typer.Option(
            parser=parse_moment,
            metavar="TIME",
            help="Since when it sits there, RFC 3339 with offset; from the oldest measurement that "
            "waits of it if absent, or now.",
        ),
    ] = None,
    no_replay: NoReplay = False,
    as_json: AsJson = False,
) -> None:
    """Register a sensor, with --bin also mount it; then bring in what it sent before.

    A DevEUI may be typed as labels print it, in capitals, with dashes or colons. Without --device
    it is `native`: it sends JSON of its own.
    """
    wish = Wish(sensor_id=sensor, device=device, bin_id=bin_, at=since)
    _do(wish, new=True, replay=not no_replay, as_json=as_json)


def mount_command(
    *,
    sensor: Sensor,
    bin_: Annotated[str, typer.Option("--bin", metavar="BIN", help="The bin it sits in.")],
    at: At = None,
    no_replay: NoReplay = False,
    as_json: AsJson = False,
) -> None:
    """Mount a registered sensor in a bin; from another bin it moves there at that moment.

    What it measured before stays with the bin it sat in. In the same bin an earlier time moves
    the beginning of its mounting.
    """
    wish = Wish(sensor_id=sensor, bin_id=bin_, at=at)
    _do(wish, new=False, replay=not no_replay, as_json=as_json)


def device_command(
    *,
    sensor: Sensor,
    device: Annotated[str, typer.Argument(metavar="NAME", help="Make and model.")],
    no_replay: NoReplay = False,
    as_json: AsJson = False,
) -> None:
    """Say what make and model a registered sensor is, so that its bytes can be read."""
    wish = Wish(sensor_id=sensor, device=device)
    _do(wish, new=False, replay=not no_replay, as_json=as_json)


def _do(wish: Wish, *, new: bool, replay: bool, as_json: bool) -> None:
    settings = read_settings()
    outcome = run(_fulfil_one(settings, wish, new=new))
    _tell(settings, outcome, replay=replay, as_json=as_json)


async def _fulfil_one(settings: Settings, wish: Wish, *, new: bool) -> Outcome:
    async with connected(settings) as conn:
        known = find(wish.sensor_id, await look(conn, [wish.sensor_id]))
        if known is None and not new:
            raise NotFoundError(
                f"sensor {wish.sensor_id} is not registered: "
                f"brimful sensor add {wish.sensor_id} --device NAME"
            )
        outcome = await fulfil(conn, [wish], Limits.of(settings), now=utc_now())
        if outcome.mistakes:
            raise InvalidInputError("; ".join(mistake.text for mistake in outcome.mistakes))
        (step,) = outcome.steps
        if new and step.action is Action.MOVE:
            raise ConflictError(
                f"sensor {step.sensor_id} is registered and sits in bin {step.leaves}: to move it, "
                f"brimful sensor mount {step.sensor_id} --bin {step.bin_id}"
            )
        return outcome


def swap_command(
    *,
    old: Annotated[str, typer.Argument(metavar="OLD", help="The sensor that leaves.")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="The sensor that takes its place.")],
    device: DeviceOption = None,
    at: At = None,
    retire: Annotated[
        bool, typer.Option("--retire", help="The old one is broken: take it out of use.")
    ] = False,
    no_replay: NoReplay = False,
    as_json: AsJson = False,
) -> None:
    """Let a new sensor take over the bin of an old one; the history stays with the bin.

    A new sensor that is not registered yet is registered, as the same device if --device is absent.
    """
    settings, now = read_settings(), utc_now()
    outcome = run(_swap(settings, old, new, device=device, at=at, now=now, retire=retire))
    _tell(settings, outcome, replay=not no_replay, as_json=as_json)


async def _swap(
    settings: Settings,
    old: str,
    new: str,
    *,
    device: str | None,
    at: datetime | None,
    now: datetime,
    retire: bool,
) -> Outcome:
    async with connected(settings) as conn:
        known = await look(conn, [old, new])
        leaving, coming = registered(old, known), find(new, known)
        if coming is not None and coming.sensor_id == leaving.sensor_id:
            raise InvalidInputError("OLD and NEW are the same sensor")
        # one moment for both
        at = at or this_second(now, leaving, coming)
        bin_id = await take_out(conn, leaving, at=at, now=now)
        notes = [f"{leaving.sensor_id}: out of bin {bin_id} since {told(at)}"]
        if retire:
            await end_use(conn, leaving, at=now, now=now)
            notes.append(f"{leaving.sensor_id}: retired, and may not publish any more")
        if coming is None and device is None:
            device = leaving.device
        wish = Wish(sensor_id=new, device=device, bin_id=bin_id, at=at)
        outcome = await fulfil(conn, [wish], Limits.of(settings), now=now)
        if outcome.mistakes:
            raise InvalidInputError("; ".join(mistake.text for mistake in outcome.mistakes))
        return Outcome(steps=outcome.steps, mistakes=(), notes=[*notes, *outcome.notes])


def _tell(settings: Settings, outcome: Outcome, *, replay: bool, as_json: bool) -> None:
    """Bring in what waited of the sensor and say what was done, and what comes next."""
    (step,) = outcome.steps
    waited, account = run(bring_in_what_waits(settings, [step.sensor_id], replay=replay))
    if as_json:
        document: dict[str, Any] = asdict(step)
        counted = None if account is None else {**asdict(account), "kept": dict(account.kept)}
        print_json({**document, "notes": outcome.notes, "waited": waited, "replayed": counted})
        return
    typer.echo(told_step(step))
    for line in [*outcome.notes, *told_waiting(waited, account, whose="it")]:
        typer.echo(line)
    if step.action is Action.ADD and step.bin_id is None:
        typer.echo(f"Next: brimful sensor mount {step.sensor_id} --bin BIN")
