from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import StorageRefusedError
from core.readings import RejectReason
from core.wire import readings_topic
from ingest import opening
from ingest.envelopes import TopicError, unwrap
from ingest.messages import Message
from ingest.opening import condemned, open_message
from tests.ingest.parts import LIMITS, NOW, message, reading


def test_a_sensor_that_may_not_send_now_is_set_aside_unread_and_known_by_name() -> None:
    opened = open_message(message(b"garbage", "s7"), LIMITS, admits=lambda s: s != "s7")
    (problem,) = opened.problems
    assert (problem.reason, opened.readings_in) == (RejectReason.RATE, 1)
    assert "s7" in problem.text
    assert "BRIMFUL_INGEST_RATE_PER_MINUTE" in problem.text
    assert opened.sensor_id == "s7", "replaying by sensor has to find it"


def test_what_names_no_sensor_is_no_sensors_rate() -> None:
    opened = open_message(
        replace(message(reading()), topic="bins/x"), LIMITS, admits=lambda _: False
    )
    assert opened.problems[0].reason is RejectReason.TOPIC


@pytest.mark.parametrize("sensor_id", ["s", "A.b_c:d-1", "0" * 64])
def test_the_topic_names_the_sensor(sensor_id: str) -> None:
    assert unwrap(readings_topic(sensor_id), b"x").sensor_id == sensor_id


@pytest.mark.parametrize(
    "topic",
    [
        "bins//readings",
        "bins/-a/readings",
        "bins/a b/readings",
        "bins/a\n/readings",
        "bins/a/readings\n",
        "bins/a/b/readings",
        "bins/a/reading",
        "bins/readings",
        f"bins/{'0' * 65}/readings",
        "/bins/a/readings",
        "",
    ],
)
def test_another_topic_is_refused_in_words(topic: str) -> None:
    with pytest.raises(TopicError, match=r"must be bins/\{sensor_id\}/readings"):
        unwrap(topic, b"x")
    opened = open_message(Message(topic=topic, payload=b"{}", received_at=NOW), LIMITS)
    assert [p.reason for p in opened.problems] == [RejectReason.TOPIC]
    assert opened.readings_in == 1


@given(st.text(), st.binary())
def test_opening_never_raises(topic: str, raw: bytes) -> None:
    opened = open_message(Message(topic=topic, payload=raw, received_at=NOW), LIMITS)
    assert opened.readings_in >= 1
    assert opened.weight >= opened.readings_in


def test_a_payload_over_the_limit_is_not_read() -> None:
    fits = message(reading())
    size = len(fits.payload)
    assert open_message(fits, replace(LIMITS, payload_max_bytes=size)).problems == ()
    (problem,) = open_message(fits, replace(LIMITS, payload_max_bytes=size - 1)).problems
    assert problem.reason is RejectReason.TOO_LARGE
    assert str(size) in problem.text


def test_a_bug_costs_one_message(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(payload: bytes) -> Any:  # noqa: ANN401 - never returns
        raise ZeroDivisionError(f"over {len(payload)} bytes")

    monkeypatch.setattr(opening, "decode", fails)
    (problem,) = open_message(message(b"{}"), LIMITS).problems
    assert problem.reason is RejectReason.UNEXPECTED_ERROR
    assert problem.text == "ZeroDivisionError: over 2 bytes"


def test_a_condemned_message_says_who_refused_it() -> None:
    refused = condemned(message(b"{}"), StorageRefusedError("out of range"), readings_in=3)
    assert (refused.readings_in, refused.problems[0].reason) == (3, RejectReason.STORAGE_REFUSED)
    bug = condemned(message(b"{}"), KeyError("x"))
    assert bug.problems[0].reason is RejectReason.UNEXPECTED_ERROR


def test_a_large_unreadable_payload_weighs_more_than_its_one_reading() -> None:
    opened = open_message(message(b"x" * 100_000), LIMITS)
    assert opened.readings_in == 1
    assert opened.weight > 100
