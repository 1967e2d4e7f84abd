"""Judge what a message says: which bin each reading belongs to, and whether to believe it."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from core.bins import KnownSensor, Mounting
from core.measurements import Measurement
from core.readings import Reading, Rejection, RejectReason
from core.records import record
from core.rules.fill import judge
from ingest.messages import Limits, Message, Numbered, Opened, Problem

FUTURE_MAX = timedelta(days=1)
"""A clock that runs ahead further than this says nothing about when the reading was taken."""

_PROBLEMS_NAMED = 5
_DETAIL_MAX_CHARACTERS = 1_000


@record
class Judged:
    """A message's usable readings with their places in it, and its problems."""

    readings: tuple[Reading, ...]
    indices: tuple[int | None, ...]
    problems: tuple[Problem, ...]


def judge_message(opened: Opened, sensor: KnownSensor | None, limits: Limits) -> Judged:
    """Assign each measurement to the bin its sensor sat in, and judge it by itself.

    ``sensor`` is None where nobody registered it.
    """
    if not opened.readings and opened.frame is None:
        return Judged(readings=(), indices=(), problems=opened.problems)
    if sensor is None:
        return Judged(readings=(), indices=(), problems=(*opened.problems, _unknown(opened)))
    readings: list[Reading] = []
    indices: list[int | None] = []
    problems = list(opened.problems)
    for numbered in opened.readings:
        found = _judge_one(numbered, opened.message.received_at, sensor, limits)
        if isinstance(found, Problem):
            problems.append(found)
        else:
            readings.append(found)
            indices.append(numbered.index)
    return Judged(readings=tuple(readings), indices=tuple(indices), problems=tuple(problems))


def _unknown(opened: Opened) -> Problem:
    return Problem(
        index=None,
        reason=RejectReason.UNKNOWN_SENSOR,
        text=f"sensor {opened.sensor_id} is not registered",
        readings=max(1, len(opened.readings)),
    )


def _judge_one(
    numbered: Numbered, received_at: datetime, sensor: KnownSensor, limits: Limits
) -> Reading | Problem:
    said = numbered.measurement
    # decoding gives the network's time to what has no clock
    assert said.measured_at is not None  # noqa: S101 - see above
    measured_at = _plausible(said.measured_at, received_at, limits)
    if isinstance(measured_at, str):
        return Problem(index=numbered.index, reason=RejectReason.IMPLAUSIBLE_TIME, text=measured_at)
    mounting = sensor.mounting_at(measured_at)
    if mounting is None:
        return Problem(
            index=numbered.index,
            reason=RejectReason.NOT_MOUNTED,
            text=f"sensor {sensor.sensor_id} sat in no bin at {measured_at.isoformat()}",
        )
    return _reading(said, mounting, measured_at, received_at, limits)


def _plausible(measured_at: datetime, received_at: datetime, limits: Limits) -> datetime | str:
    """Return the time in UTC, or what is wrong with it."""
    try:
        at = measured_at.astimezone(UTC)
    except OverflowError:
        return f"measured_at: {measured_at.isoformat()} is no time in UTC"
    if at < received_at - limits.oldest:
        return f"measured_at: {at.isoformat()} is more than {limits.oldest.days} days ago"
    if at > received_at + FUTURE_MAX:
        return f"measured_at: {at.isoformat()} is more than {FUTURE_MAX.days} day ahead"
    return at


def _reading(
    said: Measurement,
    mounting: Mounting,
    measured_at: datetime,
    received_at: datetime,
    limits: Limits,
) -> Reading:
    calibration = mounting.calibration_at(measured_at)
    fill_pct, trust = judge(
        said,
        measured_at=measured_at,
        received_at=received_at,
        calibration=calibration,
        clock_tolerance=limits.clock_tolerance,
    )
    return Reading(
        sensor_id=mounting.sensor_id,
        bin_id=mounting.bin_id,
        measured_at=measured_at,
        received_at=received_at,
        fill_pct=fill_pct,
        trust=trust,
        kind=said.kind,
        no_level_reason=said.no_level_reason,
        calibration_version=None if calibration is None else calibration.version,
        raw_fill_pct=said.fill_pct,
        raw_distance_mm=said.distance_mm,
        battery_v=said.battery_v,
        battery_pct=said.battery_pct,
        temperature_c=said.temperature_c,
        tilted=said.tilted,
    )


def rejection(
    message: Message, problems: Sequence[Problem], *, sensor_id: str | None = None
) -> Rejection | None:
    """Return the row that keeps a message (of a sensor) with problems; None without problems."""
    if not problems:
        return None
    ordered = sorted(problems, key=lambda p: -1 if p.index is None else p.index)
    told = [
        p.text if p.index is None else f"reading {p.index}: {p.text}"
        for p in ordered[:_PROBLEMS_NAMED]
    ]
    if len(ordered) > _PROBLEMS_NAMED:
        told.append(f"and {len(ordered) - _PROBLEMS_NAMED} more")
    return Rejection(
        topic=_storable(message.topic),
        payload=message.payload,
        received_at=message.received_at,
        reason=ordered[0].reason,
        detail=_storable("; ".join(told))[:_DETAIL_MAX_CHARACTERS],
        readings=sum(p.readings for p in problems),
        sensor_id=sensor_id,
    )


def _storable(text: str) -> str:
    """Replace what a PostgreSQL text cannot hold: NUL and halves of surrogate pairs."""
    return text.encode(errors="replace").decode().replace("\0", "\N{REPLACEMENT CHARACTER}")
