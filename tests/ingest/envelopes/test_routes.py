"""Every topic leads to one envelope, and whatever comes on it is understood or refused in words."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.readings import RejectReason
from core.wire import readings_topic
from ingest.envelopes import FILTERS, EnvelopeError, NativeEnvelope, TopicError, unwrap
from tests.ingest.envelopes.parts import (
    EUI,
    TTN_JOIN,
    TTN_UP,
    chirpstack,
    chirpstack_topic,
    chirpstack_up,
    outcome,
    protobuf_event,
    raw,
    ttn_join,
    ttn_up,
)

WRAPPED = (TTN_UP, TTN_JOIN, *(chirpstack_topic(e) for e in ("up", "join", "status")))
TOPICS = (readings_topic("s0"), *WRAPPED)


def _matches(filter_: str, topic: str) -> bool:
    """Tell whether an MQTT filter matches a topic (MQTT 5.0, 4.7)."""
    want, have = filter_.split("/"), topic.split("/")
    if want[-1] == "#":
        want, have = want[:-1], have[: len(want) - 1]
    return len(want) == len(have) and all(w in ("+", h) for w, h in zip(want, have, strict=True))


@pytest.mark.parametrize("topic", TOPICS)
def test_each_topic_is_subscribed_to_once(topic: str) -> None:
    assert sum(_matches(filter_, topic) for filter_ in FILTERS) == 1


def test_each_filter_has_a_topic() -> None:
    assert all(any(_matches(filter_, topic) for topic in TOPICS) for filter_ in FILTERS)


@pytest.mark.parametrize("sensor_id", ["s", "A.b_c:d-1", "0" * 64, EUI])
def test_a_native_message_is_left_as_it_is(sensor_id: str) -> None:
    got = unwrap(readings_topic(sensor_id), b"\x00 anything")
    assert got == NativeEnvelope(sensor_id=sensor_id, payload=b"\x00 anything")


@pytest.mark.parametrize(
    ("topic", "shape"),
    [
        ("bins//readings", "bins/{sensor_id}/readings"),
        ("bins/-a/readings", "bins/{sensor_id}/readings"),
        ("bins/a/readings\n", "bins/{sensor_id}/readings"),
        (f"bins/{'0' * 65}/readings", "bins/{sensor_id}/readings"),
        ("", "bins/{sensor_id}/readings"),
        ("v2/a/devices/b/up", "bins/{sensor_id}/readings"),
        ("v3/a/devices/b/down/sent", "v3/{application}"),
        ("v3/a/devices/b/up/", "v3/{application}"),
        ("v3/a/devices/b/up\n", "v3/{application}"),
        ("v3//devices/b/up", "v3/{application}"),
        ("v3/a/devices//up", "v3/{application}"),
        ("v3/a/device/b/up", "v3/{application}"),
        (chirpstack_topic("ack"), "application/{application}"),
        (chirpstack_topic("up", EUI[1:]), "application/{application}"),
        (chirpstack_topic("up", EUI[1:] + "g"), "application/{application}"),
        (chirpstack_topic("up") + "\n", "application/{application}"),
        (f"application//device/{EUI}/event/up", "application/{application}"),
    ],
)
def test_another_topic_is_refused_with_the_shape_it_should_have(topic: str, shape: str) -> None:
    with pytest.raises(TopicError) as caught:
        unwrap(topic, raw(ttn_up()))
    assert f"must be {shape}" in str(caught.value)


@pytest.mark.parametrize("topic", WRAPPED)
@pytest.mark.parametrize("opening", [b"[", b'{"a":'])
def test_json_nested_without_end_is_refused_in_words(topic: str, opening: bytes) -> None:
    with pytest.raises(EnvelopeError, match="nested too deeply") as caught:
        unwrap(topic, opening * 100_000)
    assert caught.value.reason is RejectReason.NOT_JSON


def test_nesting_where_it_does_no_harm_is_passed_over() -> None:
    deep: object = 1
    for _ in range(50):
        deep = [deep]
    assert unwrap(TTN_UP, raw(ttn_up(decoded_payload=deep))) == unwrap(TTN_UP, raw(ttn_up()))


def test_numbers_without_end_are_refused_or_passed_over() -> None:
    payload = raw(ttn_up()).replace(b'"f_cnt": 7', b'"f_cnt": ' + b"9" * 10_000)
    assert b"99999" in payload
    with pytest.raises(EnvelopeError) as caught:
        unwrap(TTN_UP, payload)
    assert caught.value.reason is RejectReason.NOT_JSON


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
_envelopes = (
    st.sampled_from([ttn_up(), ttn_join(), chirpstack_up(), chirpstack(batteryLevel=5)])
    .flatmap(lambda whole: st.tuples(st.just(whole), st.sampled_from(sorted(whole)), _json))
    .map(lambda parts: raw(parts[0] | {parts[1]: parts[2]}))
)
_almost_protobuf = st.binary().map(lambda tail: protobuf_event() + tail) | st.binary().map(
    lambda tail: b"\x0a\x24" + tail
)


@pytest.mark.parametrize("topic", TOPICS)
@given(payload=st.binary() | _json.map(raw) | _envelopes | _almost_protobuf)
@example(payload=b"\x0a\x24" + b"\xff" * 60)
@example(payload=protobuf_event(b"\x1b" * 500))
def test_whatever_the_bytes_are_it_is_understood_or_refused(topic: str, payload: bytes) -> None:
    got = outcome(topic, payload)
    if isinstance(got, EnvelopeError):
        assert got.reason in (RejectReason.NOT_JSON, RejectReason.ENVELOPE)
        assert 0 < len(str(got)) < 1_000
    else:
        assert not isinstance(got, TopicError)
        assert got.sensor_id in (EUI, "s0")


@given(st.text() | st.sampled_from(TOPICS).flatmap(lambda t: st.text().map(lambda x: t + x)))
def test_whatever_the_topic_is_it_is_known_or_refused(topic: str) -> None:
    got = outcome(topic, b"{}")
    if isinstance(got, TopicError):
        assert "must be" in str(got)
    elif isinstance(got, EnvelopeError):
        assert topic.startswith(("v3/", "application/"))
    else:
        assert topic == readings_topic(got.sensor_id)
