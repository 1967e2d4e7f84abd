"""What an ingester remembers of the sensors ends with the first use of a new connection."""

import store
from ingest.known import KnownSensors
from tests.ingest.parts import settle_town


async def test_over_a_new_connection_everything_is_read_anew(database_url: str) -> None:
    await settle_town(database_url)
    known = KnownSensors()
    async with store.connect(database_url) as first:
        await known.hold_tracks(first, {"s0", "s1"})
        assert set(await known.of(first, {"s0", "s1"})) == {"s0", "s1"}
        # remembered: nobody asks for s1 here, and it is there
        assert set(await known.of(first, {"s0"})) == {"s0", "s1"}
        assert set(known._tracks) == {"s0", "s1"}
        await first.rollback()
        async with store.connect(database_url) as second:
            assert set(await known.hold_tracks(second, {"s0"})) == {"s0"}
            assert set(known._tracks) == {"s0"}
            assert set(await known.of(second, {"s0"})) == {"s0"}
            await known.hold_tracks(second, {"s1"})
        # a pool lends its connections in turn: one that was used before is no news
        await known.hold_tracks(first, {"s0"})
        assert set(known._tracks) == {"s0", "s1"}
