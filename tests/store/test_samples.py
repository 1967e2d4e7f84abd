"""Histories of a whole depot as columns: what is in them, in what order, of whom."""

from datetime import UTC, datetime, timedelta

import pytest

import store
from core.readings import Trust
from store.readings import add
from store.samples import samples
from tests.store.make import NOON, reading, registered

HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)


async def test_each_bin_has_its_trusted_levels_oldest_first(conn: store.Connection) -> None:
    await registered(conn)
    untrusted = reading(1, at=NOON + 2 * HOUR, fill_pct=5, trust=Trust.TILTED, tilted=True)
    unread = reading(1, at=NOON + 3 * HOUR, fill_pct=None)
    await add(
        conn,
        [
            # as they came in, not as they were measured
            reading(1, at=NOON + 4 * HOUR, fill_pct=33.5),
            reading(2, at=NOON, fill_pct=100),
            reading(1, at=NOON + HOUR - SECOND / 4, fill_pct=0),
            untrusted,
            unread,
            reading(1, at=NOON + HOUR, fill_pct=12.25),
        ],
    )
    found = await samples(conn, "depot", since=NOON, until=NOON + 5 * HOUR)
    assert set(found) == {"bin-1", "bin-2"}
    one = found["bin-1"]
    noon_s = int(NOON.timestamp())
    assert one.at_s.tolist() == [noon_s + 3599, noon_s + 3600, noon_s + 4 * 3600]
    assert one.fill_pct.tolist() == [0, 12.25, 33.5]
    assert (one.at_s.dtype.name, one.fill_pct.dtype.name) == ("int64", "float64")
    assert found["bin-2"].at_s.tolist() == [noon_s]


async def test_only_what_is_in_the_interval_and_of_the_depot(conn: store.Connection) -> None:
    await registered(conn)
    await add(conn, [reading(1, at=NOON + n * HOUR, fill_pct=n) for n in range(5)])
    found = await samples(conn, "depot", since=NOON + HOUR, until=NOON + 3 * HOUR)
    assert found["bin-1"].fill_pct.tolist() == [1, 2]
    assert not await samples(conn, "depot", since=NOON + 5 * HOUR, until=NOON + 6 * HOUR)
    assert not await samples(conn, "elsewhere", since=NOON, until=NOON + 5 * HOUR)


@pytest.mark.parametrize("year", [1990, 2000, 2037])
async def test_seconds_are_those_of_any_year(conn: store.Connection, year: int) -> None:
    at = datetime(year, 5, 17, 3, 4, 5, tzinfo=UTC)
    await registered(conn)
    await add(conn, [reading(1, at=at, fill_pct=50)])
    found = await samples(conn, "depot", since=at, until=at + HOUR)
    assert found["bin-1"].at_s.tolist() == [int(at.timestamp())]
