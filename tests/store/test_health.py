from datetime import timedelta

import pytest

import store
from core.readings import Rejection, RejectReason
from core.rules.health_state import HealthState
from core.rules.track import Track
from core.rules.trust_limits import DEFAULT_LIMITS
from store import health, rejected, sensors, tracks, unread
from store.health import SensorHealth
from tests.store.make import LONG_AGO, NOON, registered, town

HOUR = timedelta(hours=1)


async def remembered(conn: store.Connection, **by_sensor: Track) -> None:
    """Let sensors have said something: sensor_1 stands for sensor-1."""
    named = {name.replace("_", "-"): track for name, track in by_sensor.items()}
    await tracks.lock(conn, named.keys())
    await tracks.save(conn, named)


def heard(hours_ago: float) -> Track:
    at = NOON - hours_ago * HOUR
    return Track(
        bin_id="bin-1", newest_at=at, level_at=at, level_pct=40, battery_at=at, battery_v=3.6
    )


async def set_aside(
    conn: store.Connection,
    sensor_id: str,
    *hours_ago: float,
    reason: RejectReason = RejectReason.UNREADABLE_FRAME,
    payload: str | None = None,
) -> None:
    """Set a message of the sensor aside for each time; all differ, or are the one ``payload``."""
    for n in hours_ago:
        row = Rejection(
            topic=f"t/{sensor_id}",
            payload=(payload or f"{reason} {n}").encode(),
            received_at=NOON - n * HOUR,
            reason=reason,
            detail=f"port 85, {n} h ago",
            sensor_id=sensor_id,
        )
        await rejected.set_aside(conn, [row])


async def found(conn: store.Connection, **which: object) -> list[SensorHealth]:
    values = {"now": NOON, "limits": DEFAULT_LIMITS, **which}
    return list(await health.sensors(conn, **values))  # type: ignore[arg-type] # checked by running


@pytest.fixture
async def three(conn: store.Connection) -> store.Connection:
    """sensor-1 well, sensor-2 silent, sensor-3 never heard."""
    await registered(conn, town(bins=3))
    await remembered(conn, sensor_1=heard(1), sensor_2=heard(100))
    return conn


async def test_each_sensor_with_its_bin_and_how_it_does(three: store.Connection) -> None:
    well, silent, never = await found(three)
    assert [s.health.state for s in (well, silent, never)] == ["ok", "silent", "never_heard"]
    assert (well.bin_id, well.bin_name, well.depot_id) == ("bin-1", "Street 1", "depot")
    assert (well.device, well.mounted_at, well.retired_at) == ("native", LONG_AGO, None)
    assert well.track.battery_v == pytest.approx(3.6)
    assert silent.health.since == NOON - 100 * HOUR
    assert silent.health.why.startswith("nothing heard for 4 days")
    assert never.health.since == LONG_AGO


async def test_the_time_of_asking_decides(three: store.Connection) -> None:
    later = await found(three, now=NOON + 10 * 24 * HOUR)
    assert [s.health.state for s in later] == ["silent", "silent", "never_heard"]


async def test_filters(three: store.Connection) -> None:
    silent = await found(three, states={HealthState.SILENT})
    assert [s.sensor_id for s in silent] == ["sensor-2"]
    assert [s.sensor_id for s in await found(three, bin_id="bin-3")] == ["sensor-3"]
    assert await found(three, depot_id="elsewhere") == []
    assert len(await found(three, depot_id="depot")) == 3
    assert [s.sensor_id for s in await found(three, after="sensor-1", limit=1)] == ["sensor-2"]


async def test_a_filter_is_filled_over_several_pages(
    three: store.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "PAGE", 1)
    last = await found(three, states={HealthState.NEVER_HEARD}, limit=1)
    assert [s.sensor_id for s in last] == ["sensor-3"]
    assert len(await found(three)) == 3


async def test_who_left_the_bin_sits_in_none_and_who_is_retired_is_asked_for(
    three: store.Connection,
) -> None:
    assert await sensors.unmount(three, "sensor-1", at=NOON - HOUR)
    assert await sensors.unmount(three, "sensor-2", at=NOON - HOUR)
    assert await sensors.retire(three, "sensor-2", at=NOON - HOUR)
    assert [s.sensor_id for s in await found(three)] == ["sensor-1", "sensor-3"]
    loose = (await found(three))[0]
    assert (loose.bin_id, loose.depot_id, loose.health.state) == (None, None, "not_mounted")
    assert await found(three, bin_id="bin-1") == []
    (retired,) = await found(three, states={HealthState.RETIRED})
    assert (retired.sensor_id, retired.health.since) == ("sensor-2", NOON - HOUR)
    # asked about an hour ago, they were where they were
    assert len(await found(three, now=NOON - 2 * HOUR, bin_id="bin-1")) == 1


