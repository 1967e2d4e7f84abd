"""Two phones' marks in the database: any order of arrival ends the same, and no mark is lost."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from hypothesis import HealthCheck, given, settings

import store
from core.plans import Mark, StopReport
from core.rules.marks import standing
from store import marks
from store.reports import report_stop
from tests.core.test_marks import NOON, arrived, queues
from tests.store.make import registered
from tests.store.test_plans import planned, the_stop


async def report(conn: store.Connection, mark: Mark, stop_id: UUID) -> None:
    said = StopReport(
        report_id=mark.report_id,
        stop_id=stop_id,
        outcome=mark.outcome,
        skip_reason=mark.skip_reason,
        note=mark.note,
        reported_at=mark.reported_at,
        device_id=mark.device_id,
        follows=mark.follows,
    )
    await report_stop(conn, said, reported_by="t", crew_id="crew", received_at=mark.received_at)


@settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(case=queues())
async def test_any_interleaving_of_two_phones_ends_the_same_and_loses_no_mark(
    conn: store.Connection, case: tuple[Sequence[Mark], Sequence[int]]
) -> None:
    await conn.rollback()
    await registered(conn)
    await planned(conn)
    stop_id = await the_stop(conn)
    made, arrivals = case
    for n, mark in enumerate(arrived(made, arrivals)):
        await report(conn, mark, stop_id)
        if n % 2:  # its answer was not heard: sent again, later
            await report(
                conn, replace(mark, received_at=mark.received_at + timedelta(hours=1)), stop_id
            )
    kept = await marks.marks(conn, stop_id)
    assert {mark.report_id for mark in kept} == {mark.report_id for mark in made}
    expected = standing(made)
    row = await (await conn.execute("SELECT * FROM stop_states")).fetchone()
    assert row is not None
    assert row["report_id"] == expected.in_force.report_id
    assert row["in_conflict"] == bool(expected.sides)
    emptied = await (await conn.execute("SELECT emptied_at FROM emptyings")).fetchall()
    done = expected.in_force.outcome == "done"
    assert [e["emptied_at"] for e in emptied] == ([expected.in_force.reported_at] if done else [])
    level = await (
        await conn.execute("SELECT fill_pct FROM bin_states WHERE bin_id = 'bin-1'")
    ).fetchone()
    assert (level is not None and level["fill_pct"] == 0) == done
    assert kept[0].received_at > NOON
