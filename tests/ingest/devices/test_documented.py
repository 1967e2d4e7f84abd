"""The device that docs/devices.md builds is one that works."""

import re
from pathlib import Path

from ingest.devices import Device

DOCS = Path(__file__).parents[3] / "docs" / "devices.md"


def test_the_worked_example_decodes_its_own_frames() -> None:
    (source,) = re.findall(r"^```python\n(.*?)^```", DOCS.read_text(), re.DOTALL | re.MULTILINE)
    names: dict[str, object] = {}
    exec(compile(source, "docs/devices.md", "exec"), names)  # noqa: S102 - our own documentation
    device = names["DEVICE"]
    assert isinstance(device, Device)
    for vector in device.vectors:
        said = tuple(device.decode(bytes.fromhex(vector.frame), vector.port))
        assert said == vector.says
