"""Put measured tables into a page of docs/, between two marks."""

import re
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"


class MarkError(ValueError):
    """The page does not have the two marks."""


def replace_block(page: Path, name: str, text: str) -> None:
    """Replace what stands between `<!-- NAME -->` and `<!-- /NAME -->`.

    Raises:
        MarkError: the page does not have these marks, once each and in this order.
    """
    begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    before = page.read_text(encoding="utf-8")
    pattern = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
    block = f"{begin}\n\n{text.strip()}\n\n{end}"
    after, count = pattern.subn(lambda _: block, before)
    if count != 1:
        raise MarkError(f"{page.name} needs {begin} and {end} once")
    page.write_text(after, encoding="utf-8")
