from collections.abc import Sequence
from datetime import timedelta

import pytest

import store
from core.levels import Level, LevelTrust
from core.readings import RejectReason, Trust
from ingest.known import KnownSensors
from ingest.messages import Message
from ingest.opening import open_message
from ingest.settling import Settled, settle
from store import readings
from store.levels import levels
from store.registry import register
from tests.ingest.parts import LIMITS, NOW, message, reading, town

HOUR = timedelta(hours=1)


@pytest.fixture
async def registered(conn: store.Connection) -> store.Connection:
    await register(conn, town())
    return conn


async def settled(conn: store.Connection, *messages: Message) -> Settled:
    opened = [open_message(m, LIMITS) for m in messages]
    return await settle(conn, opened, LIMITS, KnownSensors())


async def level(conn: store.Connection, bin_id: str = "b0") -> Level:
    found = await levels(conn, now=NOW, stale_after=timedelta(days=2), bin_id=bin_id)
    return found[0]


def reasons(outcome: Settled) -> Sequence[RejectReason | None]:
    return [None if r is None else r.reason for r in outcome.rejections]


async def test_a_late_reading_reaches_the_history_and_not_the_level(
    registered: store.Connection,
) -> None:
    await settled(registered, message(reading(NOW, 80)))
    outcome = await settled(registered, message([reading(NOW - HOUR, 70), reading(NOW - 2 * HOUR)]))
    assert len(outcome.stored) == 2
    assert (await level(registered)).fill_pct == 80
    kept = await readings.history(registered, "b0", since=NOW - 3 * HOUR, until=NOW + HOUR, limit=9)
    assert [r.fill_pct for r in kept] == [50, 70, 80]


async def test_sent_again_it_is_stored_once(registered: store.Connection) -> None:
    twice = message([reading(NOW), reading(NOW - HOUR)])
    first = await settled(registered, twice, twice)
    again = await settled(registered, twice)
    assert (len(first.stored), first.duplicates, reasons(first)) == (2, 2, [None, None])
    assert (len(again.stored), again.duplicates, reasons(again)) == (0, 2, [None])


async def test_another_measurement_for_the_same_moment_conflicts(
    registered: store.Connection,
) -> None:
    await settled(registered, message(reading(NOW, 40)))
    outcome = await settled(
        registered,
        message(reading(NOW - HOUR, 30)),
        message([reading(NOW - 2 * HOUR, 20), reading(NOW, 41)]),
    )
    assert reasons(outcome) == [None, RejectReason.CONFLICTING_READING]
    kept = outcome.rejections[1]
    assert kept is not None
    assert (kept.readings, kept.detail.startswith("reading 1: the sensor said")) == (1, True)
    assert (len(outcome.stored), outcome.duplicates) == (2, 0)
    assert (await level(registered)).fill_pct == 40


async def test_good_readings_of_a_bad_array_are_stored(registered: store.Connection) -> None:
    ancient = reading(NOW - LIMITS.oldest - HOUR)
    unmounted = reading(NOW - timedelta(days=3_000))
    outcome = await settled(
        registered,
        message([reading(NOW), 5, reading(NOW - HOUR, 300), ancient, unmounted]),
        message(reading(NOW), sensor="nobody"),
        message(b"garbage"),
        message(reading(NOW), sensor="s1"),
    )
    assert (len(outcome.stored), outcome.duplicates) == (2, 0)
    assert reasons(outcome) == [
        RejectReason.INVALID_READING,
        RejectReason.UNKNOWN_SENSOR,
        RejectReason.NOT_JSON,
        None,
    ]
    first = outcome.rejections[0]
    assert first is not None
    assert first.readings == 4
    assert first.detail.startswith("reading 1: Input should be an object; reading 2: fill_pct: ")
    assert "reading 4: sensor s0 sat in no bin at 2017" in first.detail


async def test_a_clock_that_runs_ahead_moves_no_level(registered: store.Connection) -> None:
    await settled(registered, message(reading(NOW - HOUR, 10)))
    outcome = await settled(registered, message(reading(NOW + HOUR, 90)))
    assert (len(outcome.stored), reasons(outcome)) == (1, [None])
    now = await level(registered)
    assert (now.fill_pct, now.trust, now.heard_at) == (10, LevelTrust.UNTRUSTED, NOW)
    kept = await readings.history(registered, "b0", since=NOW, until=NOW + 2 * HOUR, limit=9)
    assert [r.trust for r in kept] == [Trust.CLOCK_AHEAD]
