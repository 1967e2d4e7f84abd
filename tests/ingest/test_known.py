"""What an ingester remembers of the sensors ends with the connection it was read over."""

import store
from ingest.known import KnownSensors
from tests.ingest.parts import settle_town


async def test_over_another_connection_everything_is_read_anew(database_url: str) -> None:
    await settle_town(database_url)
    known = KnownSensors()
    async with store.connect(database_url) as conn:
        await known.hold_tracks(conn, {"s0", "s1"})
        assert set(await known.of(conn, {"s0", "s1"})) == {"s0", "s1"}
        # remembered: nobody asks for s1 here, and it is there
        assert set(await known.of(conn, {"s0"})) == {"s0", "s1"}
        assert set(known._tracks) == {"s0", "s1"}
    async with store.connect(database_url) as conn:
        assert set(await known.hold_tracks(conn, {"s0"})) == {"s0"}
        assert set(known._tracks) == {"s0"}
        assert set(await known.of(conn, {"s0"})) == {"s0"}
