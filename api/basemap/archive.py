"""A .pmtiles file on the disk, read where it is needed; a newer one of the same name is noticed."""

import functools
import gzip
import hashlib
import json
import mmap
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from pmtiles.tile import (
    Compression,
    Entry,
    TileType,
    deserialize_directory,
    deserialize_header,
    find_tile,
    zxy_to_tileid,
)

from core.errors import InvalidInputError

HEADER_BYTES = 127
_DEPTH = 4
"""Directories that may lie in one another, as the format's own readers allow."""
_DIRECTORIES = 256
"""Directories kept read; each is some thousand tiles."""
type Bounds = tuple[float, float, float, float]
"""West, south, east, north."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Archive:
    """An open file of tiles. ``revision`` is another where the file's contents are."""

    path: Path
    revision: str
    stamp: tuple[int, int, int]
    gzipped: bool
    bounds: Bounds
    zooms: tuple[int, int]
    metadata: Mapping[str, Any]
    _header: Mapping[str, Any] = field(repr=False)
    _bytes: mmap.mmap = field(repr=False)

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open a file; raises InvalidInputError with what is wrong with it."""
        try:
            with path.open("rb") as file:
                stamp = _stamp(path)
                mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except (OSError, ValueError) as error:
            raise InvalidInputError(f"{path}: cannot be read: {error}") from error
        try:
            header = deserialize_header(mapped[:HEADER_BYTES])
            packed = _part(mapped, header["metadata_offset"], header["metadata_length"])
            if header["internal_compression"] == Compression.GZIP:
                text = gzip.decompress(packed)
            else:
                text = packed
            metadata = json.loads(text)
        except Exception as error:
            raise InvalidInputError(f"{path}: not a .pmtiles file, or a broken one") from error
        if header["tile_type"] != TileType.MVT or header["tile_compression"] not in (
            Compression.GZIP,
            Compression.NONE,
        ):
            raise InvalidInputError(f"{path}: its tiles are not vector tiles")
        return cls(
            path=path,
            revision=hashlib.sha256(mapped).hexdigest()[:16],
            stamp=stamp,
            gzipped=header["tile_compression"] == Compression.GZIP,
            bounds=(
                header["min_lon_e7"] / 1e7,
                header["min_lat_e7"] / 1e7,
                header["max_lon_e7"] / 1e7,
                header["max_lat_e7"] / 1e7,
            ),
            zooms=(header["min_zoom"], header["max_zoom"]),
            metadata=metadata,
            _header=header,
            _bytes=mapped,
        )

    @property
    def changed(self) -> bool:
        """Return whether another file has this one's name by now."""
        try:
            return _stamp(self.path) != self.stamp
        except OSError:
            return False  # gone: what is open is still whole

    @property
    def layers(self) -> frozenset[str]:
        """The names of the layers in its tiles."""
        return frozenset(layer["id"] for layer in self.metadata.get("vector_layers", ()))

    def tile(self, z: int, x: int, y: int) -> bytes | None:
        """Return a tile as it is stored; None where the map is empty."""
        wanted = zxy_to_tileid(z, x, y)
        offset, length = self._header["root_offset"], self._header["root_length"]
        for _ in range(_DEPTH):
            found = find_tile(self._directory(offset, length), wanted)
            if found is None:
                return None
            if found.run_length:
                at = self._header["tile_data_offset"] + found.offset
                return _part(self._bytes, at, found.length)
            offset = self._header["leaf_directory_offset"] + found.offset
            length = found.length
        return None

    @functools.cached_property
    def _directory(self) -> Any:  # noqa: ANN401 - a cached function
        @functools.lru_cache(maxsize=_DIRECTORIES)
        def directory(offset: int, length: int) -> list[Entry]:
            return list(deserialize_directory(_part(self._bytes, offset, length)))

        return directory


def _part(mapped: mmap.mmap, offset: int, length: int) -> bytes:
    return mapped[offset : offset + length]


def _stamp(path: Path) -> tuple[int, int, int]:
    found = path.stat()
    return found.st_ino, found.st_mtime_ns, found.st_size
