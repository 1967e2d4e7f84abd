"""A bin's history judged and followed anew, in order of time, from what its sensors said.

It has what the ingester never has: the whole history in order, so that a late reading is judged
in its place.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import stamina

import store
from core.bins import Calibration, calibration_at
from core.errors import DatabaseUnavailableError, NotFoundError
from core.levels import Level
from core.plausible import EARLIEST, LATEST
from ingest.hindsight import Hindsight
from ingest.messages import Limits
from ingest.recalibrated import Changes, Correction, Recalibrated
from store import (
    audit,
    calibrations,
    fill_before,
    known_sensors,
    levels,
    readings,
    recalibration,
    sensed,
    tracks,
)
from store.audit import Actor

PAGE = 5_000
"""Readings held at a time."""


def _say_nothing(_readings: int) -> None:
    """Tell nobody how far it is."""


@stamina.retry(on=DatabaseUnavailableError, attempts=4, timeout=60.0)
async def recalibrate(
    pool: store.Pool,
    correction: Correction,
    limits: Limits,
    *,
    now: datetime,
    stale_after: timedelta,
    dry_run: bool = False,
    by: Actor | None = None,
    told: Callable[[int], None] = _say_nothing,
) -> Recalibrated:
    """Correct a bin's calibration and compute its readings since then anew, all or nothing.

    Fill, trust and calibration version of the readings are rewritten; the bin's state, the
    emptyings seen in it and what is remembered of its sensors are set anew. Nothing measured
    before ``correction.since`` changes, though it is followed too: it is what came before.
    Ingesters wait with readings of this bin's sensors meanwhile. ``told`` hears how many more
    readings are done, the audit trail who it was done ``by``. With ``dry_run`` all of it is taken
    back at the end.

    Raises NotFoundError for a bin that is not registered, InvalidInputError for distances that do
    not fit together, DatabaseUnavailableError after several attempts.
    """
    async with store.transaction(pool) as conn:
        before = await _level(conn, correction.bin_id, now, stale_after)
        await recalibration.hold_registry(conn)
        standing = (await calibrations.of_bins(conn, [correction.bin_id])).get(
            correction.bin_id, ()
        )
        added = await _add_calibration(conn, correction, standing, now=now)
        counting = standing if added is None else (*standing, added)
        changes, new, lost = await _compute_anew(conn, correction, counting, limits, told)
        counts = calibration_at(counting, now)
        done = Recalibrated(
            bin_id=correction.bin_id,
            since=correction.since,
            version=None if counts is None else counts.version,
            added=added is not None,
            replaced=_replaced(standing, added),
            changes=changes,
            emptyings_added=new,
            emptyings_revoked=lost,
            before=before,
            after=await _level(conn, correction.bin_id, now, stale_after),
        )
        if by is not None:
            await audit.note(
                conn,
                who=by,
                what="bin.recalibrated",
                subject=f"bin {correction.bin_id}",
                detail={"since": correction.since.isoformat(), "calibration_added": done.added},
                now=now,
            )
        if dry_run:
            await conn.rollback()
    return done


async def _level(
    conn: store.Connection, bin_id: str, now: datetime, stale_after: timedelta
) -> Level:
    found = await levels.levels(conn, now=now, stale_after=stale_after, bin_id=bin_id)
    if not found:
        raise NotFoundError(f"there is no bin {bin_id}")
    return found[0]


async def _add_calibration(
    conn: store.Connection,
    correction: Correction,
    standing: Sequence[Calibration],
    *,
    now: datetime,
) -> Calibration | None:
    """Add the corrected calibration; None where nothing is corrected, or it stands already."""
    if correction.says_nothing:
        return None
    version = standing[-1].version + 1 if standing else 1
    wanted = correction.applied_to(calibration_at(standing, now), version=version)
    if standing and standing[-1].valid_from <= wanted.valid_from:
        last = replace(standing[-1], version=version, valid_from=wanted.valid_from)
        if last == wanted:
            return None
    await calibrations.add(
        conn,
        correction.bin_id,
        valid_from=wanted.valid_from,
        empty_distance_mm=wanted.empty_distance_mm,
        full_distance_mm=wanted.full_distance_mm,
        blind_zone_mm=wanted.blind_zone_mm,
        vendor_full_pct=wanted.vendor_full_pct,
        note=correction.note,
        now=now,
    )
    return wanted


def _replaced(standing: Sequence[Calibration], added: Calibration | None) -> tuple[int, ...]:
    """Return the versions that began later than the new one and count no more."""
    if added is None:
        return ()
    return tuple(c.version for c in standing if c.valid_from > added.valid_from)


async def _compute_anew(
    conn: store.Connection,
    correction: Correction,
    counting: Sequence[Calibration],
    limits: Limits,
    told: Callable[[int], None],
) -> tuple[Changes, int, int]:
    """Follow the bin's whole history; return what changed, emptyings new and emptyings lost."""
    bin_id, since = correction.bin_id, correction.since
    sensor_ids = await recalibration.sensors_of(conn, bin_id)
    held = await tracks.lock(conn, sensor_ids)
    known = await known_sensors.known(conn, sensor_ids)
    hindsight = Hindsight(bin_id, known.values(), counting, limits)
    changes = Changes()
    after: tuple[datetime, str] | None = None
    more = True
    while more:
        page = await readings.history(
            conn,
            bin_id,
            # the page's own beginning, so that the index is entered there
            since=EARLIEST if after is None else after[0],
            until=LATEST,
            after=after,
            limit=PAGE,
        )
        more = len(page) == PAGE
        settled = hindsight.follow(page) if more else [*hindsight.follow(page), *hindsight.doubted]
        changed = [
            is_now
            for was, is_now in settled
            if was.measured_at >= since and changes.take(was, is_now)
        ]
        await recalibration.rewrite(conn, bin_id, changed)
        told(len(page))
        if more:
            after = page[-1].measured_at, page[-1].sensor_id
    await levels.hold_state(conn, bin_id)
    new, lost = await _save_emptyings(conn, bin_id, hindsight, since)
    await tracks.save(conn, hindsight.newer_than(held))
    await levels.recompute_state(conn, bin_id)
    await recalibration.set_doubt(conn, bin_id, hindsight.doubted_at, hindsight.doubt)
    return changes, new, lost


async def _save_emptyings(
    conn: store.Connection, bin_id: str, hindsight: Hindsight, since: datetime
) -> tuple[int, int]:
    """Store the emptyings since then as they are seen now; return how many are new, how many lost.

    Those that stay keep their ids.
    """
    were = set(await recalibration.sensed_since(conn, bin_id, since))
    are = {at: seen for at, seen in hindsight.sensed.items() if at >= since}
    await sensed.revoke(conn, [(bin_id, at) for at in were - are.keys()])
    await sensed.add(conn, list(are.values()))
    await fill_before.refill_reported(conn, bin_id, since)
    return len(are.keys() - were), len(were - are.keys())
