from datetime import timedelta

import store
from core.bins import calibration_at
from core.plausible import EARLIEST
from store import calibrations
from store.known_sensors import known, revision
from store.levels import levels
from tests.store.make import NOON, registered, town

HOUR = timedelta(hours=1)


async def versions(conn: store.Connection) -> list[tuple[int, int | None]]:
    found = (await calibrations.of_bins(conn, ["bin-1"])).get("bin-1", ())
    return [(c.version, c.empty_distance_mm) for c in found]


async def test_a_bin_without_distances_has_no_calibration(conn: store.Connection) -> None:
    await registered(conn)
    assert await versions(conn) == []


async def test_the_first_counts_for_all_history_and_the_same_again_is_no_new_one(
    conn: store.Connection,
) -> None:
    for _ in range(2):
        await registered(conn, town(empty_distance_mm=1_200, full_distance_mm=200))
    (only,) = (await calibrations.of_bins(conn, ["bin-1"]))["bin-1"]
    assert (only.version, only.valid_from) == (1, EARLIEST)


async def test_another_counts_from_now_on_and_overwrites_nothing(conn: store.Connection) -> None:
    await registered(conn, town(empty_distance_mm=1_200, full_distance_mm=200))
    await registered(conn, town(empty_distance_mm=1_500, full_distance_mm=200))
    assert await versions(conn) == [(1, 1_200), (2, 1_500)]
    found = (await calibrations.of_bins(conn, ["bin-1"]))["bin-1"]
    before = calibration_at(found, found[1].valid_from - HOUR)
    after = calibration_at(found, found[1].valid_from)
    assert (before, after) == (found[0], found[1])
    await registered(conn, town())
    assert len(await versions(conn)) == 2, "a registry that says nothing takes nothing away"


async def test_a_correction_may_reach_back(conn: store.Connection) -> None:
    await registered(conn, town(empty_distance_mm=1_200, full_distance_mm=200))
    version = await calibrations.add(
        conn,
        "bin-1",
        valid_from=NOON,
        empty_distance_mm=1_400,
        full_distance_mm=200,
        blind_zone_mm=250,
        vendor_full_pct=80,
        note="measured by hand",
        now=NOON + HOUR,
    )
    found = (await calibrations.of_bins(conn, ["bin-1"]))["bin-1"]
    counts = [calibration_at(found, NOON + n * HOUR) for n in (-1, 0, 1)]
    assert version == 2
    assert [c and c.version for c in counts] == [1, 2, 2]
    (level,) = await levels(conn, now=NOON, stale_after=HOUR, bin_id="bin-1")
    assert level.bin.calibration == found[1]
    assert calibration_at(found, EARLIEST - HOUR) is None


async def test_every_change_of_the_registry_moves_its_revision(conn: store.Connection) -> None:
    await registered(conn, town(empty_distance_mm=1_200, full_distance_mm=200))
    await conn.commit()
    seen = [await revision(conn)]
    for change in (
        "UPDATE sensors SET device = 'elsys-elt-ultrasonic' WHERE sensor_id = 'sensor-1'",
        "UPDATE mountings SET unmounted_at = now() WHERE sensor_id = 'sensor-1'",
        "INSERT INTO calibrations (bin_id, version, valid_from) VALUES ('bin-2', 2, now())",
    ):
        await conn.execute(change)
        await conn.commit()
        seen.append(await revision(conn))
    assert seen == sorted(set(seen))
    sensor = (await known(conn, ["sensor-1", "ghost"]))["sensor-1"]
    assert sensor.device == "elsys-elt-ultrasonic"
    assert sensor.mountings[0].calibrations[0].empty_distance_mm == 1_200
