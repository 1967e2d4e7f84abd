from pathlib import Path

from core.plans import LeftOutReason

PLANNING = Path(__file__).parents[2] / "docs" / "planning.md"


def test_every_reason_for_leaving_a_bin_out_is_explained_to_operators() -> None:
    text = PLANNING.read_text("utf-8")
    assert [reason for reason in LeftOutReason if f"| `{reason}` |" not in text] == []
