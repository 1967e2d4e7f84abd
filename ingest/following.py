"""Judge readings against what came before them: the trust that counts, and what moves by it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from operator import attrgetter

from core.readings import Reading, Trust
from core.rules.follow import follow
from core.rules.track import Track
from core.rules.trust_limits import TrustLimits
from store.bin_states import Move
from store.sensed import Sensed

type Key = tuple[str, datetime]
"""What identifies a reading: sensor_id and measured_at."""


@dataclass(kw_only=True, slots=True)
class Followed:
    """What a batch of new readings comes to."""

    readings: dict[Key, Reading] = field(default_factory=dict)
    """All of them, with the trust that counts."""
    tracks: dict[str, Track]
    """Of each sensor that was followed, as they are now."""
    moves: dict[str, Move] = field(default_factory=dict)
    """By bin_id."""
    confirmed: list[Key] = field(default_factory=list)
    """Earlier readings, stored as doubtful, that are believed now."""
    sensed: dict[tuple[str, datetime], Sensed] = field(default_factory=dict)
    """Emptyings seen, by bin_id and emptied_at."""
    revoked: list[tuple[str, datetime]] = field(default_factory=list)
    """Emptyings seen earlier that were none, by bin_id and emptied_at."""


def follow_all(
    new: Iterable[Reading], tracks: Mapping[str, Track], limits: TrustLimits
) -> Followed:
    """Follow readings that are not stored yet, each sensor's in order of time.

    ``tracks`` holds the track of every sensor among them; those of other sensors stay out of it.
    """
    done = Followed(tracks=dict(tracks))
    stored_until: dict[str, datetime] = {}
    for reading in sorted(new, key=attrgetter("measured_at")):
        _follow_one(reading, done, limits)
        stored_until[reading.sensor_id] = reading.measured_at
    for sensor_id, newest in stored_until.items():
        track = done.tracks[sensor_id]
        if track.stored_until is None or newest > track.stored_until:
            done.tracks[sensor_id] = track.but(stored_until=newest)
    # a sensor that only repeated itself has nothing to be written
    done.tracks = {sensor_id: done.tracks[sensor_id] for sensor_id in stored_until}
    return done


def _follow_one(reading: Reading, done: Followed, limits: TrustLimits) -> None:
    sensor_id, bin_id = reading.sensor_id, reading.bin_id
    step = follow(done.tracks[sensor_id], reading, limits)
    done.tracks[sensor_id] = step.track
    if step.trust is not reading.trust:
        reading = replace(reading, trust=step.trust)
    done.readings[sensor_id, reading.measured_at] = reading
    if step.confirmed_at is not None:
        _confirm((sensor_id, step.confirmed_at), done)
    if step.revoked_at is not None and done.sensed.pop((bin_id, step.revoked_at), None) is None:
        done.revoked.append((bin_id, step.revoked_at))
    if step.emptied is not None:
        done.sensed[bin_id, step.emptied.emptied_at] = Sensed(
            bin_id=bin_id, sensor_id=sensor_id, emptying=step.emptied
        )
    move = done.moves.get(bin_id)
    if move is None:
        move = done.moves[bin_id] = Move()
    move.take(reading)


def _confirm(key: Key, done: Followed) -> None:
    doubted = done.readings.get(key)
    if doubted is None:
        done.confirmed.append(key)
    else:
        done.readings[key] = replace(doubted, trust=Trust.TRUSTED)
