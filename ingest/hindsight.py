"""One bin's readings, judged by a calibration and followed in order of time: pure."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from core.bins import Calibration, KnownSensor, calibration_at
from core.measurements import Measurement
from core.readings import Reading, Trust
from core.rules.fill import judge
from core.rules.track import Track
from ingest.following import Followed, Key, follow_all
from ingest.messages import Limits
from store.sensed import Sensed

type Pair = tuple[Reading, Reading]
"""A reading as it was and as it is now."""


class Hindsight:
    """Follows a bin's stored readings from the first one on, page by page."""

    def __init__(
        self,
        bin_id: str,
        sensors: Collection[KnownSensor],
        calibrations: Sequence[Calibration],
        limits: Limits,
    ) -> None:
        self._bin_id = bin_id
        self._calibrations = calibrations
        self._limits = limits
        self._tracks = {sensor.sensor_id: Track() for sensor in sensors}
        self._returns = {s.sensor_id: list(_returns(s, bin_id)) for s in sensors}
        self._doubted: dict[Key, Pair] = {}
        self.sensed: dict[datetime, Sensed] = {}
        """The emptyings seen so far, by emptied_at."""
        self.doubted_at: datetime | None = None
        self.doubt: Trust | None = None
        """The newest reading that could not be believed, and why not."""

    @property
    def doubted(self) -> Iterable[Pair]:
        """The readings that the next one of their sensor may yet confirm: not told so far."""
        return self._doubted.values()

    def follow(self, page: Sequence[Reading]) -> Sequence[Pair]:
        """Follow more readings, by measured_at; return those whose verdict is final now."""
        return [pair for part in self._parts(page) for pair in self._follow_part(part)]

    def newer_than(self, held: Mapping[str, Track]) -> Mapping[str, Track]:
        """Return the tracks that are to replace those ``held``.

        Not of a sensor that has gone to another bin and was followed there since.
        """
        return {
            sensor_id: replace(track, stored_until=held[sensor_id].stored_until)
            for sensor_id, track in self._tracks.items()
            if track.newest_at is not None and _is_of_now(track, held[sensor_id])
        }

    def _parts(self, page: Sequence[Reading]) -> Iterator[Sequence[Reading]]:
        """Cut a page where a sensor came back from another bin: there it is followed from new."""
        begin = 0
        for n, reading in enumerate(page):
            returns = self._returns[reading.sensor_id]
            if returns and reading.measured_at >= returns[0]:
                yield page[begin:n]
                begin = n
                while returns and reading.measured_at >= returns[0]:
                    del returns[0]
                self._tracks[reading.sensor_id] = Track()
        yield page[begin:]

    def _follow_part(self, part: Sequence[Reading]) -> Iterator[Pair]:
        was = {(r.sensor_id, r.measured_at): r for r in part}
        followed = follow_all(map(self._judge, part), self._tracks, self._limits.trust)
        self._tracks |= followed.tracks
        self._note(followed)
        for key in followed.confirmed:
            # one from before the sensor came back is told already
            if (pair := self._doubted.pop(key, None)) is not None:
                yield pair[0], replace(pair[1], trust=Trust.TRUSTED)
        waiting = {(s, t.suspect_at) for s, t in self._tracks.items() if t.suspect_at is not None}
        for key in self._doubted.keys() - waiting:
            yield self._doubted.pop(key)
        for key, reading in followed.readings.items():
            if key in waiting:
                self._doubted[key] = was[key], reading
            else:
                yield was[key], reading

    def _judge(self, reading: Reading) -> Reading:
        """Return the reading with what it says by itself, from its raw values."""
        calibration = calibration_at(self._calibrations, reading.measured_at)
        fill_pct, trust = judge(
            Measurement(
                kind=reading.kind,
                measured_at=reading.measured_at,
                fill_pct=reading.raw_fill_pct,
                distance_mm=reading.raw_distance_mm,
                tilted=reading.tilted,
                no_level_reason=reading.no_level_reason,
            ),
            measured_at=reading.measured_at,
            received_at=reading.received_at,
            calibration=calibration,
            clock_tolerance=self._limits.clock_tolerance,
        )
        return replace(
            reading,
            fill_pct=fill_pct,
            trust=trust,
            calibration_version=None if calibration is None else calibration.version,
        )

    def _note(self, followed: Followed) -> None:
        for _, emptied_at in followed.revoked:
            self.sensed.pop(emptied_at, None)
        for (_, emptied_at), seen in followed.sensed.items():
            self.sensed[emptied_at] = seen
        move = followed.moves.get(self._bin_id)
        if move is None or move.doubted_at is None:
            return
        if self.doubted_at is None or move.doubted_at >= self.doubted_at:
            self.doubted_at, self.doubt = move.doubted_at, move.doubt


def _returns(sensor: KnownSensor, bin_id: str) -> Iterator[datetime]:
    """Yield when the sensor came to the bin from another one."""
    came_from = bin_id
    for mounting in sensor.mountings:
        if mounting.bin_id == bin_id != came_from:
            yield mounting.mounted_at
        came_from = mounting.bin_id


def _is_of_now(track: Track, held: Track) -> bool:
    if held.bin_id in {None, track.bin_id} or held.newest_at is None or track.newest_at is None:
        return True
    return track.newest_at > held.newest_at
