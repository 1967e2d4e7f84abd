"""What the fields of the registry file may hold."""

from collections.abc import Sequence
from datetime import time
from typing import Annotated

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
)

from core.hours import Hours, Weekday
from core.plausible import without_nul


def _without_offset(value: time) -> time:
    if value.tzinfo is not None:
        raise ValueError("give the depot's local time without an offset, for example 06:00")
    if value.microsecond:
        raise ValueError("give whole seconds")
    return value


def _no_entry_twice(values: Sequence[str]) -> Sequence[str]:
    if len(set(values)) < len(values):
        raise ValueError("names one of them twice")
    return values


type Slug = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}$")]
type DeviceName = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)]
type Stream = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
type Lon = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
type Lat = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
type Seconds = Annotated[int, Field(ge=0, le=86_400)]
type Name = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(without_nul)]
type LocalTime = Annotated[time, AfterValidator(_without_offset)]
type Streams = Annotated[list[Stream], Field(min_length=1)]
type Slugs = Annotated[list[Slug], AfterValidator(_no_entry_twice)]
type Compaction = Annotated[float, Field(ge=1, le=20)]


_MIDNIGHT = time(0)


class Record(BaseModel):
    """A part of the registry file: a field it does not know is a mistake."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class HoursRecord(Record):
    """From ``begins`` to ``ends`` on each of the days, by the depot's clock.

    An end before the beginning is on the next day: 22:00 to 04:00, and 00:00 to 00:00 is the whole
    day. No others are equal: nobody could tell whether 06:00 to 06:00 is a day or nothing.
    """

    days: Annotated[list[Weekday], Field(min_length=1, max_length=7)] = Field(
        default_factory=lambda: list(Weekday), description="Every day where nothing is said."
    )
    begins: LocalTime
    ends: LocalTime

    @field_validator("ends")
    @classmethod
    def _not_the_beginning(cls, value: time, info: ValidationInfo) -> time:
        if value == info.data.get("begins") and value != _MIDNIGHT:
            raise ValueError(
                f"begins at {value:%H:%M}, too, which could be nothing or a whole day: write 00:00 "
                "to 00:00 for the whole day"
            )
        return value

    def hours(self) -> Hours:
        """Return them as the planner has them."""
        return Hours(begins=self.begins, ends=self.ends, days=frozenset(self.days))


type HoursOfWeek = Annotated[list[HoursRecord], Field(max_length=50)]
