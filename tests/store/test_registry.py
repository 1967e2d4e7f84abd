from datetime import timedelta

import pytest

import store
from core.errors import InvalidInputError, StorageRefusedError
from core.registry import Registry, SensorRecord, StreamRecord
from store import fleet
from store.connection import named_errors
from store.known_sensors import known
from store.registry import Kept, register
from tests.store.make import LONG_AGO, NOON, registered, town


async def test_registering_twice_changes_nothing(conn: store.Connection) -> None:
    await registered(conn)
    await registered(conn)
    (depot,) = await fleet.depots(conn)
    (vehicle,) = await fleet.vehicles(conn, depot.depot_id)
    assert (vehicle.vehicle_id, vehicle.crew_id) == ("lorry", "crew")
    sensors = await known(conn, ["sensor-1", "ghost"])
    assert {k: len(s.mountings) for k, s in sensors.items()} == {"sensor-1": 1}


async def test_a_density_given_once_survives_a_registry_that_does_not_name_it(
    conn: store.Connection,
) -> None:
    glass = Registry(streams=[StreamRecord(stream="glass", density_kg_per_l=0.3)])
    await register(conn, glass)
    await registered(conn, town(stream="glass"))
    assert (await fleet.streams(conn))["glass"].density_kg_per_l == 0.3


async def test_a_swapped_sensor_leaves_the_history_with_the_bin(conn: store.Connection) -> None:
    await registered(conn)
    moved = SensorRecord(sensor_id="sensor-1", bin_id="bin-2", mounted_at=NOON)
    await register(conn, Registry(sensors=[moved]))
    before, after = (await known(conn, ["sensor-1"]))["sensor-1"].mountings
    assert (before.bin_id, before.mounted_at, before.unmounted_at) == ("bin-1", LONG_AGO, NOON)
    assert (after.bin_id, after.unmounted_at) == ("bin-2", None)
    assert before.covers(NOON - timedelta(seconds=1))
    assert not before.covers(NOON)
    assert after.covers(NOON)


async def test_a_mounting_in_the_same_bin_moves_to_earlier_only_and_says_what_it_kept(
    conn: store.Connection,
) -> None:
    await registered(conn)
    earlier = LONG_AGO - timedelta(days=1)
    for wanted, kept, begins in (
        (NOON, [Kept(sensor_id="sensor-1", bin_id="bin-1", mounted_at=LONG_AGO)], LONG_AGO),
        (LONG_AGO, [], LONG_AGO),
        (earlier, [], earlier),
    ):
        sensor = SensorRecord(sensor_id="sensor-1", bin_id="bin-1", mounted_at=wanted)
        assert await register(conn, Registry(sensors=[sensor])) == kept
        (mounting,) = (await known(conn, ["sensor-1"]))["sensor-1"].mountings
        assert mounting.mounted_at == begins


async def test_a_sensor_cannot_move_before_it_came(conn: store.Connection) -> None:
    await registered(conn)
    too_early = SensorRecord(sensor_id="sensor-1", bin_id="bin-2", mounted_at=LONG_AGO)
    with pytest.raises(InvalidInputError, match="sits in bin bin-1"):
        await register(conn, Registry(sensors=[too_early]))


async def test_an_unknown_depot_is_refused_in_words(conn: store.Connection) -> None:
    orphan = Registry(bins=[town().bins[0].model_copy(update={"depot_id": "nowhere"})])
    with pytest.raises(StorageRefusedError, match="depot"):
        async with named_errors():
            await register(conn, orphan)


async def test_crews_can_swap_vehicles(conn: store.Connection) -> None:
    one = town()
    lorries = [one.vehicles[0], one.vehicles[0].model_copy(update={"vehicle_id": "lorry-2"})]
    crews = [one.crews[0], one.crews[0].model_copy(update={"crew_id": "crew-2"})]
    with_two = one.model_copy(
        update={
            "vehicles": lorries,
            "crews": [crews[0], crews[1].model_copy(update={"vehicle_id": "lorry-2"})],
        }
    )
    await registered(conn, with_two)
    swapped = [
        crews[0].model_copy(update={"vehicle_id": "lorry-2"}),
        crews[1].model_copy(update={"vehicle_id": "lorry"}),
    ]
    await registered(conn, with_two.model_copy(update={"crews": swapped}))
    assert {v.vehicle_id: v.crew_id for v in await fleet.vehicles(conn, "depot")} == {
        "lorry": "crew-2",
        "lorry-2": "crew",
    }
