"""Settings of what rounds keep to and what they cost."""

from typing import Annotated, Literal

from pydantic import Field
from pydantic_settings import BaseSettings


class RoundsSettings(BaseSettings):
    """What counts in a round beside the registry's own rules."""

    plan_time_share: Annotated[float, Field(ge=0, le=1)] = Field(
        default=0.5,
        description="How much of what rounds cost is time; the rest is distance. 0: the fewest "
        "kilometres, 1: the fewest hours.",
    )
    plan_balance_m: Annotated[int, Field(ge=0, le=1_000_000)] = Field(
        default=0,
        description="Metres that count for each vehicle times the square of its hours: more makes "
        "rounds of like length, at the price of some driving. 0: no wish.",
    )
    plan_compactness: Annotated[float, Field(ge=0, le=1_000)] = Field(
        default=0.0,
        description="Metres of detour for each kilometre that a bin lies outside its vehicle's "
        "area (registered, or that of its last round): more keeps crews at home. 0: no wish.",
    )
    plan_walk_kmh: Annotated[float, Field(gt=0, le=15)] = Field(
        default=4.0, description="How fast a crew walks from the lorry to a bin and back (walk_m)."
    )
    plan_breaks: Literal["registered", "eu"] = Field(
        default="registered",
        description="Breaks that rounds keep to: those of the registry alone, or with eu, where a "
        "vehicle has none, those of Directive 2002/15/EC: 30 minutes before six hours, 15 more "
        "over nine.",
    )
    replan_move_m: Annotated[int, Field(ge=0, le=100_000)] = Field(
        default=1_000,
        description="Metres a re-plan of the day has to save for an open stop to change to another "
        "vehicle, where promises are preferred (`--keep prefer`).",
    )
