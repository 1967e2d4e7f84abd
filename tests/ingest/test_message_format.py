"""docs/message-format.md and its JSON Schema say what the ingester does."""

import json
import re
from typing import Any

import jsonschema
import pytest

from core.readings import RejectReason
from core.wire import MAX_READINGS_PER_MESSAGE, NativeReading, native_schema
from ingest.decode import decode
from tests.ingest.parts import NOW, payload, reading
from tests.services.shared_data import REPOSITORY

DOCS = REPOSITORY / "docs"
SCHEMA = DOCS / "native-message.schema.json"
TEXT = (DOCS / "message-format.md").read_text()
EXAMPLES = re.findall(r"```json\n(.*?)```", TEXT, re.DOTALL)


def test_the_schema_is_generated_from_the_models() -> None:
    """Write it anew with the command in docs/message-format.md."""
    assert SCHEMA.read_text() == json.dumps(native_schema(), indent=2) + "\n"


@pytest.mark.parametrize(
    ("content", "valid"),
    [
        (reading(), True),
        ([reading(), reading(distance_mm=3)], True),
        ([], False),
        ({"fill_pct": 5}, False),
        ({"measured_at": NOW.isoformat()}, False),
        (reading() | {"fill_pct": None}, False),
        (reading(distance_mm=3) | {"fill_pct": None}, True),
        (reading(fill_pct=101), False),
        (reading(distance_mm=-1), False),
        (reading(tilted=1), False),
    ],
)
def test_schema_and_ingester_agree(content: Any, valid: bool) -> None:  # noqa: ANN401 - any JSON
    validator = jsonschema.Draft202012Validator(native_schema())
    assert validator.is_valid(content) is valid
    assert (not decode(json.dumps(content).encode()).problems) is valid


def test_every_example_can_be_sent() -> None:
    assert len(EXAMPLES) >= 2
    for example in EXAMPLES:
        decoded = decode(example.encode())
        assert decoded.readings
        assert not decoded.problems, example


def test_every_field_reason_and_limit_is_explained() -> None:
    for name in NativeReading.model_fields:
        assert f"| `{name}` |" in TEXT
    for reason in RejectReason:
        assert f"| `{reason}` |" in TEXT
    assert f"{MAX_READINGS_PER_MESSAGE:,}" in TEXT


def test_a_message_of_the_largest_size_fits_the_default_limit() -> None:
    full = reading(distance_mm=20_000, battery_v=3.581, battery_pct=99.5, temperature_c=-12.25)
    assert len(payload(*[full] * MAX_READINGS_PER_MESSAGE)) < 1_048_576
