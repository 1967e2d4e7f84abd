"""What the sensor commands share: check wishes, do them, bring in what waited, tell of it."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from typing import Annotated

import typer

import store
from cli.acting import acting
from cli.moments import told
from core.errors import InvalidInputError
from core.rules.onboarding import Action, Step, WishError, decide
from core.sensors import NATIVE, Mistake, Registered, Wish, find, possible_ids
from core.settings import Settings
from ingest.devices import DEVICES
from ingest.messages import Limits
from ingest.replay import Account
from ingest.service import utc_now
from ingest.waiting import bring_in, first_heard
from store import audit, checks, rejected, sensors
from store.audit import Deed

NAMES = frozenset({NATIVE, *DEVICES})
"""What a sensor's device may be called."""

NoReplay = Annotated[
    bool,
    typer.Option("--no-replay", help="Leave set aside what waits of it, for a later replay."),
]


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What was done, or would be; ``mistakes`` are why nothing was."""

    steps: Sequence[Step]
    mistakes: Sequence[Mistake]
    notes: Sequence[str]


async def look(conn: store.Connection, names: Collection[str]) -> Mapping[str, Registered]:
    """Return what is registered of sensors whose names were typed so, by sensor_id, locked.

    Raises InvalidInputError where the database has no tables yet.
    """
    if not (await checks.about(conn)).migrated:
        raise InvalidInputError("the database has no tables yet: run `brimful migrate` first")
    found = await sensors.registered(conn, {id_ for name in names for id_ in possible_ids(name)})
    return {each.sensor_id: each for each in found}


async def fulfil(
    conn: store.Connection,
    wishes: Sequence[Wish],
    limits: Limits,
    *,
    now: datetime,
    dry_run: bool = False,
) -> Outcome:
    """Find out what the wishes mean and do all of it, or nothing where one has a mistake."""
    known = await look(conn, [wish.sensor_id for wish in wishes])
    candidates = {id_ for wish in wishes for id_ in possible_ids(wish.sensor_id) if wish.at is None}
    heard = await first_heard(conn, candidates, limits) if candidates else {}
    bins = {wish.bin_id for wish in wishes if wish.bin_id is not None}
    missing = await sensors.missing_bins(conn, bins)
    near = await sensors.all_bins(conn) if missing else ()
    steps: list[Step] = []
    mistakes: list[Mistake] = []
    seen: dict[str, int | None] = {}
    for wish in wishes:
        if wish.bin_id in missing:
            mistakes.append(_mistake(wish, "bin_id", _no_such_bin(wish.bin_id or "", near)))
        names = possible_ids(wish.sensor_id)
        try:
            step = _decide(wish, known, heard, now=now)
            names = (step.sensor_id,)
            steps.append(step)
        except WishError as error:
            mistakes += [_mistake(wish, wrong.column, wrong.text) for wrong in error.wrong]
        twice = next((name for name in names if name in seen), None)
        if twice is not None:
            where = f"{twice} stands on line {seen[twice]} already"
            mistakes.append(_mistake(wish, "sensor_id", where))
        for name in names:
            seen.setdefault(name, wish.line)
    if mistakes:
        return Outcome(steps=(), mistakes=mistakes, notes=())
    notes = await _shared_bins(conn, steps)
    if not dry_run:
        await sensors.take(conn, steps)
        deeds = [_deed(step) for step in steps if step.action is not Action.NOTHING]
        await audit.note_all(conn, who=acting(), deeds=deeds, now=now)
    return Outcome(steps=steps, mistakes=(), notes=notes)


def _deed(step: Step) -> Deed:
    told = {
        "device": step.device,
        "bin_id": step.bin_id,
        "leaves": step.leaves,
        "at": None if step.at is None else step.at.isoformat(),
    }
    return Deed(
        what=f"sensor.{step.action}",
        subject=f"sensor {step.sensor_id}",
        detail={key: value for key, value in told.items() if value is not None},
    )


def _decide(
    wish: Wish, known: Mapping[str, Registered], heard: Mapping[str, datetime], *, now: datetime
) -> Step:
    first = min((heard[i] for i in possible_ids(wish.sensor_id) if i in heard), default=None)
    return decide(wish, find(wish.sensor_id, known), now=now, devices=NAMES, first_heard_at=first)


def _mistake(wish: Wish, column: str, text: str) -> Mistake:
    return Mistake(line=wish.line or 0, column=column, text=text)


def _no_such_bin(bin_id: str, bins: Sequence[str]) -> str:
    near = get_close_matches(bin_id, bins, n=3, cutoff=0.5)
    hint = f": did you mean {' or '.join(near)}?" if near else "; `brimful register` registers bins"
    return f"there is no bin {bin_id!r}{hint}"


async def _shared_bins(conn: store.Connection, steps: Sequence[Step]) -> Sequence[str]:
    """Tell of bins that hold another sensor too: allowed, and often a swap half done."""
    into = {step.bin_id: step.sensor_id for step in steps if step.bin_id and not step.earlier}
    leaving = {step.sensor_id for step in steps if step.leaves}
    found = await sensors.in_bins(conn, [bin_id for bin_id in into if bin_id])
    notes = []
    for bin_id, there in found.items():
        others = sorted(set(there) - leaving - {into[bin_id]})
        if others:
            notes.append(
                f"bin {bin_id} holds {', '.join(others)} too; if {into[bin_id]} replaces it: "
                f"brimful sensor unmount {others[0]}"
            )
    return notes


def told_step(step: Step, *, dry_run: bool = False) -> str:
    """Say a step in words."""
    would = "would be " if dry_run else ""
    at = "" if step.at is None else f" since {told(step.at)}"
    parts = []
    match step.action:
        case Action.NOTHING:
            return f"{step.sensor_id}: nothing to do"
        case Action.ADD:
            parts.append(f"{would}registered as {step.device}")
        case _ if step.device is not None:
            parts.append(f"{would}a {step.device} from now on")
    if step.again:
        parts.append(f"{would}in use again")
    if step.earlier:
        parts.append(f"{would}in bin {step.bin_id} already{at}")
    elif step.leaves is not None:
        parts.append(f"{would}moved from bin {step.leaves} to {step.bin_id}{at}")
    elif step.bin_id is not None:
        parts.append(f"{would}mounted in bin {step.bin_id}{at}")
    return f"{step.sensor_id}: {', '.join(parts)}"


async def bring_in_what_waits(
    settings: Settings, sensor_ids: Collection[str], *, replay: bool
) -> tuple[int, Account | None]:
    """Replay what waits of the sensors; return how many messages waited, and the account.

    The account is None where nothing waited or nothing was to be replayed.
    """
    if not sensor_ids:
        return 0, None
    url = settings.database_url.get_secret_value()
    async with store.open_pool(
        url, application="sensor", timeout_s=settings.database_timeout_s
    ) as pool:
        if replay:
            account = await bring_in(pool, Limits.of(settings), sensor_ids, clock=utc_now)
            return account.messages, account if account.messages else None
        async with store.transaction(pool) as conn:
            return await rejected.count_of(conn, sensor_ids), None


def told_waiting(waited: int, account: Account | None, *, whose: str) -> Sequence[str]:
    """Say what became of the messages that waited, and what to do about the rest."""
    if not waited:
        return []
    if account is None:
        return [f"{waited} messages of {whose} are set aside: brimful rejected replay"]
    whole = f"{account.replayed} are stored whole now ({account.stored} new readings)"
    lines = [f"{waited} messages of {whose} had been set aside: {whole}"]
    lines += [f"    {n} readings stay set aside: {reason}" for reason, n in account.kept.items()]
    if account.kept:
        lines.append("    brimful rejected list says why")
    return lines


def connected(settings: Settings) -> AbstractAsyncContextManager[store.Connection]:
    """Open one connection; what was done is committed at the end."""
    return store.connect(
        settings.database_url.get_secret_value(),
        application="sensor",
        timeout_s=settings.database_timeout_s,
    )
