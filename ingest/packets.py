"""MQTT packets as bytes: cut what a broker sends into packets, read a PUBLISH, write PUBACKs.

paho takes three system calls to read a packet and one to acknowledge it, which is most of what a
message costs. Here a read takes what there is, and one write acknowledges a whole batch. Pure.
"""

import struct
from collections.abc import Iterable
from typing import NamedTuple

_PUBLISH = 0x30
_TYPE = 0xF0
_PUBACK = 0x4002_0000
"""An acknowledgement that means success, both in MQTT 5 (3.4.2.1) and 3.1.1, less the packet id."""
_VARINT_MAX_BYTES = 4


class PacketError(ValueError):
    """The bytes are no MQTT."""


class Publish(NamedTuple):
    """What a PUBLISH packet says; ``packet_id`` is 0 for QoS 0."""

    topic: str
    payload: bytes
    qos: int
    packet_id: int


class Splitter:
    """Cuts a stream of bytes, which comes in pieces of any length, into packets."""

    def __init__(self, *, five: bool) -> None:
        self._five = five
        self._rest = bytearray()
        self._wanted = 2

    def split(self, piece: bytes) -> tuple[list[Publish], bytes]:
        """Take the next piece; return the PUBLISH packets it completes, and all other packets.

        Raises PacketError.
        """
        if self._rest or len(piece) < self._wanted:
            self._rest += piece
            # a large packet comes in many pieces: looked at again only when it is complete
            if len(self._rest) < self._wanted:
                return [], b""
            piece = bytes(self._rest)
            self._rest.clear()
        try:
            return self._split(piece)
        except IndexError:
            raise PacketError("a PUBLISH is shorter than what it says of itself") from None

    def _split(self, data: bytes) -> tuple[list[Publish], bytes]:  # noqa: C901, PLR0912 - see below
        # One loop almost without calls: it runs for every message there is, and calls are dear.
        published: list[Publish] = []
        others = b""
        five, have, at = self._five, len(data), 0
        wanted = 2
        while have - at >= wanted:
            first, size, body = data[at], data[at + 1], at + 2
            if size > 0x7F:
                if have - at > 2 and data[body] <= 0x7F:
                    # as in nearly all there are: a length of two bytes
                    size, body = (size & 0x7F) | data[body] << 7, body + 1
                elif (found := _varint(data, at + 1, have)) is None:
                    wanted = have - at + 1
                    break
                else:
                    size, body = found
            end = body + size
            if end > have:
                wanted = end - at
                break
            if first & _TYPE != _PUBLISH:
                others += data[at:end]
            else:
                cursor = body + 2
                stop = cursor + (data[body] << 8 | data[body + 1])
                topic = data[cursor:stop].decode(errors="replace")
                qos, packet_id = first >> 1 & 3, 0
                if qos:
                    packet_id = data[stop] << 8 | data[stop + 1]
                    stop += 2
                if five:
                    properties = data[stop]
                    stop += 1
                    if properties > 0x7F:
                        found = _varint(data, stop - 1, end)
                        if found is None:
                            raise PacketError("a PUBLISH ends within its properties")
                        properties, stop = found
                    stop += properties
                if stop > end:
                    raise PacketError("a PUBLISH is shorter than what it says of itself")
                published.append(Publish(topic, data[stop:end], qos, packet_id))
            at = end
        self._wanted = wanted
        if at < have:
            self._rest += data[at:]
        return published, others


def _varint(data: bytes, at: int, have: int) -> tuple[int, int] | None:
    """Read a variable byte integer (MQTT 5, 1.5.5): value and end; None where some of it lacks."""
    value = 0
    for n in range(_VARINT_MAX_BYTES):
        if at + n >= have:
            return None
        byte = data[at + n]
        value |= (byte & 0x7F) << 7 * n
        if byte <= 0x7F:
            return value, at + n + 1
    raise PacketError("a length has more than four bytes")


def pubacks(packet_ids: Iterable[int]) -> bytes:
    """Return the packets that acknowledge these messages, one after the other."""
    words = [_PUBACK | packet_id for packet_id in packet_ids]
    return struct.pack(f">{len(words)}I", *words)
