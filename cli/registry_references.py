"""What the records of a registry file refer to, and what of it is nowhere."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from core.registry import BinRecord, Registry, VehicleRecord
from store.references import Existing

_KINDS = {
    "depots": "depot",
    "vehicles": "vehicle",
    "streams": "stream",
    "bins": "bin",
    "bin_types": "bin type",
    "sites": "site",
}
"""What can be referred to, as Existing names it, and as people do."""
_ADVICE = {"streams": ": no bin and no disposal site has it; name it in streams if it is meant"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Reference:
    """A field that names something: ``kind`` as in Existing."""

    place: str
    kind: str
    id: str


def references_of(registry: Registry) -> Iterator[Reference]:
    """Yield every field of the file that names something else."""
    for i, vehicle in enumerate(registry.vehicles):
        yield Reference(place=f"vehicles[{i}].depot_id", kind="depots", id=vehicle.depot_id)
        if vehicle.end_depot_id is not None:
            place = f"vehicles[{i}].end_depot_id"
            yield Reference(place=place, kind="depots", id=vehicle.end_depot_id)
        yield from _carried_by(f"vehicles[{i}]", vehicle)
    for i, bin_ in enumerate(registry.bins):
        yield from _of_bin(f"bins[{i}]", bin_)
    for i, closure in enumerate(registry.closures):
        for j, bin_id in enumerate(closure.bin_ids):
            yield Reference(place=f"closures[{i}].bin_ids[{j}]", kind="bins", id=bin_id)
        for j, site_id in enumerate(closure.site_ids):
            yield Reference(place=f"closures[{i}].site_ids[{j}]", kind="sites", id=site_id)
    for i, sensor in enumerate(registry.sensors):
        yield Reference(place=f"sensors[{i}].bin_id", kind="bins", id=sensor.bin_id)
    for i, crew in enumerate(registry.crews):
        if crew.vehicle_id is not None:
            yield Reference(place=f"crews[{i}].vehicle_id", kind="vehicles", id=crew.vehicle_id)


def _carried_by(place: str, vehicle: VehicleRecord) -> Iterator[Reference]:
    for j, stream in enumerate(vehicle.streams):
        yield Reference(place=f"{place}.streams[{j}]", kind="streams", id=stream)
    for j, compartment in enumerate(vehicle.compartments):
        for k, stream in enumerate(compartment.streams):
            where = f"{place}.compartments[{j}].streams[{k}]"
            yield Reference(place=where, kind="streams", id=stream)


def _of_bin(place: str, bin_: BinRecord) -> Iterator[Reference]:
    yield Reference(place=f"{place}.depot_id", kind="depots", id=bin_.depot_id)
    if bin_.bin_type is not None:
        yield Reference(place=f"{place}.bin_type", kind="bin_types", id=bin_.bin_type)
    if bin_.pinned_vehicle_id is not None:
        where = f"{place}.pinned_vehicle_id"
        yield Reference(place=where, kind="vehicles", id=bin_.pinned_vehicle_id)
    for j, vehicle_id in enumerate(bin_.forbidden_vehicle_ids):
        where = f"{place}.forbidden_vehicle_ids[{j}]"
        yield Reference(place=where, kind="vehicles", id=vehicle_id)


def ids_by_kind(references: Sequence[Reference]) -> Mapping[str, Collection[str]]:
    """Return the ids to look up in the database, for each kind."""
    ids: dict[str, set[str]] = defaultdict(set)
    for reference in references:
        ids[reference.kind].add(reference.id)
    return {kind: ids[kind] for kind in _KINDS}


def unknown(registry: Registry, references: Sequence[Reference], known: Existing) -> Iterator[str]:
    """Name everything that is referred to and neither in the file nor in the database."""
    there = {
        "depots": known.depots | {d.depot_id for d in registry.depots},
        "vehicles": known.vehicles | {v.vehicle_id for v in registry.vehicles},
        "streams": known.streams | _streams_of(registry),
        "bins": known.bins | {b.bin_id for b in registry.bins},
        "bin_types": known.bin_types | {t.bin_type for t in registry.bin_types},
        "sites": known.sites | {b.site_id for b in registry.bins if b.site_id is not None},
    }
    for reference in references:
        if reference.id not in there[reference.kind]:
            yield (
                f"{reference.place}: {_KINDS[reference.kind]} {reference.id!r} "
                f"is neither in this file nor registered{_ADVICE.get(reference.kind, '')}"
            )


def _streams_of(registry: Registry) -> set[str]:
    """Return what is collected: a vehicle alone makes no stream, it may be a slip of the pen."""
    named = {s.stream for s in registry.streams} | {b.stream for b in registry.bins}
    return named | {stream for site in registry.disposal_sites for stream in site.streams}
