"""The colours of the base map: quiet ones, so that bins and rounds are what stands out."""

from dataclasses import dataclass
from typing import Literal

type Scheme = Literal["light", "dark"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Palette:
    """One colour for each thing that is drawn."""

    ground: str
    built: str
    park: str
    wood: str
    water: str
    water_text: str
    building: str
    building_edge: str
    casing: str
    motorway: str
    major: str
    minor: str
    path: str
    rail: str
    boundary: str
    text: str
    quiet_text: str
    halo: str
    arrow: str


PALETTES: dict[Scheme, Palette] = {
    "light": Palette(
        ground="#f1f3f0",
        built="#eaece8",
        park="#dde9d8",
        wood="#d3e2cf",
        water="#c9dce6",
        water_text="#3f667c",
        building="#e2e3de",
        building_edge="#d3d5cf",
        casing="#cfd4cf",
        motorway="#e9dcc3",
        major="#fbf6ea",
        minor="#ffffff",
        path="#c9cdc6",
        rail="#b9beb9",
        boundary="#a9a2b8",
        text="#2b332f",
        quiet_text="#545e58",
        halo="#f8faf7",
        arrow="#7d8781",
    ),
    "dark": Palette(
        ground="#151c1a",
        built="#18201d",
        park="#1a2a21",
        wood="#18291f",
        water="#12303d",
        water_text="#86b3c6",
        building="#1f2825",
        building_edge="#29332f",
        casing="#0f1513",
        motorway="#5a523d",
        major="#454e47",
        minor="#323c37",
        path="#27302c",
        rail="#39443f",
        boundary="#5a5470",
        text="#dbe3de",
        quiet_text="#a6b3ac",
        halo="#121917",
        arrow="#8d9a93",
    ),
}
