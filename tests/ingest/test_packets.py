"""Packets are cut out of a stream as it comes, whatever it comes in; paho says what is right."""

import socket
from contextlib import suppress
from itertools import pairwise

import paho.mqtt.client as paho
import pytest
from hypothesis import given
from hypothesis import strategies as st
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from ingest.packets import PacketError, Publish, Splitter, pubacks

PINGRESP = b"\xd0\x00"
SUBACK = b"\x90\x04\x00\x01\x00\x01"
messages = st.builds(
    Publish,
    topic=st.text(st.characters(codec="utf-8"), min_size=1, max_size=200),
    payload=st.binary(max_size=300) | st.binary(min_size=16_000, max_size=17_000),
    qos=st.integers(0, 1),
    packet_id=st.integers(1, 65_535),
).map(lambda p: p if p.qos else p._replace(packet_id=0))


class Recorder(paho.Client):
    """A paho client without a connection: it keeps what it would have sent."""

    def __init__(self, *, five: bool) -> None:
        protocol = paho.MQTTv5 if five else paho.MQTTv311
        super().__init__(CallbackAPIVersion.VERSION2, protocol=protocol)
        self._sock = socket.socket()  # it only asks whether there is one
        self.sent = b""

    def _packet_queue(
        self, _command: int, packet: bytes | bytearray, *_more: object
    ) -> MQTTErrorCode:
        self.sent += packet
        return MQTTErrorCode.MQTT_ERR_SUCCESS


def written_by_paho(message: Publish, *, five: bool, properties: Properties | None = None) -> bytes:
    """Return a PUBLISH packet as paho writes it."""
    client = Recorder(five=five)
    client._send_publish(
        message.packet_id,
        message.topic.encode(),
        message.payload,
        message.qos,
        properties=properties,
    )
    return client.sent


def with_properties(length: int) -> Properties:
    properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call] # paho leaves it untyped
    properties.UserProperty = [("name", "x" * length)]
    return properties


@given(st.data(), st.lists(messages, max_size=8), st.booleans())
def test_a_stream_in_any_pieces_gives_every_packet_once(
    data: st.DataObject, wanted: list[Publish], five: bool
) -> None:
    stream = b""
    others = b""
    for message in wanted:
        between = data.draw(st.sampled_from([b"", PINGRESP, SUBACK]))
        others += between
        stream += between + written_by_paho(message, five=five)
    cuts = sorted(data.draw(st.sets(st.integers(0, len(stream)), max_size=20)) | {0, len(stream)})
    splitter, got, left = Splitter(five=five), [], b""
    for begin, end in pairwise(cuts):
        published, rest = splitter.split(stream[begin:end])
        got += published
        left += rest
    assert (got, left) == (wanted, others)


def test_byte_by_byte() -> None:
    message = Publish("bins/s1/readings", b"x" * 200, 1, 7)
    splitter = Splitter(five=True)
    stream = written_by_paho(message, five=True) + PINGRESP
    pieces = [splitter.split(stream[n : n + 1]) for n in range(len(stream))]
    assert [p for published, _ in pieces for p in published] == [message]
    assert b"".join(rest for _, rest in pieces) == PINGRESP


@pytest.mark.parametrize("length", [0, 1, 100, 110, 111, 112, 113, 200, 20_000])
def test_properties_are_passed_over(length: int) -> None:
    message = Publish("bins/s1/readings", b"{}", 1, 7)
    packet = written_by_paho(message, five=True, properties=with_properties(length))
    assert Splitter(five=True).split(packet) == ([message], b"")


@given(st.binary(max_size=64))
def test_bytes_that_are_no_mqtt_are_refused_or_waited_for(noise: bytes) -> None:
    with suppress(PacketError):
        published, _others = Splitter(five=True).split(b"\x32" + noise)
        assert all(len(p.topic) + len(p.payload) <= len(noise) for p in published)


@pytest.mark.parametrize(
    ("packet", "what"),
    [
        (b"\x32\xff\xff\xff\xff\x01", "more than four bytes"),
        (b"\x32\x02\x00\x05", "shorter than what it says"),
        (b"\x30\x05\x00\x02ab\x7f", "shorter than what it says"),
        (b"\x30\x05\x00\x02ab\x80", "ends within its properties"),
    ],
)
def test_a_broken_packet_is_told(packet: bytes, what: str) -> None:
    with pytest.raises(PacketError, match=what):
        Splitter(five=True).split(packet)


def test_acknowledgements_are_one_packet_for_each_message() -> None:
    assert pubacks([]) == b""
    assert pubacks([1, 0xABCD]) == b"\x40\x02\x00\x01\x40\x02\xab\xcd"
