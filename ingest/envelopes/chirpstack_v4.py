"""ChirpStack v4, JSON or protobuf, told apart by the first bytes.

Source: ChirpStack's documentation of events and of the MQTT integration, and its
api/proto/integration/integration.proto. Older servers leave out default values, newer ones
write them; both mean the same.
"""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

from pydantic import Field, ValidationError

from core.readings import Kind, RejectReason
from ingest.envelopes import chirpstack_protobuf as protobuf
from ingest.envelopes.fields import DevEui, Fields, NetworkTime, Port, read, refused
from ingest.envelopes.kinds import EnvelopeError, EventEnvelope, FrameEnvelope, TopicError, event

FILTERS = tuple(f"application/+/device/+/event/{name}" for name in ("up", "join", "status"))

_SERVER = "ChirpStack v4"
_TOPIC = re.compile(r"application/[^/]+/device/([0-9A-Fa-f]{16})/event/(up|join|status)")

STATUS_AFTER = timedelta(microseconds=1)
"""A status comes of a frame and has the frame's time and deduplicationId to the letter.

It is another measurement, and (sensor_id, measured_at) is what tells measurements apart.
"""


class _DeviceInfo(Fields):
    dev_eui: DevEui = Field(alias="devEui")


class _Event(Fields):
    device_info: _DeviceInfo = Field(alias="deviceInfo")
    time: NetworkTime


class _Up(_Event):
    f_port: Port | None = Field(default=None, alias="fPort")
    data: bytes | None = None


class _Status(_Event):
    external_power: bool | None = Field(default=None, alias="externalPowerSource")
    unavailable: bool | None = Field(default=None, alias="batteryLevelUnavailable")
    battery_pct: float | None = Field(
        default=None, alias="batteryLevel", ge=0, le=100, allow_inf_nan=False
    )


def named(topic: str) -> tuple[str, str]:
    """Return DevEUI (lower-case) and event of a topic; raises TopicError."""
    found = _TOPIC.fullmatch(topic)
    if found is None:
        raise TopicError(
            "a topic of ChirpStack v4 must be application/{application}/device/{dev_eui}/event/up, "
            ".../join or .../status, with a dev_eui of 16 hex digits; subscribe to no others"
        )
    return found[1].lower(), found[2]


def unwrap_up(dev_eui: str, payload: bytes) -> FrameEnvelope | EventEnvelope:
    """Return a device's frame; a heartbeat where the network's own commands are all there is.

    ``dev_eui`` is the topic's. Raises EnvelopeError.
    """
    up = _read(_Up, protobuf.uplink, dev_eui, payload)
    if not up.data or not up.f_port:
        return event(dev_eui, Kind.HEARTBEAT, up.time)
    return FrameEnvelope(sensor_id=dev_eui, port=up.f_port, frame=up.data, measured_at=up.time)


def unwrap_join(dev_eui: str, payload: bytes) -> EventEnvelope:
    """Return that a device has joined the network; raises EnvelopeError."""
    return event(dev_eui, Kind.JOIN, _read(_Event, protobuf.join, dev_eui, payload).time)


def unwrap_status(dev_eui: str, payload: bytes) -> EventEnvelope:
    """Return what a device told the network of its battery; raises EnvelopeError.

    A level of 0 is no level: LoRaWAN (DevStatusAns) counts batteries from 1 to 254 and says 0
    for external power, 255 for unknown.
    """
    status = _read(_Status, protobuf.status, dev_eui, payload)
    level = None if status.external_power or status.unavailable else status.battery_pct
    # protobuf has it in single precision: 88.3 and 88.30000305 are the same reading
    battery_pct = round(level, 2) if level else None
    return event(dev_eui, Kind.STATUS, _just_after(status.time), battery_pct=battery_pct)


def _just_after(time: datetime) -> datetime:
    try:
        return time + STATUS_AFTER
    except OverflowError:  # the last moment of the year 9999: no time to judge, none to keep
        return time


def _read[E: _Event](
    model: type[E], parse: Callable[[bytes], dict[str, object]], dev_eui: str, payload: bytes
) -> E:
    """Read an event in either encoding; it must be of the topic's device."""
    found = _validate(model, parse, payload)
    if found.device_info.dev_eui != dev_eui:
        raise EnvelopeError(
            RejectReason.ENVELOPE,
            f"deviceInfo.devEui: {found.device_info.dev_eui} in the message, {dev_eui} in the "
            "topic; one of them is somebody else's",
        )
    return found


def _validate[E: _Event](
    model: type[E], parse: Callable[[bytes], dict[str, object]], payload: bytes
) -> E:
    if not protobuf.is_protobuf(payload):
        return read(model, payload, server=_SERVER)
    try:
        return model.model_validate(parse(payload))
    except ValidationError as error:
        raise refused(error, server=_SERVER) from None
