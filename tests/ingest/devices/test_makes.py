"""Every file in makes/: its own frames decode to what stands beside them, and its names agree."""

import re
from pathlib import Path

import pytest

from core.readings import Kind
from ingest.devices import DEVICES, Device, UnknownDeviceError, Vector, decode_frame, makes

DOCS = Path(__file__).parents[3] / "docs" / "devices.md"


def shown() -> list[tuple[Device, Vector]]:
    return [(device, vector) for device in DEVICES.values() for vector in device.vectors]


@pytest.mark.parametrize(
    ("device", "vector"), shown(), ids=[f"{d.name}: {v.shows}" for d, v in shown()]
)
def test_a_frame_says_what_stands_beside_it(device: Device, vector: Vector) -> None:
    assert decode_frame(device.name, bytes.fromhex(vector.frame), port=vector.port) == vector.says


@pytest.mark.parametrize("device", DEVICES.values(), ids=DEVICES)
def test_a_make_shows_a_level_and_a_frame_without_one(device: Device) -> None:
    said = [measurement for vector in device.vectors for measurement in vector.says]
    assert any(m.no_level_reason is None for m in said)
    if device.name != "dragino-dds75-lb":  # differs from dragino-ldds75 in its thermometer only
        assert any(m.no_level_reason is not None for m in said)
        assert any(m.kind is not Kind.READING for m in said)


@pytest.mark.parametrize(("device", "vector"), shown())
def test_a_level_or_the_reason_why_there_is_none(device: Device, vector: Vector) -> None:
    for m in decode_frame(device.name, bytes.fromhex(vector.frame), port=vector.port):
        assert m.no_level_reason is not None or (m.fill_pct, m.distance_mm) != (None, None)


def test_every_file_in_makes_is_a_device() -> None:
    folder = Path(makes.__file__).parent
    files = {path.stem.replace("_", "-") for path in folder.glob("*.py") if path.stem != "__init__"}
    assert files == set(DEVICES)


def test_the_documentation_lists_every_device() -> None:
    listed = re.findall(r"^\| `([a-z0-9-]+)` \|", DOCS.read_text(), flags=re.MULTILINE)
    assert sorted(listed) == sorted(DEVICES)


def test_a_name_that_comes_near_is_offered() -> None:
    with pytest.raises(UnknownDeviceError, match=r"did you mean .*milesight-em400-mud"):
        decode_frame("milesight-em400mud", b"\x01", port=85)


def test_a_name_that_comes_near_nothing_gets_the_list() -> None:
    with pytest.raises(UnknownDeviceError, match=r"there are .*netvox-r718x"):
        decode_frame("", b"\x01", port=85)
