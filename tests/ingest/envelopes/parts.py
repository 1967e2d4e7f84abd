"""Messages as network servers write them, made up here; and protobuf written byte by byte."""

import json
import struct
from base64 import b64encode
from datetime import UTC, datetime
from typing import Any

from ingest.envelopes import Envelope, EnvelopeError, TopicError, unwrap

EUI = "a84041000181c061"
FRAME = bytes.fromhex("0102fffe")
AT = datetime(2026, 3, 2, 6, 15, 0, 123456, tzinfo=UTC)
AT_TEXT = "2026-03-02T06:15:00.123456789Z"
LATER_TEXT = "2026-03-02T06:15:02.5Z"

TTN_UP = "v3/town-bins@ttn/devices/glass-17/up"
TTN_JOIN = "v3/town-bins@ttn/devices/glass-17/join"


def chirpstack_topic(event: str, eui: str = EUI) -> str:
    return f"application/6c0c1f3e-0d4c-4f7e-9a55-2f0a3ce2ba01/device/{eui}/event/{event}"


def outcome(topic: str, payload: bytes) -> Envelope | EnvelopeError | TopicError:
    """Return what becomes of a message; anything else that is raised is a bug."""
    try:
        return unwrap(topic, payload)
    except (EnvelopeError, TopicError) as error:
        return error


def raw(content: Any) -> bytes:  # noqa: ANN401 - any JSON
    return json.dumps(content).encode()


def ttn_up(message: dict[str, Any] | None = None, **uplink: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return an uplink; a field given as None is left out."""
    inner = {
        "f_port": 85,
        "f_cnt": 7,
        "frm_payload": b64encode(FRAME).decode(),
        "decoded_payload": {"distance": 1},
        "received_at": AT_TEXT,
    } | uplink
    outer = _ttn() | {"uplink_message": _given(inner)} | (message or {})
    return _given(outer)


def ttn_join(message: dict[str, Any] | None = None) -> dict[str, Any]:
    accept = {"session_key_id": "AXs=", "received_at": AT_TEXT}
    return _given(_ttn() | {"join_accept": accept} | (message or {}))


def _ttn() -> dict[str, Any]:
    return {
        "end_device_ids": {"device_id": "glass-17", "dev_eui": EUI.upper()},
        "received_at": LATER_TEXT,
    }


def chirpstack(**event: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    """Return the fields that all events of ChirpStack have, and the given ones."""
    return _given(
        {
            "deduplicationId": "0d2d1a4e-4b39-4a33-8c3d-1f6f7f0a9d11",
            "time": AT_TEXT.replace("Z", "+00:00"),
            "deviceInfo": {"deviceName": "glass 17", "devEui": EUI},
        }
        | event
    )


def chirpstack_up(**event: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    return chirpstack(**{"fPort": 85, "data": b64encode(FRAME).decode(), "fCnt": 7} | event)


def _given(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}


def varint(number: int, value: int) -> bytes:
    """Write a protobuf field of an integer or boolean type."""
    return _plain_varint(number << 3) + _plain_varint(value & (1 << 64) - 1)


def chunk(number: int, value: bytes) -> bytes:
    """Write a protobuf field of text, bytes or a message."""
    return _plain_varint(number << 3 | 2) + _plain_varint(len(value)) + value


def single(number: int, value: float) -> bytes:
    """Write a protobuf field of single precision."""
    return _plain_varint(number << 3 | 5) + struct.pack("<f", value)


def _plain_varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def protobuf_event(*fields: bytes, eui: str = EUI, seconds: int | None = None) -> bytes:
    """Write what all events of ChirpStack begin with, then the given fields."""
    at = int(AT.timestamp()) if seconds is None else seconds
    return b"".join(
        (
            chunk(1, b"0d2d1a4e-4b39-4a33-8c3d-1f6f7f0a9d11"),
            chunk(2, varint(1, at) + varint(2, 123_456_789)),
            chunk(3, chunk(7, b"glass 17") + chunk(8, eui.encode())),
            *fields,
        )
    )
