"""ChirpStack's events in protobuf: only the fields we need, described here by their numbers.

Source of the numbers: ChirpStack's api/proto/integration/integration.proto (version 4). A
number of protobuf never changes its meaning; fields that are not described are passed over.
Why not the package chirpstack-api: docs/decisions/0012-envelopes.md
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from google.protobuf.descriptor_pb2 import FieldDescriptorProto, FileDescriptorProto
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message import DecodeError
from google.protobuf.message_factory import GetMessageClass

from core.readings import RejectReason
from ingest.envelopes.kinds import EnvelopeError

_PACKAGE = "brimful.chirpstack"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_STRING = FieldDescriptorProto.TYPE_STRING
_BYTES = FieldDescriptorProto.TYPE_BYTES
_UINT32 = FieldDescriptorProto.TYPE_UINT32
_INT32 = FieldDescriptorProto.TYPE_INT32
_INT64 = FieldDescriptorProto.TYPE_INT64
_BOOL = FieldDescriptorProto.TYPE_BOOL
_FLOAT = FieldDescriptorProto.TYPE_FLOAT

_EVENT: dict[str, tuple[int, int | str]] = {
    "deduplication_id": (1, _STRING),
    "time": (2, "Timestamp"),
    "device_info": (3, "DeviceInfo"),
}
_MESSAGES: dict[str, dict[str, tuple[int, int | str]]] = {
    "Timestamp": {"seconds": (1, _INT64), "nanos": (2, _INT32)},
    "DeviceInfo": {"dev_eui": (8, _STRING)},
    "UplinkEvent": _EVENT | {"f_port": (8, _UINT32), "data": (10, _BYTES)},
    "JoinEvent": _EVENT,
    "StatusEvent": _EVENT
    | {
        "external_power_source": (6, _BOOL),
        "battery_level_unavailable": (7, _BOOL),
        "battery_level": (8, _FLOAT),
    },
}
"""Message -> field -> number and type, where a name is the type of a message above."""


def is_protobuf(payload: bytes) -> bool:
    """Tell whether a payload begins as an event in protobuf does, and no JSON can.

    Field 1 with 36 characters: the deduplication id, a UUID.
    """
    return payload.startswith(b"\x0a\x24")


def uplink(payload: bytes) -> dict[str, object]:
    """Read an UplinkEvent: its fields under their JSON names; raises EnvelopeError."""
    message = _parse("UplinkEvent", payload)
    return _common(message) | {"fPort": message.f_port, "data": message.data}


def join(payload: bytes) -> dict[str, object]:
    """Read a JoinEvent, as uplink does."""
    return _common(_parse("JoinEvent", payload))


def status(payload: bytes) -> dict[str, object]:
    """Read a StatusEvent, as uplink does."""
    message = _parse("StatusEvent", payload)
    return _common(message) | {
        "externalPowerSource": message.external_power_source,
        "batteryLevelUnavailable": message.battery_level_unavailable,
        "batteryLevel": message.battery_level,
    }


def _describe() -> dict[str, type[Any]]:
    # a pool of its own: the names never meet those of another library in this process
    file = FileDescriptorProto(name="brimful/chirpstack.proto", package=_PACKAGE, syntax="proto3")
    for name, fields in _MESSAGES.items():
        message = file.message_type.add(name=name)
        for field, (number, type_) in fields.items():
            described = message.field.add(
                name=field, number=number, label=FieldDescriptorProto.LABEL_OPTIONAL
            )
            if isinstance(type_, str):
                described.type = FieldDescriptorProto.TYPE_MESSAGE
                described.type_name = f".{_PACKAGE}.{type_}"
            else:
                described.type = type_
    pool = DescriptorPool()
    pool.Add(file)
    return {
        name: GetMessageClass(pool.FindMessageTypeByName(f"{_PACKAGE}.{name}"))
        for name in _MESSAGES
    }


_classes = _describe()


def _parse(name: str, payload: bytes) -> Any:  # noqa: ANN401 - a class that exists only at run time
    try:
        return _classes[name].FromString(payload)
    except DecodeError as error:
        raise EnvelopeError(
            RejectReason.ENVELOPE,
            f"begins as a {name} of ChirpStack v4 in protobuf and cannot be read as one: cut off, "
            f"or of another event ({error})",
        ) from None


def _common(message: Any) -> dict[str, object]:  # noqa: ANN401 - as _parse returns it
    fields: dict[str, object] = {}
    if message.HasField("device_info"):
        fields["deviceInfo"] = {"devEui": message.device_info.dev_eui}
    if message.HasField("time"):
        fields["time"] = _time(message.time.seconds, message.time.nanos)
    return fields


def _time(seconds: int, nanos: int) -> datetime:
    try:
        return _EPOCH + timedelta(seconds=seconds, microseconds=nanos // 1000)
    except OverflowError:
        raise EnvelopeError(
            RejectReason.ENVELOPE,
            f"time: {seconds} seconds since 1970 is in no year (in an envelope of ChirpStack v4)",
        ) from None
