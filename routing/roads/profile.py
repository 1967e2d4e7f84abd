"""What a lorry is to the road engine: its size, and the profile that keeps it off small streets."""

import re
from dataclasses import dataclass
from pathlib import Path

from core.errors import InvalidInputError

_OWN = Path(__file__).with_name("lorry.lua")
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")


@dataclass(frozen=True, kw_only=True, slots=True)
class VehicleClass:
    """Lorries of one size, which drive on one data set; with a full body.

    Raises InvalidInputError for a name that cannot name a folder, or a size nothing has.
    """

    name: str
    height_m: float
    width_m: float
    length_m: float
    weight_t: float

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise InvalidInputError(
                f"profile {self.name!r}: a name has up to 32 small letters, digits and hyphens"
            )
        for what, value, most in (
            ("height", self.height_m, 6.0),
            ("width", self.width_m, 4.0),
            ("length", self.length_m, 30.0),
            ("weight", self.weight_t, 60.0),
        ):
            if not 0 < value <= most:
                raise InvalidInputError(
                    f"profile {self.name}: {what} {value:g} must be over 0 and at most {most:g}"
                )

    def __str__(self) -> str:
        return (
            f"{self.name}, {self.height_m:g} m high, {self.width_m:g} m wide, "
            f"{self.length_m:g} m long, {self.weight_t:g} t"
        )


LORRY = VehicleClass(name="lorry", height_m=3.6, width_m=2.55, length_m=10.2, weight_t=26.0)
"""A rear loader on three axles."""
NARROW = VehicleClass(name="narrow", height_m=2.9, width_m=2.1, length_m=6.6, weight_t=7.5)
"""A small one for old towns."""
CLASSES = {c.name: c for c in (LORRY, NARROW)}


def profile_text(vehicle: VehicleClass, *, osrm_profiles: Path) -> str:
    """Return the Lua file that osrm-extract is given."""
    folders = ";".join(f"{folder}/?.lua" for folder in (osrm_profiles, _OWN.parent))
    return (
        f'package.path = "{folders};" .. package.path\n'
        f"VEHICLE = {{ height_m = {vehicle.height_m!r}, width_m = {vehicle.width_m!r}, "
        f"length_m = {vehicle.length_m!r}, weight_kg = {round(vehicle.weight_t * 1000)} }}\n"
        "return require('lorry')\n"
    )


def profile_content(vehicle: VehicleClass) -> str:
    """Return what decides the built data: the same text, the same data."""
    return f"{vehicle!r}\n{_OWN.read_text('utf-8')}"
