"""Photos that crews take at stops: kept in the database, deleted when they are old."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from core.errors import ConflictError, NotFoundError
from store.connection import Connection
from store.reports import OF_CREW, tell


@dataclass(frozen=True, kw_only=True, slots=True)
class Photo:
    """A photo as it is kept; ``digest`` is that of what the phone sent."""

    photo_id: UUID
    stop_id: UUID
    crew_id: str
    digest: bytes
    width: int
    height: int
    jpeg: bytes


_OWN = f"SELECT FROM stops s WHERE s.stop_id = %(stop_id)s AND {OF_CREW}"
_ADD = """
    INSERT INTO photos (photo_id, stop_id, crew_id, digest, width, height, received_at,
                        received_by, jpeg)
    VALUES (%(photo_id)s, %(stop_id)s, %(crew_id)s, %(digest)s, %(width)s, %(height)s,
            %(received_at)s, %(received_by)s, %(jpeg)s)
    ON CONFLICT (photo_id) DO NOTHING
"""
_SAME = """
    SELECT FROM photos
    WHERE photo_id = %(photo_id)s AND stop_id = %(stop_id)s AND crew_id = %(crew_id)s
      AND digest = %(digest)s
"""


async def add(conn: Connection, photo: Photo, *, received_by: str, received_at: datetime) -> None:
    """Keep a photo of a stop on the crew's own rounds; the same one twice is one.

    Raises NotFoundError for another's or an unknown stop, ConflictError when the photo_id was used
    for another photo or another stop.
    """
    values = {
        "photo_id": photo.photo_id,
        "stop_id": photo.stop_id,
        "crew_id": photo.crew_id,
        "digest": photo.digest,
        "width": photo.width,
        "height": photo.height,
        "received_at": received_at,
        "received_by": received_by,
        "jpeg": photo.jpeg,
    }
    if await (await conn.execute(_OWN.encode(), values)).fetchone() is None:
        raise NotFoundError(f"no stop {photo.stop_id} on your rounds")
    added = await conn.execute(_ADD, values)
    if added.rowcount == 1:
        await tell(conn, photo.stop_id)
    elif await (await conn.execute(_SAME, values)).fetchone() is None:
        raise ConflictError(
            f"photo {photo.photo_id} was used for another photo: make a new id for each photo"
        )


_FIND = """
    SELECT photo_id, stop_id, crew_id, digest, width, height, jpeg FROM photos
    WHERE photo_id = %(photo_id)s AND (%(crew_id)s::text IS NULL OR crew_id = %(crew_id)s)
"""


async def find(conn: Connection, photo_id: UUID, *, crew_id: str | None) -> Photo | None:
    """Return a photo; with ``crew_id`` only one of that crew."""
    cursor = conn.cursor(binary=True)  # as text a photo would take twice its size
    await cursor.execute(_FIND, {"photo_id": photo_id, "crew_id": crew_id})
    row = await cursor.fetchone()
    return None if row is None else Photo(**row)


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """How many photos there are, what they take, and when the oldest came."""

    photos: int
    size_bytes: int
    oldest_at: datetime | None


_KEPT = """
    SELECT count(*) AS photos, coalesce(sum(octet_length(jpeg)), 0)::bigint AS size_bytes,
           min(received_at) AS oldest_at
    FROM photos
"""


async def kept(conn: Connection) -> Kept:
    """Return what there is."""
    row = await (await conn.execute(_KEPT)).fetchone()
    assert row is not None  # noqa: S101 - an aggregate always has a row
    return Kept(**row)


_PRUNE = """
    WITH sized AS (
        SELECT photo_id, received_at, octet_length(jpeg) AS size_bytes,
               sum(octet_length(jpeg)) OVER (ORDER BY received_at DESC, photo_id) AS upto_bytes
        FROM photos
    ), gone AS (
        DELETE FROM photos WHERE photo_id IN (
            SELECT photo_id FROM sized
            WHERE received_at < %(before)s OR upto_bytes > %(max_bytes)s
            ORDER BY received_at, photo_id DESC LIMIT %(limit)s)
        RETURNING octet_length(jpeg) AS size_bytes
    )
    SELECT count(*) AS photos, coalesce(sum(size_bytes), 0)::bigint AS size_bytes,
           NULL::timestamptz AS oldest_at
    FROM gone
"""


async def prune(
    conn: Connection, *, before: datetime, max_bytes: int, limit: int | None = None
) -> Kept:
    """Delete photos that came before, and the oldest of those that take more than ``max_bytes``.

    At most ``limit``, the oldest first. Returns how many went, and what they took. Marks keep
    their photo_ids.
    """
    values = {"before": before, "max_bytes": max_bytes, "limit": limit}
    row = await (await conn.execute(_PRUNE, values)).fetchone()
    assert row is not None  # noqa: S101 - as above
    return Kept(**row)
