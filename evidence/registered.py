"""What a registry file says, as the planner reads it from the database."""

from core.bins import Bin
from core.fleet import DEFAULT_COMPACTION, Depot, DisposalSite, Stream
from core.geo import Position
from core.registry import (
    BinRecord,
    DepotRecord,
    DisposalSiteRecord,
    StreamRecord,
    VehicleRecord,
)
from core.vehicles import Break, Compartment, Vehicle

SERVICE_S = 60
"""At a bin that does not say."""


def depot_of(record: DepotRecord) -> Depot:
    """Return a registered depot; its clock shows UTC, as everything simulated here does."""
    return Depot(
        depot_id=record.depot_id,
        name=record.name,
        position=Position(lon=record.lon, lat=record.lat),
        timezone="UTC",
    )


def stream_of(record: StreamRecord) -> Stream:
    """Return a registered stream."""
    return Stream(
        stream=record.stream,
        density_kg_per_l=record.density_kg_per_l,
        compaction=record.compaction or DEFAULT_COMPACTION.get(record.stream, 1.0),
    )


def site_of(record: DisposalSiteRecord) -> DisposalSite:
    """Return a registered disposal site."""
    return DisposalSite(
        disposal_site_id=record.disposal_site_id,
        name=record.name,
        position=Position(lon=record.lon, lat=record.lat),
        streams=frozenset(record.streams),
        service_s=record.service_s,
    )


def vehicle_of(record: VehicleRecord) -> Vehicle:
    """Return a registered vehicle."""
    return Vehicle(
        vehicle_id=record.vehicle_id,
        name=record.name,
        depot_id=record.depot_id,
        capacity_kg=record.capacity_kg,
        streams=frozenset(record.carried()),
        compartments=tuple(
            Compartment(
                streams=frozenset(part.streams),
                volume_l=part.volume_l,
                compaction=dict(part.compaction),
            )
            for part in record.compartments
        ),
        breaks=tuple(
            Break(
                earliest=one.earliest,
                latest=one.latest,
                length_s=one.length_s,
                owed_after_s=one.owed_after_s,
            )
            for one in record.breaks
        ),
        shift_start=record.shift_start,
        shift_s=record.shift_s,
    )


def bin_of(record: BinRecord) -> Bin:
    """Return a registered bin that has a position."""
    if record.lon is None or record.lat is None:
        raise ValueError(f"bin {record.bin_id} has no position")
    return Bin(
        bin_id=record.bin_id,
        name=record.name,
        stream=record.stream,
        capacity_l=record.capacity_l,
        threshold_pct=record.threshold_pct,
        depot_id=record.depot_id,
        position=Position(lon=record.lon, lat=record.lat),
        service_s=record.service_s or SERVICE_S,
    )
