"""Find what is new in a batch: the same reading again is stored once, another one is a conflict."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from core.readings import Reading
from core.rules.track import Track
from ingest.following import Key
from store import Connection, readings

type Place = tuple[int, int | None]
"""Where a reading stood: its message's number in the batch, its index in the message."""


@dataclass(kw_only=True, slots=True)
class Sifted:
    """The readings of a batch: len(new) + duplicates + len(conflicts) of them."""

    new: dict[Key, Reading] = field(default_factory=dict)
    duplicates: int = 0
    conflicts: list[Place] = field(default_factory=list)


async def sift(
    conn: Connection, placed: Sequence[tuple[Place, Reading]], tracks: Mapping[str, Track]
) -> Sifted:
    """Tell new readings from repeated ones, while the ``tracks`` of all their sensors are held.

    Nobody else can store readings of these sensors meanwhile, and nothing later than a track's
    ``stored_until`` is stored: only what is not later has to be looked for.
    """
    sifted = Sifted()
    unsure = [(place, r) for place, r in placed if _may_be_stored(r, tracks[r.sensor_id])]
    stored = await readings.already_stored(conn, [r for _, r in unsure])
    settled = {unsure[n][0]: same for n, same in stored.items()}
    for place, reading in placed:
        same = settled.get(place)
        if same is None:
            key = (reading.sensor_id, reading.measured_at)
            first = sifted.new.setdefault(key, reading)
            if first is reading:
                continue
            same = said(first) == said(reading)
        if same:
            sifted.duplicates += 1
        else:
            sifted.conflicts.append(place)
    return sifted


def _may_be_stored(reading: Reading, track: Track) -> bool:
    return track.stored_until is not None and reading.measured_at <= track.stored_until


def said(reading: Reading) -> tuple[object, ...]:
    """Return what makes two readings of one moment the same."""
    return (
        reading.raw_fill_pct,
        reading.raw_distance_mm,
        reading.tilted,
        reading.no_level_reason,
    )
