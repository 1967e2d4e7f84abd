"""Which vehicle could serve which visit if it had nothing else to do, condition by condition."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from core.bins import Bin
from core.fleet import Stream
from core.vehicles import VehicleSize
from routing.model import Flags
from routing.problem import measures
from routing.problem.disposals import Way
from routing.problem.ground import Ground
from routing.problem.problem import ProblemVehicle
from routing.problem.visits import Visit
from routing.travel import UNREACHABLE_S

type Seconds = NDArray[np.int64]

NEVER_S = UNREACHABLE_S


class Fits:
    """Arrays (visits, vehicles), a condition each; ``suitable`` is all of them.

    ``carries`` the stream; ``disposes`` of it (a way to empty is there); ``permitted``: not pinned
    to another or forbidden; ``gets_there``: small enough; ``holds`` the load when empty;
    ``reaches`` it within the shift at any hour of the bins, ``in_time`` at theirs. ``alone_s`` is
    how long the round with this visit alone takes.
    """

    def __init__(
        self,
        visits: Sequence[Visit],
        vehicles: Sequence[ProblemVehicle],
        ways: Sequence[Way],
        *,
        streams: Mapping[str, Stream],
        ground: Ground,
    ) -> None:
        shape = (len(visits), len(vehicles))
        self.visits, self.vehicles = visits, vehicles
        self.carries: Flags = np.zeros(shape, dtype=np.bool_)
        self.disposes = self.carries.copy()
        self.permitted = self.carries.copy()
        self.gets_there = self.carries.copy()
        self.holds = self.carries.copy()
        self.reaches = self.carries.copy()
        self.in_time = self.carries.copy()
        self.alone_s = np.full(shape, NEVER_S, dtype=np.int64)
        many = _Many(visits, ground)
        kept = _kept(visits, vehicles)
        for v, vehicle in enumerate(vehicles):
            lorry = vehicle.vehicle
            self.carries[:, v], load = measures.loads(
                lorry,
                of=many.streams,
                load_kg=many.load_kg,
                loose_l=many.loose_l,
                streams=streams,
            )
            self.holds[:, v] = (load <= np.array(measures.capacity(lorry))).all(axis=1)
            self.permitted[:, v] = True
            for n, may in kept.items():
                self.permitted[n, v] = may(lorry.vehicle_id)
            self.gets_there[:, v] = _rank(lorry.size) <= many.largest
            usable = [way for way in ways if lorry.vehicle_id in way.vehicle_ids]
            self.disposes[:, v] = bool(usable)
            if usable and visits:
                drive = _Alone(vehicle, many, usable, ground)
                self.alone_s[:, v], self.reaches[:, v], self.in_time[:, v] = drive.result()
        self.suitable = (
            self.carries
            & self.disposes
            & self.permitted
            & self.gets_there
            & self.holds
            & self.in_time
        )


def _rank(size: VehicleSize) -> int:
    return list(VehicleSize).index(size)


def _largest(visit: Visit) -> int:
    sizes = (b.wanted.level.bin.max_vehicle_size for b in visit.bins)
    return min((_rank(size) for size in sizes if size is not None), default=len(VehicleSize))


def _kept(
    visits: Sequence[Visit], vehicles: Sequence[ProblemVehicle]
) -> Mapping[int, Callable[[str], bool]]:
    """Return, for visits that not every vehicle may serve, who may."""
    promised = {bin_id: v.vehicle_id for v in vehicles for bin_id in v.promised}

    def only(bin_: Bin) -> str | None:
        return promised.get(bin_.bin_id, bin_.pinned_vehicle_id)

    def by(bins: Sequence[Bin]) -> Callable[[str], bool]:
        return lambda vehicle_id: all(
            only(b) in {None, vehicle_id} and vehicle_id not in b.forbidden_vehicle_ids
            for b in bins
        )

    all_bins = {n: [b.wanted.level.bin for b in visit.bins] for n, visit in enumerate(visits)}
    return {
        n: by(bins)
        for n, bins in all_bins.items()
        if any(only(b) is not None or b.forbidden_vehicle_ids for b in bins)
    }


class _Many:
    """Visits as arrays (n,): what each is, where it begins and ends, when it may begin."""

    def __init__(self, visits: Sequence[Visit], ground: Ground) -> None:
        self.streams = [visit.stream for visit in visits]
        self.load_kg = np.array([visit.load_kg for visit in visits])
        self.loose_l = np.array([visit.loose_l for visit in visits])
        self.largest = np.array([_largest(visit) for visit in visits], dtype=np.int64)
        self.first = np.array([visit.bins[0].node for visit in visits], dtype=np.int64)
        self.last = np.array([visit.bins[-1].node for visit in visits], dtype=np.int64)
        self.takes_s: Seconds = np.array([visit.takes_s for visit in visits], dtype=np.int64)
        most = max((len(visit.spans) for visit in visits), default=0)
        # (n, spans, 2) first and last second of each; what is unused ends before it begins
        self.spans: Seconds = np.zeros((len(visits), max(1, most), 2), dtype=np.int64)
        self.spans[:, :, 1] = -1
        for n, visit in enumerate(visits):
            for i, (begin, end) in enumerate(visit.spans):
                self.spans[n, i] = ground.seconds(begin), ground.seconds(end)


class _Alone:
    """One vehicle's round to each visit and nothing else, without breaks."""

    def __init__(
        self, vehicle: ProblemVehicle, many: _Many, ways: Sequence[Way], ground: Ground
    ) -> None:
        shift, seconds, places = vehicle.shift, ground.seconds, ground.places
        self._earliest, self._latest = seconds(shift.starts_at), seconds(shift.latest_start)
        self._ends_by, self._longest_s = seconds(shift.ends_by), shift.longest_s
        drive_s = ground.travel.drive_s
        start = places.start_of(vehicle.vehicle)
        self._there_s: Seconds = drive_s[start, many.first].astype(np.int64)
        self._takes_s, self._spans = many.takes_s, many.spans
        home = places.end_of(vehicle.vehicle)
        self._ways = [
            (
                drive_s[many.last, way.nodes[0]].astype(np.int64),
                (seconds(way.begin[0]), seconds(way.begin[1])),
                way.takes_s + int(drive_s[way.nodes[-1], home]),
            )
            for way in ways
        ]

    def result(self) -> tuple[Seconds, Flags, Flags]:
        """Return the duration at any hours, whether that fits, and whether it does at theirs."""
        always = np.zeros((len(self._takes_s), 1, 2), dtype=np.int64)
        always[:, :, 1] = NEVER_S
        alone_s, reaches = self._best(always)
        _, in_time = self._best(self._spans)
        return alone_s, reaches, in_time

    def _best(self, spans: NDArray[np.int64]) -> tuple[Seconds, Flags]:
        alone_s = np.full(len(self._takes_s), NEVER_S, dtype=np.int64)
        fits: Flags = np.zeros(len(self._takes_s), dtype=np.bool_)
        for i in range(spans.shape[1]):
            begin = np.maximum(self._earliest + self._there_s, spans[:, i, 0])
            open_ = (spans[:, i, 0] <= spans[:, i, 1]) & (begin <= spans[:, i, 1])
            left = np.clip(begin - self._there_s, self._earliest, self._latest)
            for to_site_s, (opens, shuts), rest_s in self._ways:
                empties = np.maximum(begin + self._takes_s + to_site_s, opens)
                back = empties + rest_s
                # where it would wait for the site it may leave later
                wait_s = empties - (begin + self._takes_s + to_site_s)
                room_s = np.minimum(self._latest - left, spans[:, i, 1] - begin)
                took_s = back - left - np.clip(np.minimum(wait_s, room_s), 0, None)
                ok = open_ & (empties <= shuts) & (back <= self._ends_by)
                fits |= ok & (took_s <= self._longest_s)
                alone_s = np.minimum(alone_s, np.where(open_, took_s, NEVER_S))
        return alone_s, fits
