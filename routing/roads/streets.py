"""The streets of an extract as segments between two nodes: for closing, drawing and checking."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
import osmium
from numpy.typing import NDArray

from core.errors import InvalidInputError
from core.geo import Position
from routing.roads.flat import Flat

DRIVABLE = frozenset(
    f"{kind}{link}"
    for kind in ("motorway", "trunk", "primary", "secondary", "tertiary")
    for link in ("", "_link")
) | {"unclassified", "residential", "living_street", "service", "road"}
"""Values of the tag highway that lorries drive on; whether a way is open, the profile decides."""
_FILE = "streets.npz"


@dataclass(frozen=True, kw_only=True, eq=False)
class Streets:
    """M segments of streets.

    way (M,) int64: the way's OpenStreetMap id; nodes (M, 2) int64: ids of its two ends;
    lonlat (M, 2, 2) float64: of both ends; kind (M,) uint8: index into ``kinds``, of highway;
    name (M,) int32: index into ``names``, -1 without one.
    """

    way: NDArray[np.int64]
    nodes: NDArray[np.int64]
    lonlat: NDArray[np.float64]
    kind: NDArray[np.uint8]
    kinds: NDArray[np.str_]
    name: NDArray[np.int32]
    names: NDArray[np.str_]

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north of all streets."""
        west, south = self.lonlat.min(axis=(0, 1))
        east, north = self.lonlat.max(axis=(0, 1))
        return float(west), float(south), float(east), float(north)

    def length_m(self) -> float:
        """Return the length of all segments together."""
        flat = Flat.around(self.lonlat.reshape(-1, 2))
        ends = flat.metres(self.lonlat)
        return float(np.hypot(*(ends[:, 1] - ends[:, 0]).T).sum())

    def sample(self, rng: np.random.Generator, n: int) -> list[Position]:
        """Return n places on residential and like streets, each metre as likely as any other."""
        homely = np.isin(self.kinds, ["residential", "living_street", "unclassified", "tertiary"])
        chosen = self.lonlat[homely[self.kind]]
        if not len(chosen):
            chosen = self.lonlat
        ends = Flat.around(chosen.reshape(-1, 2)).metres(chosen)
        length_m = np.hypot(*(ends[:, 1] - ends[:, 0]).T)
        at = rng.choice(len(chosen), size=n, p=length_m / length_m.sum())
        share = rng.uniform(size=(n, 1))
        places = chosen[at, 0] + share * (chosen[at, 1] - chosen[at, 0])
        return [Position(lon=round(float(p[0]), 6), lat=round(float(p[1]), 6)) for p in places]

    def save(self, folder: Path) -> None:
        """Write them into a folder of road data."""
        np.savez_compressed(
            folder / _FILE,
            way=self.way,
            nodes=self.nodes,
            lonlat=self.lonlat,
            kind=self.kind,
            kinds=self.kinds,
            name=self.name,
            names=self.names,
        )

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read them from a folder of road data."""
        with np.load(folder / _FILE, allow_pickle=False) as saved:
            return cls(**{name: saved[name] for name in saved.files})


def read_streets(extract: Path) -> Streets:
    """Read the streets of an OpenStreetMap extract.

    Raises InvalidInputError: no such file, no extract, or one without a street.
    """
    way: list[int] = []
    nodes: list[tuple[int, int]] = []
    ends: list[tuple[float, float, float, float]] = []
    kind: list[int] = []
    name: list[int] = []
    kinds = {value: i for i, value in enumerate(sorted(DRIVABLE))}
    names: dict[str, int] = {}
    try:
        for found in _ways(extract):
            if (highway := found.tags.get("highway")) not in kinds:
                continue
            called = found.tags.get("name")
            number = -1 if called is None else names.setdefault(called, len(names))
            refs = [(n.ref, n.lon, n.lat) for n in found.nodes if n.location.valid()]
            for (a, a_lon, a_lat), (b, b_lon, b_lat) in itertools.pairwise(refs):
                way.append(found.id)
                nodes.append((a, b))
                ends.append((a_lon, a_lat, b_lon, b_lat))
                kind.append(kinds[highway])
                name.append(number)
    except OSError as error:
        raise InvalidInputError(f"{extract}: cannot be read: {error.strerror or error}") from error
    except (RuntimeError, ValueError) as error:
        # osmium's own errors are these: of the format, the XML, the compression
        raise InvalidInputError(f"{extract}: not an OpenStreetMap extract: {error}") from error
    if not way:
        raise InvalidInputError(f"{extract}: there is no street in it that a lorry can drive on")
    return Streets(
        way=np.array(way, dtype=np.int64),
        nodes=np.array(nodes, dtype=np.int64),
        lonlat=np.array(ends, dtype=np.float64).reshape(-1, 2, 2),
        kind=np.array(kind, dtype=np.uint8),
        kinds=np.array(list(kinds), dtype=np.str_),
        name=np.array(name, dtype=np.int32),
        names=np.array(list(names) or [""], dtype=np.str_),
    )


def _ways(extract: Path) -> Iterator[osmium.osm.Way]:
    if not extract.is_file():
        raise InvalidInputError(f"{extract}: there is no such file")
    objects = osmium.osm.NODE | osmium.osm.WAY
    found = (
        osmium.FileProcessor(str(extract), objects)
        .with_locations()
        .with_filter(osmium.filter.EntityFilter(osmium.osm.WAY))
        .with_filter(osmium.filter.KeyFilter("highway"))
    )
    return (way for way in found if isinstance(way, osmium.osm.Way))
