"""What is expected of a bin, and what somebody asked for."""

import datetime as dt
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from core.forecasts import BinForecast, ForecastBasis, ForecastGrade

FORECAST_EXAMPLE: dict[str, Any] = {
    "made_at": "2026-03-02T03:30:00Z",
    "basis": "history",
    "grade": "high",
    "error_pct": 4.1,
    "checks": 212,
    "pct_per_day": 12.4,
    "full_at": "2026-03-03T14:00:00Z",
    "overflow_probability": 0.31,
    "next_chance_at": "2026-03-03T05:00:00Z",
    "bands": [{"at": "2026-03-02T03:30:00Z", "low_pct": 85, "median_pct": 87.5, "high_pct": 90}],
}
BANDS_EXAMPLE: dict[str, Any] = {
    "bin_id": "old-town-17",
    "made_at": "2026-03-02T03:30:00Z",
    "emptied_at": None,
    "basis": "history",
    "grade": "high",
    "error_pct": 4.1,
    "checks": 212,
    "full_at": "2026-03-03T14:00:00Z",
    "at": ["2026-03-02T07:30:00Z", "2026-03-02T08:30:00Z"],
    "low_pct": [85, 85.5],
    "median_pct": [87.5, 89],
    "high_pct": [90, 93],
}
REQUEST_EXAMPLE: dict[str, Any] = {
    "bin_id": "old-town-17",
    "requested_at": "2026-03-02T07:00:00Z",
    "requested_by": "control room",
    "note": "Market day",
}


class BandOut(BaseModel):
    """What the sensor will show at a moment while nobody empties the bin."""

    model_config = ConfigDict(from_attributes=True)

    at: dt.datetime
    low_pct: float = Field(description="With 10 % it shows less.")
    median_pct: float
    high_pct: float = Field(description="With 90 % it shows less.")


class ForecastOut(BaseModel):
    """What is expected of a bin, as of the last plan."""

    model_config = ConfigDict(json_schema_extra={"examples": [FORECAST_EXAMPLE]})

    made_at: dt.datetime = Field(description="What came later it does not know.")
    basis: ForecastBasis = Field(
        description="history: its own; stream: how it fills is taken from bins like it; schedule: "
        "no level is known, it is taken to have been emptied when its turn was."
    )
    grade: ForecastGrade = Field(
        description="How good its forecasts a day ahead have been: high within 6 points on "
        "average, medium within 12, low worse or unknown."
    )
    error_pct: float | None = Field(description="That average, in points; null: none was checked.")
    checks: int
    pct_per_day: float = Field(description="What it gains on average.")
    full_at: dt.datetime | None = Field(
        description="From when on it is more likely full than not; null: not within two months."
    )
    overflow_probability: float = Field(
        description="That it is full before next_chance_at if it is not emptied, 0 to 1."
    )
    next_chance_at: dt.datetime
    bands: list[BandOut] = Field(description="Every three hours for two days from made_at on.")

    @classmethod
    def of(cls, forecast: BinForecast) -> Self:
        """Write down a forecast."""
        checked = forecast.checked
        return cls(
            made_at=forecast.made_at,
            basis=forecast.basis,
            grade=checked.grade,
            error_pct=checked.error_pct,
            checks=checked.checks,
            pct_per_day=forecast.pct_per_day,
            full_at=forecast.full_at,
            overflow_probability=forecast.overflow_probability,
            next_chance_at=forecast.next_chance_at,
            bands=[BandOut.model_validate(band) for band in forecast.overview()],
        )


class ForecastBands(BaseModel):
    """What a bin's sensor will show over the next two days, hour by hour, one list for each field.

    It is the last plan's own forecast. Without a plan all lists are empty.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [BANDS_EXAMPLE]})

    bin_id: str
    made_at: dt.datetime | None = Field(description="By then everything it rests on was known.")
    emptied_at: dt.datetime | None = Field(
        description="The bin was emptied after made_at: the forecast holds no more."
    )
    basis: ForecastBasis | None
    grade: ForecastGrade | None
    error_pct: float | None = Field(description="See `forecast` of the bin.")
    checks: int
    full_at: dt.datetime | None
    at: list[dt.datetime]
    low_pct: list[float] = Field(description="With 10 % it shows less.")
    median_pct: list[float]
    high_pct: list[float] = Field(description="With 90 % it shows less.")

    @classmethod
    def of(
        cls,
        bin_id: str,
        forecast: BinForecast | None,
        *,
        emptied_at: dt.datetime | None,
        now: dt.datetime,
    ) -> Self:
        """Write down what is left of a forecast at ``now``."""
        bands = [] if forecast is None else forecast.ahead(now)
        checked = None if forecast is None else forecast.checked
        return cls(
            bin_id=bin_id,
            made_at=None if forecast is None else forecast.made_at,
            emptied_at=emptied_at,
            basis=None if forecast is None else forecast.basis,
            grade=None if checked is None else checked.grade,
            error_pct=None if checked is None else checked.error_pct,
            checks=0 if checked is None else checked.checks,
            full_at=None if forecast is None else forecast.full_at,
            at=[band.at for band in bands],
            low_pct=[band.low_pct for band in bands],
            median_pct=[band.median_pct for band in bands],
            high_pct=[band.high_pct for band in bands],
        )


class BinRequestIn(BaseModel):
    """Ask for a bin to be emptied."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"note": "Market day"}]}
    )

    note: Annotated[str, StringConstraints(max_length=500, strip_whitespace=True)] | None = Field(
        default=None, description="Why, for people."
    )


class BinRequestOut(BaseModel):
    """A bin that is asked for: due in every plan until it is emptied."""

    model_config = ConfigDict(
        from_attributes=True, json_schema_extra={"examples": [REQUEST_EXAMPLE]}
    )

    bin_id: str
    requested_at: dt.datetime
    requested_by: str
    note: str | None


class BinRequestWithdrawn(BaseModel):
    """Nobody asks for the bin any more."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"bin_id": "old-town-17", "was_open": True}]}
    )

    bin_id: str
    was_open: bool = Field(description="Whether somebody had.")
