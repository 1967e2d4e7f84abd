"""A bin with everything that is known of it now."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field

from api.schemas.bins import BIN_EXAMPLE, BinOut
from api.schemas.forecasts import FORECAST_EXAMPLE, BinRequestOut, ForecastOut
from api.schemas.sensors import SENSOR_EXAMPLE, SensorOut
from core.bins import Mounting
from core.forecasts import BinForecast, BinRequest
from core.levels import Level
from store.health import SensorHealth

_SAT_HERE: dict[str, Any] = {
    "sensor_id": "24e124136b123456",
    "mounted_at": "2025-11-03T09:30:00Z",
    "unmounted_at": None,
}


class BinMountingOut(BaseModel):
    """A sensor that sat in this bin from mounted_at until unmounted_at (null: it still does)."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"examples": [_SAT_HERE]})

    sensor_id: str
    mounted_at: datetime
    unmounted_at: datetime | None


class BinWhole(BinOut):
    """A bin with its level and the sensors in it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    **BIN_EXAMPLE,
                    "windows": ["mon,wed,fri 06:00-10:00"],
                    "sensors": [SENSOR_EXAMPLE],
                    "mountings": [_SAT_HERE],
                    "forecast": FORECAST_EXAMPLE,
                    "request": None,
                }
            ]
        }
    )

    windows: list[str] = Field(
        description="When it may be emptied, by the depot's clock; none: at any time."
    )
    sensors: list[SensorOut] = Field(description="Those that sit in it now.")
    mountings: list[BinMountingOut] = Field(description="All that ever sat in it, oldest first.")
    forecast: ForecastOut | None = Field(description="null before the first plan.")
    request: BinRequestOut | None = Field(
        description="Somebody asked for it, and it has not been emptied since."
    )

    @classmethod
    def whole(
        cls,
        level: Level,
        sensors: Sequence[SensorHealth],
        *,
        mountings: Sequence[Mounting],
        forecast: BinForecast | None,
        request: BinRequest | None,
        now: datetime,
    ) -> Self:
        """Write down a bin with its sensors, what is expected of it and what is asked for."""
        return cls.model_validate(
            {
                **BinOut.of(level, now=now, expected=forecast).model_dump(),
                "windows": [str(hours) for hours in level.bin.windows],
                "sensors": [SensorOut.of(sensor, now=now) for sensor in sensors],
                "mountings": [BinMountingOut.model_validate(one) for one in mountings],
                "forecast": None if forecast is None else ForecastOut.of(forecast),
                "request": None if request is None else BinRequestOut.model_validate(request),
            }
        )
