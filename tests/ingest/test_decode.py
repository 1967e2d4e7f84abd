import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import ValidationError

from core.readings import RejectReason
from core.wire import MAX_READINGS_PER_MESSAGE, native_payload
from ingest.decode import decode, measurement_of
from tests.ingest.parts import payload, reading

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)
field = anything | st.floats(0, 100) | st.just("2026-03-02T12:00:00Z")
near_reading = st.fixed_dictionaries(
    {"measured_at": field},
    optional=dict.fromkeys(("fill_pct", "distance_mm", "battery_v", "tilted"), field),
)
near_payload = st.lists(near_reading | anything, max_size=6) | near_reading


@given(st.binary())
@example(b"[" * 100_000)
@example(b'{"a":' * 100_000)
@example(b"\xef\xbb\xbf{}")
@example(b'{"measured_at":"2026-03-02T06:15:00Z","distance_mm":1' + b"0" * 5_000 + b"}")
@example(b'[{"fill_pct":' + b"9" * 4_300 + b"}]")
@example(b'{"measured_at":"2026-03-02T06:15:00Z","fill_pct":1,"x":"\\ud800"}')
def test_any_bytes_are_readings_or_problems(raw: bytes) -> None:
    decoded = decode(raw)
    assert len(decoded.readings) + sum(p.readings for p in decoded.problems) >= 1


@given(near_payload)
def test_a_payload_is_without_problems_exactly_where_the_specification_takes_it(
    content: Any,  # noqa: ANN401 - any JSON
) -> None:
    raw = json.dumps(content).encode()
    try:
        specified = native_payload.validate_json(raw)
    except ValidationError:
        assert decode(raw).problems
        return
    decoded = decode(raw)
    assert not decoded.problems
    expected = specified if isinstance(specified, list) else [specified]
    assert [n.measurement for n in decoded.readings] == [measurement_of(r) for r in expected]


@given(st.lists(near_reading | anything, min_size=1, max_size=8))
def test_each_element_of_an_array_is_usable_or_a_problem_and_keeps_its_place(
    elements: list[Any],
) -> None:
    decoded = decode(json.dumps(elements).encode())
    places = [n.index for n in decoded.readings] + [p.index for p in decoded.problems]
    assert sorted(places, key=str) == sorted(range(len(elements)), key=str)
    for numbered in decoded.readings:
        assert numbered.index is not None
        alone = decode(json.dumps(elements[numbered.index]).encode())
        assert [n.measurement for n in alone.readings] == [numbered.measurement]


def test_one_bad_element_does_not_spoil_the_others() -> None:
    decoded = decode(payload(reading(), reading(fill_pct=140), 7, reading()))
    assert [n.index for n in decoded.readings] == [0, 3]
    assert [(p.index, p.text) for p in decoded.problems] == [
        (1, "fill_pct: Input should be less than or equal to 100"),
        (2, "Input should be an object"),
    ]
    assert {p.reason for p in decoded.problems} == {RejectReason.INVALID_READING}


@pytest.mark.parametrize(
    ("raw", "reason", "text"),
    [
        (b"", RejectReason.NOT_JSON, "EOF"),
        (b"\xff\xfe", RejectReason.NOT_JSON, "Invalid JSON"),
        (b'{"fill_pct": 5', RejectReason.NOT_JSON, "line 1 column 14"),
        (b"[1, 2", RejectReason.NOT_JSON, "Invalid JSON"),
        (b"5", RejectReason.INVALID_READING, "should be an object"),
        (b" [] ", RejectReason.INVALID_READING, "array is empty"),
        (b"{}", RejectReason.INVALID_READING, "measured_at: Field required"),
        (
            b'{"measured_at": "2026-03-02T06:15:00", "fill_pct": 1}',
            RejectReason.INVALID_READING,
            "measured_at: Input should have timezone info",
        ),
        (
            b'{"measured_at": "2026-03-02T06:15:00Z"}',
            RejectReason.INVALID_READING,
            "give fill_pct or distance_mm (or both)",
        ),
        (
            b'{"measured_at": "2026-03-02T06:15:00Z", "fill_pct": NaN}',
            RejectReason.INVALID_READING,
            "fill_pct: Input should be a finite number",
        ),
        (
            b'{"measured_at": "2026-03-02T06:15:00Z", "fill_pct": "87"}',
            RejectReason.INVALID_READING,
            "fill_pct: Input should be a valid number",
        ),
    ],
)
def test_what_is_wrong_is_said_where(raw: bytes, reason: RejectReason, text: str) -> None:
    decoded = decode(raw)
    assert decoded.readings == ()
    (problem,) = decoded.problems
    assert problem.reason is reason
    assert text in problem.text
    assert not problem.text.startswith("Value error")


@pytest.mark.parametrize("element", [reading(), 5])
def test_too_many_readings_are_counted_and_none_is_taken(element: object) -> None:
    n = MAX_READINGS_PER_MESSAGE + 1
    decoded = decode(json.dumps([element] * n).encode())
    (problem,) = decoded.problems
    assert (decoded.readings, problem.readings) == ((), n)
    assert str(MAX_READINGS_PER_MESSAGE) in problem.text


def test_the_last_of_two_equal_keys_counts_in_both_ways_of_reading() -> None:
    twice = b'{"measured_at": "2026-03-02T06:15:00Z", "fill_pct": 200, "fill_pct": 3}'
    alone, beside_a_bad_one = decode(twice), decode(b"[" + twice + b", 5]")
    assert alone.readings[0].measurement == beside_a_bad_one.readings[0].measurement
    assert alone.readings[0].measurement.fill_pct == 3
