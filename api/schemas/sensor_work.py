"""The work list of whoever repairs sensors."""

from collections.abc import Sequence
from datetime import datetime
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from api.schemas.sensors import SENSOR_EXAMPLE, SensorOut
from core.csv_text import Cell
from core.rules.advice import WHAT_TO_DO
from core.rules.health_state import HealthState
from store.health import SensorHealth
from store.sensor_work import Work


class HealthCount(BaseModel):
    """How many sensors are in a state, and what one does about it."""

    health: HealthState
    sensors: int
    seen: int = Field(description="Of them, how many somebody lets rest for now.")
    needs_somebody: bool
    what_to_do: str


class SensorWork(BaseModel):
    """Sensors that need somebody, and how many there are of each sort."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "made_at": "2026-03-02T07:45:00Z",
                    "total": 1,
                    "items": [SENSOR_EXAMPLE],
                    "counts": [
                        {
                            "health": "stuck",
                            "sensors": 1,
                            "seen": 0,
                            "needs_somebody": True,
                            "what_to_do": WHAT_TO_DO[HealthState.STUCK],
                        }
                    ],
                    "depots": ["holesovice"],
                    "streams": ["paper"],
                    "devices": ["milesight-em400-mud"],
                }
            ]
        }
    )

    made_at: datetime
    total: int = Field(description="Sensors on the list, also those beyond `limit`.")
    items: list[SensorOut]
    counts: list[HealthCount] = Field(
        description="By health, the worst first, of all sensors that meet the other conditions."
    )
    depots: list[str] = Field(description="What can be asked for.")
    streams: list[str]
    devices: list[str]

    @classmethod
    def of(cls, work: Work, *, skip: int, limit: int, now: datetime) -> Self:
        """Write down a part of a list as it is at ``now``."""
        return cls(
            made_at=now,
            total=len(work.sensors),
            items=[SensorOut.of(s, now=now) for s in work.sensors[skip : skip + limit]],
            counts=[
                HealthCount(
                    health=state,
                    sensors=count.sensors,
                    seen=count.seen,
                    needs_somebody=state.needs_somebody,
                    what_to_do=WHAT_TO_DO[state],
                )
                for state, count in work.counts.items()
            ],
            depots=list(work.depots),
            streams=list(work.streams),
            devices=list(work.devices),
        )


CSV_COLUMNS = (
    "health", "since", "why", "bin_id", "bin_name", "lon", "lat", "stream", "depot_id", "sensor_id",
    "device", "heard_at", "battery_pct", "battery_v", "seen_note", "seen_until", "seen_by",
)  # fmt: skip

CSV_EXAMPLE: tuple[Cell, ...] = (
    "stuck", "2026-02-24T06:15:00Z", "says 43 % since 24 February 2026 06:15 UTC, 212 readings",
    "old-town-17", "Dlouha 17", 14.4208, 50.088, "paper", "holesovice", "24e124136b123456",
    "milesight-em400-mud", "2026-03-02T06:15:00Z", 71, None, None, None, None,
)  # fmt: skip


def csv_rows(sensors: Sequence[SensorHealth]) -> list[tuple[Cell, ...]]:
    """Write down the list as the page shows it."""
    return [
        (
            s.health.state,
            s.health.since,
            s.health.why,
            s.bin_id,
            s.bin_name,
            None if s.position is None else s.position.lon,
            None if s.position is None else s.position.lat,
            s.stream,
            s.depot_id,
            s.sensor_id,
            s.device,
            s.track.newest_at,
            s.track.battery_pct,
            s.track.battery_v,
            None if s.seen is None else s.seen.note,
            None if s.seen is None else s.seen.until,
            None if s.seen is None else s.seen.noted_by,
        )
        for s in sensors
    ]
