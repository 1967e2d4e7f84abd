"""The second half of the walk, in the caller's transaction: decode, judge, follow, store."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from core.bins import KnownSensor
from core.readings import Reading, Rejection, RejectReason
from core.rules.track import Track
from ingest.following import Followed, follow_all
from ingest.frames import decode_opened
from ingest.judging import judge_message, rejection
from ingest.known import KnownSensors
from ingest.messages import Limits, Opened, Problem
from ingest.sifting import sift
from store import Connection, bin_states, readings, sensed

_CONFLICT = "the sensor said something else for the same measured_at before"


@dataclass(frozen=True, kw_only=True, slots=True)
class Settled:
    """What became of a batch: readings_in = stored + duplicates + readings of the rejections.

    ``rejections`` has one entry for each message of the batch; None where all of it is stored.
    """

    readings_in: int
    stored: Sequence[Reading]
    """As they are stored, with the trust that counts."""
    duplicates: int
    rejections: Sequence[Rejection | None]


async def settle(
    conn: Connection, batch: Sequence[Opened], limits: Limits, known: KnownSensors
) -> Settled:
    """Store all that is usable in the messages; say for each message what is not."""
    wanted = {o.sensor_id for o in batch if o.sensor_id is not None}
    held, sensors = await _hold(conn, wanted, known)
    batch = [o if o.frame is None else _decode(o, sensors) for o in batch]
    judged = [judge_message(o, sensors.get(o.sensor_id or ""), limits) for o in batch]
    placed = [
        ((n, index), reading)
        for n, j in enumerate(judged)
        for index, reading in zip(j.indices, j.readings, strict=True)
    ]
    sifted = await sift(conn, placed, held)
    followed = follow_all(sifted.new.values(), held, limits.trust)
    await _store(conn, followed, known)
    problems = {n: list(j.problems) for n, j in enumerate(judged) if j.problems}
    for n, index in sifted.conflicts:
        problems.setdefault(n, []).append(
            Problem(index=index, reason=RejectReason.CONFLICTING_READING, text=_CONFLICT)
        )
    return Settled(
        readings_in=sum(o.readings_in for o in batch),
        stored=list(followed.readings.values()),
        duplicates=sifted.duplicates,
        rejections=[
            rejection(o.message, problems[n], sensor_id=o.sensor_id) if n in problems else None
            for n, o in enumerate(batch)
        ],
    )


async def _hold(
    conn: Connection, wanted: Collection[str], known: KnownSensors
) -> tuple[dict[str, Track], Mapping[str, KnownSensor]]:
    """Hold the tracks of these sensors and return them with what is known of the sensors.

    In this order: a recalibration holds the tracks too, and whoever has waited for it must not
    judge by the calibration that counted before.
    """
    if not wanted:
        return {}, {}
    held = await known.hold_tracks(conn, wanted)
    sensors = await known.of(conn, wanted)
    if just_registered := [s for s in wanted if s in sensors and s not in held]:
        held |= await known.hold_tracks(conn, just_registered)
    return held, sensors


def _decode(opened: Opened, sensors: Mapping[str, KnownSensor]) -> Opened:
    sensor = sensors.get(opened.sensor_id or "")
    return opened if sensor is None else decode_opened(opened, sensor)


async def _store(conn: Connection, followed: Followed, known: KnownSensors) -> None:
    if not followed.readings:
        return
    await readings.add(conn, followed.readings.values())
    await readings.confirm(conn, followed.confirmed)
    await bin_states.move(conn, followed.moves.items())
    await sensed.revoke(conn, followed.revoked)
    await sensed.add(conn, list(followed.sensed.values()))
    await known.save_tracks(conn, followed.tracks)
