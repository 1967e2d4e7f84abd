"""The second half of the walk, inside a transaction of the caller's: judge and store."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.readings import Rejection, RejectReason
from ingest.judging import judge_message, rejection
from ingest.messages import Limits, Opened, Problem
from store import Connection, readings, registry

_CONFLICT = "the sensor said something else for the same measured_at before"


@dataclass(frozen=True, kw_only=True, slots=True)
class Settled:
    """What became of a batch: readings_in = stored + duplicates + readings of the rejections.

    ``rejections`` has one entry for each message of the batch; None where all of it is stored.
    """

    stored: int
    duplicates: int
    rejections: Sequence[Rejection | None]


async def settle(conn: Connection, batch: Sequence[Opened], limits: Limits) -> Settled:
    """Store all that is usable in the messages; say for each message what is not.

    Mountings are looked up in the same transaction: no cache that could be out of date.
    """
    sensors = {o.sensor_id for o in batch if o.sensor_id is not None and o.readings}
    mountings = await registry.mountings(conn, sensors) if sensors else {}
    judged = [judge_message(o, mountings.get(o.sensor_id or ""), limits) for o in batch]
    added = await readings.add_readings(conn, [r for j in judged for r in j.readings])
    problems = [list(j.problems) for j in judged]
    places = [(n, index) for n, j in enumerate(judged) for index in j.indices]
    for seq in added.conflicts:
        n, index = places[seq]
        problems[n].append(
            Problem(index=index, reason=RejectReason.CONFLICTING_READING, text=_CONFLICT)
        )
    return Settled(
        stored=added.stored,
        duplicates=added.duplicates,
        rejections=[rejection(o.message, found) for o, found in zip(batch, problems, strict=True)],
    )
