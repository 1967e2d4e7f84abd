"""Frames as vendors and networks published them, and what they say in Brimful's words."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.readings import Kind, NoLevelReason
from ingest.devices import DEVICES
from ingest.devices.makes.netvox_r718x import TILTED_FROM_DEG

type Said = Mapping[str, Any]
"""Names of Measurement, and what the publisher says of them. What it leaves out is not in it."""


@dataclass(frozen=True, kw_only=True)
class Published:
    """A frame, where it stands and what its publisher says it says."""

    device: str
    about: str
    port: int | None
    frame: bytes
    says: Said


def published(folder: Path) -> Iterator[Published]:
    """Yield every frame of the known devices in a folder of formats.

    Raises:
        FileNotFoundError: The folder holds no file of any known device.
    """
    files = [(name, folder / f"{name.replace('-', '_')}.json") for name in DEVICES]
    present = [(name, path) for name, path in files if path.exists()]
    if not present:
        raise FileNotFoundError(f"there is no format of a known device in {folder}")
    for name, path in present:
        document = json.loads(path.read_text(encoding="utf-8"))
        says = _WORDS[name]
        for vector in document.get("vectors", ()):
            yield Published(
                device=name,
                about=vector["description"],
                port=vector["fPort"],
                frame=bytes.fromhex(vector["bytes_hex"]),
                says=says(vector["decoded"]),
            )
        if "nb_iot" in document:
            yield _nb_iot(name, document["nb_iot"])
        yield from _examples(name, document.get("documented_examples", {}))


def _nb_iot(name: str, vector: Mapping[str, Any]) -> Published:
    decoded = vector["decoded"]
    if "data" in decoded:
        (decoded,) = decoded["data"]
    return Published(
        device=name,
        about="NB-IoT",
        port=None,
        frame=bytes.fromhex(vector["hex"]),
        says=_WORDS[name](decoded),
    )


_PLACES: Mapping[str, tuple[int, str, int]] = {
    "mV": (0, "battery_v", 1000),
    "C": (2, "temperature_c", 1),
    "cm": (4, "distance_mm", 1),
}
"""Where in a frame of the LDS12-LB a word with this unit stands, and what it becomes."""


def _examples(name: str, examples: Mapping[str, str]) -> Iterator[Published]:
    """Yield words documented one by one, each in its place in a frame that is good otherwise."""
    good = bytes.fromhex("0ce400d2064001f4000501")
    for word, meaning in examples.items():
        number, unit = meaning.split()
        at, field, per = _PLACES[unit]
        value = float(number) / per * (10 if unit == "cm" else 1)
        raw = bytes.fromhex(word.removeprefix("0x"))
        yield Published(
            device=name,
            about=f"documented word {word}",
            port=2,
            frame=good[:at] + raw + good[at + len(raw) :],
            says={field: value},
        )


def _milesight(decoded: Mapping[str, Any]) -> Said:
    if "device_status" in decoded:
        return {"kind": Kind.JOIN, "no_level_reason": NoLevelReason.NOT_MEASURED}
    position = decoded.get("position", decoded.get("tilt"))
    return {
        "kind": Kind.READING,
        "battery_pct": decoded.get("battery"),
        "distance_mm": decoded.get("distance"),
        "temperature_c": decoded.get("temperature"),
        "tilted": None if position is None else position == "tilt",
    }


def _netvox(decoded: Mapping[str, Any]) -> Said:
    if "Volt" not in decoded:
        kind = Kind.CONFIG if "Cmd" in decoded else Kind.JOIN
        return {"kind": kind, "no_level_reason": NoLevelReason.NOT_MEASURED}
    return {
        "kind": Kind.READING,
        "battery_v": float(str(decoded["Volt"]).partition("(")[0]),
        "distance_mm": decoded["Distance"],
        "temperature_c": decoded["Temp"],
        "fill_pct": decoded["FillLevel"],
        "tilted": decoded["AngleOfInclination"] >= TILTED_FROM_DEG,
    }


def _wilsen(decoded: Mapping[str, Any]) -> Said:
    centimetres = decoded.get("proxx")
    return {
        "distance_mm": decoded.get("proxx_mm") if centimetres is None else centimetres * 10,
        "fill_pct": decoded.get("fillinglvl"),
        "temperature_c": decoded.get("temp"),
        "battery_v": decoded.get("battery_vol"),
    }


def _decentlab(decoded: Mapping[str, Any]) -> Said:
    return {
        "distance_mm": decoded["distance"]["value"],
        "battery_v": decoded["battery_voltage"]["value"],
    }


def _ldds75(decoded: Mapping[str, Any]) -> Said:
    if decoded.get("distance") == "No Sensor":
        return {"distance_mm": None, "no_level_reason": NoLevelReason.NO_SENSOR}
    if "battery_mv" in decoded:
        return {
            "battery_v": decoded["battery_mv"] / 1000,
            "distance_mm": decoded["distance_mm"],
        }
    return {
        "battery_v": decoded["Bat"],
        "distance_mm": decoded["Distance"],
        "temperature_c": float(decoded["TempC_DS18B20"]),
    }


def _elsys(decoded: Mapping[str, Any]) -> Said:
    vdd_mv = decoded.get("vdd")
    distance_mm = decoded.get("distance")
    return {
        "temperature_c": decoded.get("temperature"),
        "battery_v": None if vdd_mv is None else vdd_mv / 1000,
        "distance_mm": distance_mm,
        "no_level_reason": NoLevelReason.NOT_MEASURED if distance_mm is None else None,
    }


def _nothing(_decoded: Mapping[str, Any]) -> Said:
    return {}


_WORDS: Mapping[str, Callable[[Mapping[str, Any]], Said]] = {
    **{name: _milesight for name in DEVICES if name.startswith("milesight-")},
    "netvox-r718x": _netvox,
    "pepperl-fuchs-wilsen-sonic-level": _wilsen,
    "decentlab-dl-mbx": _decentlab,
    "dragino-ldds75": _ldds75,
    "dragino-dds75-lb": _ldds75,
    "dragino-lds12-lb": _nothing,  # it has words one by one, and no whole frame
    "elsys-elt-ultrasonic": _elsys,
}
"""How each publisher's own names become ours."""
