from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import store
from core.readings import Reading
from ingest.following import follow_all
from ingest.sifting import Sifted, sift
from store import readings, tracks
from store.readings import count
from tests.ingest.parts import LIMITS
from tests.store.make import NOON, reading, registered


async def sifted(conn: store.Connection, *batch: Reading) -> Sifted:
    """Sift a batch of one message and store what is new, as settling does."""
    held = await tracks.lock(conn, {r.sensor_id for r in batch})
    found = await sift(conn, [((0, n), r) for n, r in enumerate(batch)], held)
    followed = follow_all(found.new.values(), held, LIMITS.trust)
    await readings.add(conn, followed.readings.values())
    await tracks.save(conn, followed.tracks)
    return found


async def test_readings_are_new_once_however_often_they_come(conn: store.Connection) -> None:
    await registered(conn)
    batch = [reading(1), reading(2), reading(1)]
    first, again = await sifted(conn, *batch), await sifted(conn, *batch)
    assert (len(first.new), first.duplicates, first.conflicts) == (2, 1, [])
    assert (len(again.new), again.duplicates, again.conflicts) == (0, 3, [])


async def test_another_measurement_for_a_stored_moment_is_a_conflict(
    conn: store.Connection,
) -> None:
    await registered(conn)
    await sifted(conn, reading(1, fill_pct=40))
    found = await sifted(
        conn, reading(2), reading(1, fill_pct=90), reading(1, fill_pct=40), reading(1, fill_pct=90)
    )
    assert (len(found.new), found.duplicates) == (1, 1)
    assert found.conflicts == [(0, 1), (0, 3)]


async def test_a_conflict_within_one_batch_is_found_too(conn: store.Connection) -> None:
    await registered(conn)
    found = await sifted(conn, reading(1, fill_pct=40), reading(1, fill_pct=90))
    assert [r.fill_pct for r in found.new.values()] == [40]
    assert found.conflicts == [(0, 1)]


async def test_what_came_from_the_future_is_known_again(conn: store.Connection) -> None:
    await registered(conn)
    ahead = reading(1, at=NOON + timedelta(hours=20), received_at=NOON)
    await sifted(conn, ahead)
    await sifted(conn, reading(1))
    assert (await sifted(conn, ahead)).duplicates == 1


offsets = st.lists(
    st.tuples(st.integers(1, 3), st.integers(0, 30), st.sampled_from([10.0, 20.0, 30.0])),
    min_size=1,
    max_size=40,
)


@settings(
    max_examples=30,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(batches=st.lists(offsets, min_size=1, max_size=4))
async def test_whatever_the_order_every_reading_is_accounted_for_and_the_first_stays(
    conn: store.Connection, batches: list[list[tuple[int, int, float]]]
) -> None:
    await conn.rollback()
    await registered(conn)
    first: dict[tuple[int, int], float] = {}
    for batch in batches:
        found = await sifted(
            conn,
            *(
                reading(n, at=NOON + timedelta(minutes=minute), fill_pct=fill)
                for n, minute, fill in batch
            ),
        )
        assert len(found.new) + found.duplicates + len(found.conflicts) == len(batch)
        for n, minute, fill in batch:
            first.setdefault((n, minute), fill)
        for _, index in found.conflicts:
            n, minute, fill = batch[index or 0]
            assert first[n, minute] != fill
    assert await count(conn) == len(first)
