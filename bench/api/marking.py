"""All crews report at once, each mark twice: none may be lost, and none counted twice."""

import asyncio
import datetime as dt
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import uuid4

import store
from bench.api.client import Connection, Samples, request
from bench.api.town import Filled

_COUNT = "SELECT count(*) AS kept, count(DISTINCT stop_id) AS stops FROM stop_reports"


@dataclass(frozen=True, kw_only=True, slots=True)
class Marked:
    """What came of it."""

    crews: int
    marks: int
    """That were answered with 200, each once as new and once again."""
    kept: int
    """Rows in the database."""
    stops: int
    refused: int
    """Answers 503, whose marks were sent again as a phone does."""
    samples: Samples


async def mark(
    address: str, database_url: str, town: Filled, *, each: int, now: dt.datetime
) -> Marked:
    """Let every crew mark ``each`` of its stops, with all crews at the same time."""
    samples = Samples()
    began = time.perf_counter()
    ready = asyncio.Barrier(len(town.crews))
    refused = 0

    async def crew(marks: Sequence[bytes]) -> None:
        nonlocal refused
        connection = await Connection.to(address)
        await ready.wait()
        for asked in marks:
            # the second is what a phone sends whose answer was lost
            for _ in range(2):
                asked_at = time.perf_counter()
                while (answer := await connection.ask(asked)).status == 503:
                    refused += 1
                    await connection.close()
                    await asyncio.sleep(float(answer.headers["retry-after"]))
                    connection = await Connection.to(address)
                samples.took_s.append(time.perf_counter() - asked_at)
                if answer.status != 200:
                    raise RuntimeError(f"{answer.status}: {answer.body[:200]!r}")
        await connection.close()

    async with asyncio.TaskGroup() as group:
        for token, round_ in zip(town.crews, town.rounds, strict=True):
            marks = [_mark(token, str(stop.stop_id), now) for stop in round_.stops[:each]]
            group.create_task(crew(marks))
    samples.seconds = time.perf_counter() - began
    async with store.connect(database_url) as conn:
        row = await (await conn.execute(_COUNT)).fetchone()
    assert row is not None  # noqa: S101 - an aggregate always gives one
    return Marked(
        crews=len(town.crews),
        marks=len(town.crews) * each,
        kept=row["kept"],
        stops=row["stops"],
        refused=refused,
        samples=samples,
    )


def _mark(token: str, stop_id: str, now: dt.datetime) -> bytes:
    body = {"report_id": str(uuid4()), "outcome": "done", "reported_at": now.isoformat()}
    return request(f"/crew/stops/{stop_id}", token, method="PUT", body=json.dumps(body).encode())
