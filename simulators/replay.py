"""Publishes a real history over MQTT, moved in time so that its last reading is now."""

import asyncio
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from core.plausible import EARLIEST
from core.readings import NoLevelReason
from simulators.history import History
from simulators.messages import (
    READINGS_PER_BACKFILL_MESSAGE,
    Delivery,
    Expected,
    packed,
    single,
    wire_time,
)
from simulators.mqtt import Outbox
from simulators.spool import Spooled, time_of

READINGS_BETWEEN_BREATHS = 2_000
FAR_AFTER = timedelta(days=365)
"""A last reading so long after the one before it is perhaps mistyped."""


@dataclass(kw_only=True)
class Replayed:
    """What became of a file's good rows: published + repeated + passed_over = rows."""

    published: int = 0
    repeated: int = 0
    """The same bin, time and fill again in the file; sent once."""
    conflicting: int = 0
    """Of the published: another fill for a bin and time already sent."""
    passed_over: int = 0
    """Older than --last-days."""


async def replay(
    history: History,
    outbox: Outbox,
    *,
    shift: timedelta,
    clock: Callable[[], datetime],
    last_days: int | None = None,
    oldest: timedelta | None = None,
    speed: float = 0.0,
) -> Replayed:
    """Publish a history, each time moved by ``shift``; returns when all is acknowledged.

    ``oldest`` is how long ago Brimful lets a reading be measured (``ingest_oldest_days``).

    With ``speed`` 0 as fast as the broker takes it, in arrays; otherwise reading by reading,
    ``speed`` times as fast as it happened.
    """
    replayed = Replayed()
    deliveries = _deliveries(
        history.readings,
        replayed,
        since=since(history, last_days),
        too_old_before=None if oldest is None else clock() - oldest - shift,
        shift=shift,
    )
    if speed == 0:
        await _in_arrays(deliveries, outbox)
    else:
        await _in_time(deliveries, outbox, speed=speed, clock=clock)
    await outbox.drained()
    return replayed


def shift_to(history: History, until: datetime) -> timedelta:
    """Return what moves the history's last reading to ``until``."""
    return timedelta(0) if history.last_at is None else until - history.last_at


def since(history: History, last_days: int | None) -> datetime | None:
    """Return the file's time before which rows are passed over."""
    if last_days is None or history.last_at is None:
        return None
    return history.last_at - min(timedelta(days=last_days), history.last_at - EARLIEST)


def doubts(
    history: History, *, shift: timedelta, now: datetime, oldest: timedelta, last_days: int | None
) -> list[str]:
    """Return what looks wrong with the moved times; rows are counted by the day."""
    found: list[str] = []
    last_at, before = history.last_at, history.before_last_at
    if last_at is not None and before is not None and last_at - before > FAR_AFTER:
        found.append(
            f"the last reading (line {history.last_line}, {last_at.isoformat()}) is "
            f"{(last_at - before).days} days after the one before it, and the whole file is moved "
            "by it: is its year right?"
        )
    from_day = since(history, last_days)
    too_old = sum(
        rows
        for day, rows in history.per_day.items()
        if day < (now - oldest - shift).date() and (from_day is None or day >= from_day.date())
    )
    if too_old:
        found.append(
            f"about {too_old} of {history.rows} readings are, moved so that the one in line "
            f"{history.last_line} is the last, older than the {oldest.days} days that Brimful "
            "takes (BRIMFUL_INGEST_OLDEST_DAYS): it will set them aside"
        )
    return found


def _deliveries(
    readings: Iterator[Spooled],
    replayed: Replayed,
    *,
    since: datetime | None,
    too_old_before: datetime | None,
    shift: timedelta,
) -> Iterator[tuple[datetime, Delivery]]:
    """Turn rows into deliveries: a bin's identical rows of one moment into one of them."""
    for (_, bin_id), same_moment in groupby(readings, key=lambda row: row[:2]):
        fills: set[float] = set()
        for row in same_moment:
            measured_at, fill_pct = time_of(row), row[3]
            if since is not None and measured_at < since:
                replayed.passed_over += 1
                continue
            if fill_pct in fills:
                replayed.repeated += 1
                continue
            too_old = too_old_before is not None and measured_at < too_old_before
            conflicting = bool(fills) and not too_old
            fills.add(fill_pct)
            replayed.published += 1
            replayed.conflicting += conflicting
            said: dict[str, object] = {
                "measured_at": wire_time(measured_at + shift),
                "fill_pct": fill_pct,
            }
            if row[4]:
                said["no_level_reason"] = NoLevelReason.SENSOR_FAULT
            text = json.dumps(said)
            yield (
                measured_at,
                Delivery(
                    sensor_id=bin_id,
                    text=text,
                    expected=(
                        Expected.TOO_OLD
                        if too_old
                        else Expected.CONFLICTING
                        if conflicting
                        else Expected.STORED
                    ),
                ),
            )


async def _in_arrays(deliveries: Iterator[tuple[datetime, Delivery]], outbox: Outbox) -> None:
    """Publish in arrays of up to 200 readings of a sensor, each sensor's in order of time."""
    waiting: dict[str, list[Delivery]] = {}
    for n, (_, delivery) in enumerate(deliveries):
        mine = waiting.setdefault(delivery.sensor_id, [])
        mine.append(delivery)
        if len(mine) == READINGS_PER_BACKFILL_MESSAGE:
            for message in packed(waiting.pop(delivery.sensor_id)):
                await outbox.put(message)
        if n % READINGS_BETWEEN_BREATHS == 0:
            await asyncio.sleep(0)
    for rest in waiting.values():
        for message in packed(rest):
            await outbox.put(message)


async def _in_time(
    deliveries: Iterator[tuple[datetime, Delivery]],
    outbox: Outbox,
    *,
    speed: float,
    clock: Callable[[], datetime],
) -> None:
    began_at, first_at = clock(), None
    for measured_at, delivery in deliveries:
        first_at = first_at or measured_at
        wait = began_at + (measured_at - first_at) / speed - clock()
        if wait > timedelta(0):
            await asyncio.sleep(wait.total_seconds())
        await outbox.put(single(delivery))
