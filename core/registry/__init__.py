"""The registry file: what an operator owns, as one JSON document for ``brimful register``.

Streams, depots, disposal sites, vehicles, crews, bins, closed streets and sensors. The document is
checked whole before anything is stored, so that a wrong line says where it is and changes nothing.
"""

from core.registry.bins import BinRecord, BinTypeRecord, ClosureRecord, SensorRecord
from core.registry.document import Registry, registry_schema
from core.registry.fields import HoursRecord, Slug, Stream
from core.registry.fleet import (
    AreaRecord,
    BreakRecord,
    CompartmentRecord,
    CrewRecord,
    DepotRecord,
    DisposalSiteRecord,
    StreamRecord,
    VehicleRecord,
)

__all__ = [
    "AreaRecord",
    "BinRecord",
    "BinTypeRecord",
    "BreakRecord",
    "ClosureRecord",
    "CompartmentRecord",
    "CrewRecord",
    "DepotRecord",
    "DisposalSiteRecord",
    "HoursRecord",
    "Registry",
    "SensorRecord",
    "Slug",
    "Stream",
    "StreamRecord",
    "VehicleRecord",
    "registry_schema",
]
