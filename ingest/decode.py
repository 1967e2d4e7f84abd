"""From a native payload to measurements: pure, and never raising whatever the bytes are.

One bad element of an array does not spoil the others.
"""

import json

from pydantic import TypeAdapter, ValidationError
from pydantic_core import from_json

from core.measurements import Measurement
from core.readings import Kind, NoLevelReason, RejectReason
from core.records import record
from core.wire import MAX_READINGS_PER_MESSAGE, NativeReading
from ingest.messages import Numbered, Problem

_JSON_SPACE = b" \t\r\n"
_PARTS_NAMED = 3
"""So many of one reading's faults are told; a reader mends them one by one anyway."""

_array: TypeAdapter[list[NativeReading]] = TypeAdapter(list[NativeReading])


@record
class Decoded:
    """What a payload holds: the readable readings and what is wrong with the others."""

    readings: tuple[Numbered, ...] = ()
    problems: tuple[Problem, ...] = ()


def decode(payload: bytes) -> Decoded:
    """Read a native payload (core.wire.NativePayload), each reading on its own."""
    if payload[:1] == b"[" or payload.lstrip(_JSON_SPACE)[:1] == b"[":
        return _many(payload)
    try:
        reading = NativeReading.model_validate_json(payload)
    except ValidationError as error:
        return Decoded(problems=(_problem(error, index=None),))
    return Decoded(readings=(Numbered(index=None, measurement=measurement_of(reading)),))


def measurement_of(reading: NativeReading) -> Measurement:
    """Return what a native reading says."""
    # a sign of life is no reading of the level
    alive = reading.no_level_reason is NoLevelReason.NOT_MEASURED
    return Measurement(
        kind=Kind.HEARTBEAT if alive else Kind.READING,
        measured_at=reading.measured_at,
        fill_pct=reading.fill_pct,
        distance_mm=reading.distance_mm,
        battery_pct=reading.battery_pct,
        battery_v=reading.battery_v,
        temperature_c=reading.temperature_c,
        tilted=reading.tilted,
        no_level_reason=reading.no_level_reason,
    )


def _many(payload: bytes) -> Decoded:
    try:
        readings = _array.validate_json(payload)
    except ValidationError as error:
        whole = _problem(error, index=None)
        if whole.reason is RejectReason.NOT_JSON:
            return Decoded(problems=(whole,))
        elements = from_json(payload)
        return _wrong_length(len(elements)) or _one_by_one(elements)
    return _wrong_length(len(readings)) or Decoded(
        readings=tuple(
            Numbered(index=i, measurement=measurement_of(r)) for i, r in enumerate(readings)
        )
    )


def _wrong_length(n: int) -> Decoded | None:
    if 1 <= n <= MAX_READINGS_PER_MESSAGE:
        return None
    text = (
        f"{n} readings in one message; send at most {MAX_READINGS_PER_MESSAGE} in each"
        if n
        else "the array is empty; send at least one reading"
    )
    problem = Problem(
        index=None, reason=RejectReason.INVALID_READING, text=text, readings=max(1, n)
    )
    return Decoded(problems=(problem,))


def _one_by_one(elements: list[object]) -> Decoded:
    readings: list[Numbered] = []
    problems: list[Problem] = []
    for index, element in enumerate(elements):
        try:
            # as JSON again: only there is a text a time, and nothing else lax
            reading = NativeReading.model_validate_json(json.dumps(element))
        except ValidationError as error:
            problems.append(_problem(error, index=index))
        else:
            readings.append(Numbered(index=index, measurement=measurement_of(reading)))
    return Decoded(readings=tuple(readings), problems=tuple(problems))


def _problem(error: ValidationError, *, index: int | None) -> Problem:
    errors = error.errors(include_url=False, include_context=False, include_input=False)
    not_json = errors[0]["type"] == "json_invalid"
    told = [
        f"{'.'.join(str(part) for part in e['loc'])}: {e['msg']}" if e["loc"] else e["msg"]
        for e in errors[:_PARTS_NAMED]
    ]
    return Problem(
        index=index,
        reason=RejectReason.NOT_JSON if not_json else RejectReason.INVALID_READING,
        text="; ".join(told).replace("Value error, ", ""),
    )
