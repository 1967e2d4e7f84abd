"""Sensors: what they are, where they sit and how they do."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field

from api.schemas.places import PositionOut
from api.schemas.seen import SEEN_EXAMPLE, SeenOut
from core.bins import KnownSensor
from core.rules.advice import WHAT_TO_DO
from core.rules.health_state import HealthState
from core.rules.seen import Seen
from store.health import SensorHealth

_HEALTH: dict[str, Any] = {
    "state": "stuck",
    "since": "2026-02-24T06:15:00Z",
    "why": "says 43 % since 24 February 2026 06:15 UTC, 212 readings",
}
SENSOR_EXAMPLE: dict[str, Any] = {
    "sensor_id": "24e124136b123456",
    "device": "milesight-em400-mud",
    "bin_id": "old-town-17",
    "bin_name": "Dlouha 17",
    "depot_id": "holesovice",
    "stream": "paper",
    "position": {"lon": 14.4208, "lat": 50.088},
    "mounted_at": "2025-11-03T09:30:00Z",
    "retired_at": None,
    "health": _HEALTH,
    "heard_at": "2026-03-02T06:15:00Z",
    "age_s": 5400,
    "interval_s": 3600,
    "battery_pct": 71,
    "battery_v": None,
    "seen": None,
}
_MOUNTING: dict[str, Any] = {
    "bin_id": "old-town-17",
    "mounted_at": "2025-11-03T09:30:00Z",
    "unmounted_at": None,
}


class HealthOut(BaseModel):
    """How a sensor does, in one word; of several things the worst."""

    model_config = ConfigDict(from_attributes=True)

    state: HealthState
    since: datetime | None = Field(description="null where nobody can know.")
    why: str = Field(description="For people, with numbers.")


class SensorOut(BaseModel):
    """A sensor, where it sits now and how it does."""

    model_config = ConfigDict(json_schema_extra={"examples": [SENSOR_EXAMPLE]})

    sensor_id: str
    device: str = Field(description="Its make and model; native where it sends JSON of its own.")
    bin_id: str | None = Field(description="null while it sits in no bin.")
    bin_name: str | None
    depot_id: str | None = Field(description="The depot of that bin.")
    stream: str | None = Field(description="What that bin is for.")
    position: PositionOut | None = Field(description="Where that bin stands; null: not known.")
    mounted_at: datetime | None
    retired_at: datetime | None
    health: HealthOut
    heard_at: datetime | None = Field(
        description="When the newest thing it said was measured; null while nothing of it could be "
        "read. What was set aside since then stands in health: unreadable."
    )
    age_s: int | None = Field(description="Seconds since heard_at, never below 0.")
    interval_s: float | None = Field(description="How often it usually speaks.")
    battery_pct: float | None
    battery_v: float | None
    seen: SeenOut | None = Field(
        description="Somebody has seen its trouble and let it rest; null where nobody has."
    )

    @classmethod
    def of(cls, sensor: SensorHealth, *, now: datetime) -> Self:
        """Write down a sensor as it is at ``now``."""
        return cls.model_validate(_written(sensor, now))


class SensorPage(BaseModel):
    """Sensors in order of sensor_id."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"items": [SENSOR_EXAMPLE], "next": "24e124136b123456"}]}
    )

    items: list[SensorOut]
    next: str | None = Field(
        description="Send it as `after` for the following page; null on the last."
    )


class MountingOut(BaseModel):
    """A sensor sat in a bin from mounted_at until unmounted_at (null: it still does)."""

    model_config = ConfigDict(from_attributes=True)

    bin_id: str
    mounted_at: datetime
    unmounted_at: datetime | None


class SensorWhole(SensorOut):
    """A sensor with every bin it sat in, oldest first, and every note on it, newest first."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    **SENSOR_EXAMPLE,
                    "mountings": [_MOUNTING],
                    "what_to_do": WHAT_TO_DO[HealthState.STUCK],
                    "notes": [SEEN_EXAMPLE],
                }
            ]
        }
    )

    mountings: list[MountingOut]
    what_to_do: str = Field(description="About its health, in a sentence.")
    notes: list[SeenOut] = Field(description="Also those that hold no more.")

    @classmethod
    def whole(
        cls, sensor: SensorHealth, known: KnownSensor, notes: Sequence[Seen], *, now: datetime
    ) -> Self:
        """Write down a sensor with its mountings and the notes on it."""
        return cls.model_validate(
            {
                **_written(sensor, now),
                "mountings": [MountingOut.model_validate(m) for m in known.mountings],
                "what_to_do": WHAT_TO_DO[sensor.health.state],
                "notes": [SeenOut.model_validate(note) for note in notes],
            }
        )


def _written(sensor: SensorHealth, now: datetime) -> dict[str, Any]:
    track = sensor.track
    heard_at = track.newest_at
    return {
        "sensor_id": sensor.sensor_id,
        "device": sensor.device,
        "bin_id": sensor.bin_id,
        "bin_name": sensor.bin_name,
        "depot_id": sensor.depot_id,
        "stream": sensor.stream,
        "position": sensor.position and PositionOut.model_validate(sensor.position),
        "mounted_at": sensor.mounted_at,
        "retired_at": sensor.retired_at,
        "health": HealthOut.model_validate(sensor.health),
        "heard_at": heard_at,
        "age_s": None if heard_at is None else max(0, int((now - heard_at).total_seconds())),
        "interval_s": track.interval_s,
        "battery_pct": track.battery_pct,
        "battery_v": track.battery_v,
        "seen": sensor.seen and SeenOut.model_validate(sensor.seen),
    }