async def test_one_sensor_and_one_that_nobody_registered(three: store.Connection) -> None:
    one = await health.sensor(three, "sensor-2", now=NOON, limits=DEFAULT_LIMITS)
    assert one is not None
    assert one.health.state is HealthState.SILENT
    assert await health.sensor(three, "ghost", now=NOON, limits=DEFAULT_LIMITS) is None


async def test_counts_come_worst_first(three: store.Connection) -> None:
    counted = health.counts(await found(three))
    assert list(counted.items()) == [
        (HealthState.NEVER_HEARD, 1),
        (HealthState.SILENT, 1),
        (HealthState.OK, 1),
    ]


async def test_what_waits_of_a_sensor_and_came_later_makes_it_unreadable(
    three: store.Connection,
) -> None:
    # before its newest reading: it is understood again
    await set_aside(three, "sensor-1", 3, 2)
    # before and after
    await set_aside(three, "sensor-2", 200, 30, 20, 10)
    # before it was mounted, and after
    await set_aside(three, "sensor-3", 24 * 366, 5)
    well, broken, never = await found(three)
    assert (well.health.state, well.set_aside) == (HealthState.OK, None)
    assert (broken.health.state, broken.health.since) == (HealthState.UNREADABLE, NOON - 30 * HOUR)
    assert "3 messages since" in broken.health.why
    assert "the last: unreadable_frame (port 85, 10 h ago)" in broken.health.why
    assert (never.health.state, never.health.since) == (HealthState.UNREADABLE, NOON - 5 * HOUR)
    assert never.set_aside is not None
    assert never.set_aside.n == 1
    one = await health.sensor(three, "sensor-3", now=NOON, limits=DEFAULT_LIMITS)
    assert one == never
    only = await found(three, states={HealthState.UNREADABLE})
    assert [s.sensor_id for s in only] == ["sensor-2", "sensor-3"]


async def test_what_was_replayed_waits_no_more(three: store.Connection) -> None:
    await set_aside(three, "sensor-3", 2, 1)
    ids = [r.rejected_id for r in await rejected.waiting(three, sensor_ids=["sensor-3"])]
    await rejected.mark_replayed(three, ids, now=NOON)
    assert (await found(three))[2].health.state is HealthState.NEVER_HEARD


@pytest.mark.parametrize("reason", list(RejectReason))
async def test_what_says_nothing_about_the_sensor_does_not_count(
    three: store.Connection, reason: RejectReason
) -> None:
    await set_aside(three, "sensor-3", 1, reason=reason)
    others = {RejectReason.UNKNOWN_SENSOR, RejectReason.SIMULATED, RejectReason.RATE}
    state = (await found(three))[2].health.state
    assert state is (HealthState.NEVER_HEARD if reason in others else HealthState.UNREADABLE)


async def test_the_very_same_message_again_and_again_is_several(three: store.Connection) -> None:
    await set_aside(three, "sensor-2", 30, 20, 10, payload="hello")
    broken = (await found(three))[1]
    assert (broken.health.state, broken.health.since) == (HealthState.UNREADABLE, NOON - 30 * HOUR)
    assert broken.set_aside is not None
    assert (broken.set_aside.n, broken.set_aside.last_received_at) == (3, NOON - 10 * HOUR)


async def test_however_much_was_set_aside_before_an_index_finds_what_came_later(
    three: store.Connection,
) -> None:
    """Without it each look at the health of a sensor would read all that was ever set aside."""
    await three.execute(
        """
        INSERT INTO rejected_messages (digest, topic, payload, sensor_id, reason, detail, readings,
                                       first_received_at, last_received_at)
        SELECT sha256(n::text::bytea), 't', '', 'sensor-1', 'unreadable_frame', '', 1, at, at
        FROM (SELECT n, %s - n * interval '1 minute' AS at FROM generate_series(1, 20000) n) x
        """,
        (NOON - 2 * HOUR,),
    )
    await three.execute("ANALYZE rejected_messages")
    asked = {
        "sensor_ids": ["sensor-1"],
        "times": [NOON - HOUR],
        "not_the_sensors": ["rate"],
    }
    explained = await three.execute(
        f"EXPLAIN (ANALYZE, TIMING OFF) {unread.LATER_THAN}".encode(), asked
    )
    plan = "\n".join(row["QUERY PLAN"] for row in await explained.fetchall())
    assert "rejected_messages_open_by_sensor_time" in plan
    assert "Rows Removed by Filter" not in plan
