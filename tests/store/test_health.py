from datetime import timedelta

import pytest

import store
from core.rules.health import HealthState
from core.rules.track import Track
from core.rules.trust_limits import DEFAULT_LIMITS
from store import health, sensors, tracks
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
