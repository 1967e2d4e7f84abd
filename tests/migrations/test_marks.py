"""Marks of a database that is upgraded: which of them holds is what held before."""

from datetime import timedelta
from uuid import uuid4

import store
from migrations.runner import load_migrations, migrate
from tests.store.make import NOON

_BEFORE = """
    INSERT INTO depots (depot_id, name, lon, lat) VALUES ('d', 'D', 14, 50);
    INSERT INTO streams VALUES ('paper', 0.1);
    INSERT INTO vehicles (vehicle_id, name, depot_id, capacity_kg, streams, shift_start, shift_s)
        VALUES ('v', 'V', 'd', 1000, '{paper}', '06:00', 3600);
    INSERT INTO plans (plan_id, depot_id, day, status, requested_at, requested_by)
        VALUES ('00000000-0000-0000-0000-000000000001', 'd', '2026-03-02', 'ready', now(), 't');
    INSERT INTO rounds (round_id, plan_id, vehicle_id, starts_at, ends_at, distance_m, drive_s,
                        load_kg)
        VALUES ('00000000-0000-0000-0000-000000000002', '00000000-0000-0000-0000-000000000001',
                'v', now(), now(), 1, 1, 1);
"""
_STOP = """
    INSERT INTO stops (stop_id, round_id, seq, kind, lon, lat, arrives_at, begins_at, service_s)
    VALUES (%s, '00000000-0000-0000-0000-000000000002', %s, 'break', 14, 50, now(), now(), 60)
"""
_MARK = """
    INSERT INTO stop_reports (report_id, stop_id, outcome, skip_reason, reported_at, received_at,
                              reported_by)
    VALUES (%s, %s, %s, %s, %s, %s, 't')
"""


async def test_the_mark_that_held_before_the_upgrade_holds_after_it(
    empty_database_url: str,
) -> None:
    every = load_migrations()
    number = next(m.number for m in every if m.name.endswith("_marks.sql"))
    changed, ahead, unmarked = uuid4(), uuid4(), uuid4()
    skipped, late, mended = uuid4(), uuid4(), uuid4()
    hour = timedelta(hours=1)
    async with store.connect(empty_database_url) as conn:
        await migrate(conn, [m for m in every if m.number < number])
        for statement in _BEFORE.split(";\n"):
            await conn.execute(statement.encode())
        for seq, stop_id in enumerate((changed, ahead, unmarked)):
            await conn.execute(_STOP, (stop_id, seq))
        for mark in (
            (skipped, changed, "skipped", "blocked", NOON, NOON + 2 * hour),
            # came last, made first
            (uuid4(), changed, "done", None, NOON - hour, NOON + 3 * hour),
            # a clock far ahead counts from when it came
            (late, ahead, "done", None, NOON + 9 * hour, NOON),
            (mended, ahead, "skipped", "other", NOON + hour, NOON + hour),
        ):
            await conn.execute(_MARK, mark)
        held = await (
            await conn.execute("SELECT stop_id, outcome, skip_reason FROM stop_outcomes")
        ).fetchall()
        await migrate(conn)
        holds = await (
            await conn.execute("SELECT stop_id, outcome, skip_reason FROM stop_outcomes")
        ).fetchall()
        states = await (
            await conn.execute("SELECT stop_id, report_id, changes, in_conflict FROM stop_states")
        ).fetchall()
    assert {row["stop_id"]: row for row in held} == {row["stop_id"]: row for row in holds}
    assert {row["stop_id"]: (row["report_id"], row["changes"]) for row in states} == {
        changed: (skipped, 2),
        ahead: (mended, 2),
    }
    assert not any(row["in_conflict"] for row in states)
