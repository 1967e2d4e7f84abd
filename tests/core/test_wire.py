from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pydantic import ValidationError

from core.wire import NativeReading, native_payload, native_schema

fields = st.fixed_dictionaries(
    {
        "measured_at": st.datetimes(
            min_value=datetime(1970, 1, 2),  # noqa: DTZ001 - hypothesis adds the zone
            max_value=datetime(2100, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
            timezones=st.just(UTC),
        ),
        "fill_pct": st.floats(0, 100),
    },
    optional={
        "distance_mm": st.integers(0, 20_000),
        "battery_v": st.floats(0, 60),
        "battery_pct": st.floats(0, 100),
        "temperature_c": st.floats(-80, 200),
        "tilted": st.booleans(),
    },
)


@given(st.lists(fields.map(NativeReading.model_validate), min_size=1, max_size=5))
def test_what_we_write_we_read_and_the_published_schema_agrees(
    readings: list[NativeReading],
) -> None:
    wire = native_payload.dump_json(readings, exclude_none=True)
    assert native_payload.validate_json(wire) == readings
    Draft202012Validator(native_schema()).validate(
        native_payload.dump_python(readings, mode="json", exclude_none=True)
    )


@pytest.mark.parametrize(
    ("payload", "complaint"),
    [
        ('{"fill_pct": 50}', "measured_at"),
        ('{"measured_at": "2026-03-02T06:15:00", "fill_pct": 50}', "timezone"),
        ('{"measured_at": "2026-03-02T06:15:00Z"}', "give fill_pct or distance_mm"),
        ('{"measured_at": "2026-03-02T06:15:00Z", "fill_pct": 100.1}', "less than or equal"),
        ('{"measured_at": "2026-03-02T06:15:00Z", "fill_pct": NaN}', "finite"),
        ('{"measured_at": "2026-03-02T06:15:00Z", "fill_pct": "87"}', "valid number"),
        ('{"measured_at": "2026-03-02T06:15:00Z", "distance_mm": 30000}', "less than or equal"),
        ('{"measured_at": "1767225600", "fill_pct": 50}', "RFC 3339"),
        ('{"measured_at": 1767225600, "fill_pct": 50}', "RFC 3339"),
        ("[]", "at least 1"),
    ],
)
def test_a_wrong_message_is_refused_and_says_why(payload: str, complaint: str) -> None:
    with pytest.raises(ValidationError, match=complaint):
        native_payload.validate_json(payload)


def test_fields_nobody_has_heard_of_are_passed_over() -> None:
    one = native_payload.validate_json(
        '{"measured_at": "2026-03-02T06:15:00Z", "fill_pct": 5, "firmware": "1.2"}'
    )
    assert isinstance(one, NativeReading)
