"""The kinds of fields that network servers write, and their faults in words."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)

from core.readings import RejectReason
from ingest.envelopes.kinds import EnvelopeError

_FAULTS_NAMED = 3
"""So many of one message's faults are told."""


def _written_as_a_date(value: object) -> object:
    """Refuse numbers, also in quotes: pydantic would take them for seconds since 1970."""
    if isinstance(value, datetime) or (isinstance(value, str) and value[4:5] == "-"):
        return value
    raise ValueError("must be RFC 3339 text, for example 2026-03-02T06:15:00Z")


def _in_utc(at: datetime) -> datetime:
    try:
        return at.astimezone(UTC)
    except OverflowError:  # 0001-01-01T00:00+14:00 is in no year of UTC
        raise ValueError("is no time in UTC") from None


type DevEui = Annotated[str, StringConstraints(pattern=r"^[0-9A-Fa-f]{16}$", to_lower=True)]
"""A DevEUI; servers differ in its case, a sensor_id is always lower-case."""

type NetworkTime = Annotated[
    AwareDatetime,
    Field(strict=False),  # a date is text in JSON
    BeforeValidator(_written_as_a_date),
    AfterValidator(_in_utc),
]
"""RFC 3339; nanoseconds are cut to microseconds, which is what the store keeps."""

# strict again: the model's configuration does not reach into a named type
type Port = Annotated[int, Field(strict=True, ge=0, le=255)]
"""LoRaWAN's FPort; 0 is for the network's own commands."""


class Fields(BaseModel):
    """A model of the fields we need of an envelope; all others are passed over.

    Absent, null and the empty value mean the same, as in protobuf's JSON: one server leaves
    out what another one writes. Bytes are base64, in either alphabet.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True, val_json_bytes="base64")


def read[F: Fields](model: type[F], payload: bytes, *, server: str) -> F:
    """Read a JSON envelope; raises EnvelopeError (NOT_JSON, ENVELOPE)."""
    try:
        return model.model_validate_json(payload)
    except ValidationError as error:
        raise refused(error, server=server) from None


def refused(error: ValidationError, *, server: str) -> EnvelopeError:
    """Return what is wrong with an envelope of ``server``, field by field."""
    errors = error.errors(include_url=False, include_context=False, include_input=False)
    if errors[0]["type"] == "json_invalid":
        return EnvelopeError(RejectReason.NOT_JSON, _json_fault(errors[0]["msg"]))
    told = "; ".join(
        f"{'.'.join(str(part) for part in e['loc'])}: {e['msg']}" if e["loc"] else e["msg"]
        for e in errors[:_FAULTS_NAMED]
    )
    text = f"{told.replace('Value error, ', '')} (in an envelope of {server})"
    return EnvelopeError(RejectReason.ENVELOPE, text)


def _json_fault(text: str) -> str:
    if "recursion limit" in text:
        return f"{text}: the JSON is nested too deeply, no network server writes such"
    return text
