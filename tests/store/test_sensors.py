from datetime import timedelta

import pytest

import store
from core.errors import StorageRefusedError
from core.rules.onboarding import Action, Step
from store import credentials, known_sensors, sensors
from store.connection import named_errors
from tests.store.make import NOON, registered, town

HOUR = timedelta(hours=1)


async def test_steps_are_taken(conn: store.Connection) -> None:
    await registered(conn, town(bins=3))
    await sensors.take(
        conn,
        [
            Step(sensor_id="new", action=Action.ADD, device="native", bin_id="bin-1", at=NOON),
            Step(
                sensor_id="sensor-2",
                action=Action.MOVE,
                leaves="bin-2",
                bin_id="bin-3",
                at=NOON,
            ),
            Step(
                sensor_id="sensor-3",
                action=Action.CHANGE,
                device="netvox-r718x",
                bin_id="bin-3",
                at=NOON - timedelta(days=900),
                earlier=True,
            ),
        ],
    )
    found = {
        s.sensor_id: s for s in await sensors.registered(conn, ["new", "sensor-2", "sensor-3"])
    }
    assert (found["new"].bin_id, found["new"].mounted_at) == ("bin-1", NOON)
    assert (found["sensor-2"].bin_id, found["sensor-2"].free_since) == ("bin-3", NOON)
    assert found["sensor-3"].device == "netvox-r718x"
    assert found["sensor-3"].mounted_at == NOON - timedelta(days=900)
    assert await sensors.in_bins(conn, ["bin-1", "bin-2", "bin-3"]) == {
        "bin-1": ["new", "sensor-1"],
        "bin-3": ["sensor-2", "sensor-3"],
    }


async def test_an_ingester_learns_of_it(conn: store.Connection) -> None:
    await registered(conn, town(bins=1))
    await conn.commit()
    before = await known_sensors.revision(conn)
    step = Step(sensor_id="new", action=Action.ADD, device="native", bin_id="bin-1", at=NOON)
    await sensors.take(conn, [step])
    assert await known_sensors.revision(conn) > before
    known = await known_sensors.known(conn, ["new"])
    assert [m.bin_id for m in known["new"].mountings] == ["bin-1"]


async def test_a_bin_that_is_not_there_is_refused(conn: store.Connection) -> None:
    await registered(conn, town(bins=1))
    assert await sensors.missing_bins(conn, ["bin-1", "bin-9"]) == {"bin-9"}
    step = Step(sensor_id="new", action=Action.ADD, device="native", bin_id="bin-9", at=NOON)
    with pytest.raises(StorageRefusedError):
        async with named_errors():
            await sensors.take(conn, [step])


async def test_out_of_the_bin_and_out_of_use(conn: store.Connection) -> None:
    await registered(conn, town(bins=1))
    assert not await sensors.unmount(conn, "sensor-1", at=NOON - timedelta(days=900))
    assert await sensors.unmount(conn, "sensor-1", at=NOON)
    assert not await sensors.unmount(conn, "sensor-1", at=NOON + HOUR)
    assert await sensors.retire(conn, "sensor-1", at=NOON)
    assert not await sensors.retire(conn, "sensor-1", at=NOON)


async def test_a_retired_sensor_has_no_hash_even_if_nobody_revoked_it(
    conn: store.Connection,
) -> None:
    await registered(conn, town(bins=2))
    await credentials.set_hashes(conn, {"sensor-1": "$7$1$a$b", "sensor-2": "$7$1$c$d"}, now=NOON)
    await sensors.retire(conn, "sensor-1", at=NOON)
    assert await credentials.hashes(conn) == {"sensor-2": "$7$1$c$d"}


async def test_no_clear_password_can_be_stored(conn: store.Connection) -> None:
    await registered(conn, town(bins=1))
    with pytest.raises(StorageRefusedError):
        async with named_errors():
            await credentials.set_hashes(conn, {"sensor-1": "clear"}, now=NOON)


async def test_who_reads_the_registry_is_seen_until_it_ends(
    conn: store.Connection, database_url: str
) -> None:
    assert await sensors.registry_readers(conn) == frozenset()
    async with store.connect(database_url) as ingester:
        await known_sensors.revision(ingester)
        (reader,) = await sensors.registry_readers(conn)
        await ingester.commit()
        assert await sensors.registry_readers(conn) == frozenset()
        await known_sensors.revision(ingester)
        assert await sensors.registry_readers(conn) != {reader}
