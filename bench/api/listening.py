"""Many listen while levels change: how long after its commit each of them knows."""

import asyncio
import datetime as dt
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

import store
from bench.api.client import Connection, Samples, request
from bench.api.town import Filled
from store import bin_states
from store.bin_states import Move

PER_COMMIT = 5
"""Levels in a commit, as an ingester's small batch."""
SETTLES_S = 3.0


@dataclass(kw_only=True, slots=True)
class Heard:
    """What listeners were told: seconds from the commit to each listener's row."""

    listeners: int
    changes: int = 0
    delays: Samples = field(default_factory=Samples)
    missed: int = 0


async def listen(
    address: str,
    database_url: str,
    town: Filled,
    *,
    listeners: int,
    changes_per_s: int,
    seconds: float,
    bins: int,
) -> Heard:
    """Open so many streams and change so many levels a second."""
    heard = Heard(listeners=listeners)
    committed: dict[tuple[str, float], float] = {}
    written: dict[bytes, list[tuple[str, float]]] = {}
    told: list[set[tuple[str, float]]] = [set() for _ in range(listeners)]
    greeted = asyncio.Barrier(listeners + 1)

    async def one(mine: set[tuple[str, float]]) -> None:
        connection = await Connection.to(address)
        await connection.begin(request("/events", town.ops))
        await connection.reader.readuntil(b"retry: ")
        await greeted.wait()
        while True:
            line = await connection.reader.readline()
            if not line.startswith(b'data: {"rows"'):
                continue
            at = time.perf_counter()
            # the same bytes for all: read once, or the load would measure itself
            if line not in written:
                written[line] = [(row[0], row[1]) for row in json.loads(line[6:])["rows"]]
            for key in written[line]:
                if key in committed and key not in mine:
                    mine.add(key)
                    heard.delays.took_s.append(at - committed[key])

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(one(mine)) for mine in told]
        await greeted.wait()
        began = time.perf_counter()
        async with store.connect(database_url, application="bench") as conn:
            while (elapsed := time.perf_counter() - began) < seconds:
                moves = _moves(heard.changes, bins)
                await bin_states.move(conn, moves.items())
                await conn.commit()
                at = time.perf_counter()
                for bin_id, move in moves.items():
                    assert move.fill_pct is not None  # noqa: S101 - made below
                    committed[bin_id, move.fill_pct] = at
                heard.changes += len(moves)
                await asyncio.sleep(max(0.0, heard.changes / changes_per_s - elapsed))
        await asyncio.sleep(SETTLES_S)
        for task in tasks:
            task.cancel()
    heard.delays.seconds = seconds
    heard.missed = sum(len(committed) - len(mine) for mine in told)
    return heard


def _moves(changes: int, bins: int) -> Mapping[str, Move]:
    """Return the next levels; a bin that comes again has another one."""
    now = dt.datetime.now(dt.UTC)
    return {
        f"bin-{n % bins:06d}": Move(
            fill_pct=(n // bins * 7 + n) % 1000 / 10,
            measured_at=now,
            sensor_id=f"dev-{n % bins:06d}",
            heard_at=now,
        )
        for n in range(changes, changes + PER_COMMIT)
    }
