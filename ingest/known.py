"""The sensors an ingester knows, remembered for exactly as long as the registry stands still."""

from collections.abc import Collection, Mapping
from weakref import WeakSet

from core.bins import KnownSensor
from core.rules.track import Track
from store import Connection, known_sensors, tracks

REMEMBERED_MAX = 100_000
"""About two kilobytes each; with more sensors all are forgotten now and then."""


class KnownSensors:
    """Looks sensors up and remembers them; the registry's revision tells when to forget.

    The revision is read in the transaction that uses the answer, so that nobody ever works with
    what was true a moment ago. All is forgotten with the first use of a new connection: a server
    that crashed, or another one that took over, may use numbers of revisions and transactions
    again that it has lost, and no connection outlives that.
    """

    def __init__(self) -> None:
        self._used: WeakSet[Connection] = WeakSet()
        self._revision = -1
        self._remembered: dict[str, KnownSensor] = {}
        self._tracks: tracks.Remembered = {}

    async def of(self, conn: Connection, sensor_ids: Collection[str]) -> Mapping[str, KnownSensor]:
        """Return at least those of the sensors that are registered, by sensor_id."""
        self._forget_where_new(conn)
        revision = await known_sensors.revision(conn)
        if revision != self._revision or len(self._remembered) > REMEMBERED_MAX:
            # read before the sensors: what is remembered is never newer than it says
            self._remembered.clear()
            self._revision = revision
        missing = [s for s in sensor_ids if s not in self._remembered]
        if missing:
            self._remembered |= await known_sensors.known(conn, missing)
        return self._remembered

    async def hold_tracks(self, conn: Connection, sensor_ids: Collection[str]) -> dict[str, Track]:
        """Return the tracks of those of the sensors that have one, and hold them."""
        self._forget_where_new(conn)
        if len(self._tracks) > REMEMBERED_MAX:
            self._tracks.clear()
        return await tracks.lock(conn, sensor_ids, self._tracks)

    async def save_tracks(self, conn: Connection, changed: Mapping[str, Track]) -> None:
        """Write tracks that are held."""
        await tracks.save(conn, changed, self._tracks)

    def _forget_where_new(self, conn: Connection) -> None:
        if conn not in self._used:
            self._used.add(conn)
            self._revision = -1
            self._remembered.clear()
            self._tracks.clear()
