"""The registry file as a whole."""

from collections import Counter
from collections.abc import Iterable
from typing import Any, Self

from pydantic import Field, model_validator

from core.registry.bins import BinRecord, BinTypeRecord, ClosureRecord, SensorRecord
from core.registry.fields import Record
from core.registry.fleet import (
    CrewRecord,
    DepotRecord,
    DisposalSiteRecord,
    StreamRecord,
    VehicleRecord,
)


class Registry(Record):
    """Everything an operator owns; lists may be empty when the rest is registered already."""

    streams: list[StreamRecord] = Field(default_factory=list)
    depots: list[DepotRecord] = Field(default_factory=list)
    disposal_sites: list[DisposalSiteRecord] = Field(default_factory=list)
    vehicles: list[VehicleRecord] = Field(default_factory=list)
    crews: list[CrewRecord] = Field(default_factory=list)
    bin_types: list[BinTypeRecord] = Field(default_factory=list)
    bins: list[BinRecord] = Field(default_factory=list)
    closures: list[ClosureRecord] = Field(default_factory=list)
    sensors: list[SensorRecord] = Field(default_factory=list)

    @model_validator(mode="after")
    def _no_id_twice(self) -> Self:
        _refuse_twice("depot_id", (d.depot_id for d in self.depots))
        _refuse_twice("disposal_site_id", (d.disposal_site_id for d in self.disposal_sites))
        _refuse_twice("vehicle_id", (v.vehicle_id for v in self.vehicles))
        _refuse_twice("crew_id", (c.crew_id for c in self.crews))
        _refuse_twice("bin_type", (t.bin_type for t in self.bin_types))
        _refuse_twice("closure_id", (c.closure_id for c in self.closures))
        _refuse_twice("bin_id", (b.bin_id for b in self.bins))
        _refuse_twice("sensor_id", (s.sensor_id for s in self.sensors))
        _refuse_twice("stream", (s.stream for s in self.streams))
        _refuse_twice("crews' vehicle_id", (c.vehicle_id for c in self.crews if c.vehicle_id))
        return self

    def all_streams(self) -> list[StreamRecord]:
        """Return every stream named anywhere; one that is merely mentioned with the defaults."""
        named = {s.stream: s for s in self.streams}
        used = {b.stream for b in self.bins}
        used.update(s for v in self.vehicles for s in v.carried())
        used.update(s for d in self.disposal_sites for s in d.streams)
        return [named.get(s) or StreamRecord(stream=s) for s in sorted(used | named.keys())]


def _refuse_twice(field: str, values: Iterable[str]) -> None:
    twice = sorted(value for value, n in Counter(values).items() if n > 1)
    if twice:
        raise ValueError(f"{field} given twice: {', '.join(twice[:5])}")


def registry_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of the registry file."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Brimful registry file: what `brimful register` reads",
        **{k: v for k, v in Registry.model_json_schema().items() if k != "title"},
    }
