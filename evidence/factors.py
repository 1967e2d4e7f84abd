"""What kilometres and hours cost and emit: stated factors, each with its source, to be replaced."""

import tomllib
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.errors import InvalidInputError

type Factor = Annotated[float, Field(ge=0, le=100_000)]

FILE_MAX_BYTES = 100_000


class Factors(BaseModel):
    """Factors by name; ``description`` says where the default comes from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    diesel_l_per_km: Factor = Field(
        default=0.4,
        description="Diesel for driving, litres per km. Assumption for a lorry of 18 to 26 t in a "
        "town: put in what your fleet uses.",
    )
    diesel_l_per_h: Factor = Field(
        default=4.0,
        description="Diesel for each hour out, litres, beside the kilometres: lifting, pressing, "
        "idling. Assumption: put in what your fleet uses.",
    )
    co2_kg_per_l: Factor = Field(
        default=2.68,
        description="CO2 of a litre of diesel burnt: 74.1 g/MJ x 43.0 MJ/kg x 0.84 kg/l (IPCC "
        "guidelines 2006, volume 2, tables 1.2 and 3.2.1; density as of EN 590). Making the diesel "
        "is not in it.",
    )
    diesel_cost_per_l: Factor = Field(
        default=1.5, description="Price of a litre of diesel. Assumption: put in yours."
    )
    cost_per_km: Factor = Field(
        default=0.6,
        description="Tyres, wear and repair for each km, without diesel. Assumption: put in yours.",
    )
    cost_per_crew_h: Factor = Field(
        default=75.0,
        description="A crew for an hour (driver and loader). Assumption: put in yours.",
    )
    currency: Annotated[str, Field(min_length=1, max_length=8)] = Field(
        default="EUR", description="The currency of the three costs."
    )

    def diesel_l(self, *, km: float, hours: float) -> float:
        """Return the litres of diesel."""
        return self.diesel_l_per_km * km + self.diesel_l_per_h * hours

    def co2_kg(self, *, km: float, hours: float) -> float:
        """Return the CO2 of that diesel."""
        return self.co2_kg_per_l * self.diesel_l(km=km, hours=hours)

    def cost(self, *, km: float, hours: float) -> float:
        """Return what it costs: diesel, wear and crews. Lorries stand in the yard at no cost."""
        diesel = self.diesel_cost_per_l * self.diesel_l(km=km, hours=hours)
        return diesel + self.cost_per_km * km + self.cost_per_crew_h * hours


def read_factors(file: Path | None) -> Factors:
    """Read a TOML file of factors; what it does not name keeps its default.

    Raises InvalidInputError that names the line or the field.
    """
    if file is None:
        return Factors()
    try:
        if file.stat().st_size > FILE_MAX_BYTES:
            raise InvalidInputError(f"{file}: is larger than {FILE_MAX_BYTES:,} bytes")
        return Factors.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))
    except OSError as error:
        raise InvalidInputError(f"{file}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InvalidInputError(f"{file}: is not UTF-8 (byte {error.start})") from error
    except tomllib.TOMLDecodeError as error:
        raise InvalidInputError(f"{file}: is not TOML: {error}") from error
    except ValidationError as error:
        known = ", ".join(Factors.model_fields)
        faults = "; ".join(
            f"{'.'.join(str(part) for part in e['loc'])}: {e['msg']}" for e in error.errors()
        )
        raise InvalidInputError(f"{file}: {faults}. There are: {known}") from error
