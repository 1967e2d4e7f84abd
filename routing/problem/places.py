"""Everywhere a vehicle may be on a day, as rows of the travel table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from core.fleet import Depot, DisposalSite
from core.geo import Position
from core.rules.due import Wanted
from core.vehicles import Vehicle


@dataclass(frozen=True, kw_only=True, eq=False)
class Places:
    """Positions in the order of the travel table, and which row is whose, by id.

    ``starts`` has the vehicles that stand elsewhere than at a depot.
    """

    positions: tuple[Position, ...]
    depots: Mapping[str, int]
    sites: Mapping[str, int]
    starts: Mapping[str, int]
    bins: Mapping[str, int]

    @classmethod
    def of(
        cls,
        *,
        depots: Sequence[Depot],
        vehicles: Sequence[Vehicle],
        sites: Sequence[DisposalSite],
        wanted: Sequence[Wanted],
        starts: Mapping[str, Position] | None = None,
    ) -> Self:
        """Collect them: the depots these vehicles begin and end at, sites, starts, bins."""
        starts = starts or {}
        used = {d for v in vehicles for d in (v.depot_id, v.end_depot_id or v.depot_id)}
        named: list[tuple[str, Position]] = [
            *((d.depot_id, d.position) for d in depots if d.depot_id in used),
            *((s.disposal_site_id, s.position) for s in sites),
            *starts.items(),
            *((w.level.bin.bin_id, _position(w)) for w in wanted),
        ]
        ids, rows = [name for name, _ in named], iter(range(len(named)))
        n_depots = len(named) - len(sites) - len(starts) - len(wanted)

        def numbered(n: int) -> dict[str, int]:
            return {ids[row]: row for _, row in zip(range(n), rows, strict=False)}

        return cls(
            positions=tuple(position for _, position in named),
            depots=numbered(n_depots),
            sites=numbered(len(sites)),
            starts=numbered(len(starts)),
            bins=numbered(len(wanted)),
        )

    @property
    def kerb(self) -> tuple[bool, ...]:
        """Tell of each position whether the lorry's own side of the street matters there."""
        bins = set(self.bins.values())
        return tuple(row in bins for row in range(len(self.positions)))

    def ends_of(self, vehicle: Vehicle) -> tuple[Position, Position]:
        """Return where a vehicle begins and ends."""
        return self.positions[self.start_of(vehicle)], self.positions[self.end_of(vehicle)]

    def start_of(self, vehicle: Vehicle) -> int:
        """Return where a vehicle begins."""
        return self.starts.get(vehicle.vehicle_id, self.depots[vehicle.depot_id])

    def end_of(self, vehicle: Vehicle) -> int:
        """Return where a vehicle ends."""
        return self.depots[vehicle.end_depot_id or vehicle.depot_id]


def _position(wanted: Wanted) -> Position:
    position = wanted.level.bin.position
    if position is None:
        raise ValueError(f"bin {wanted.level.bin.bin_id} is wanted without a position")
    return position
