"""A QR code on a terminal."""

from io import StringIO

import segno
from rich.text import Text


def qr_code(content: str) -> Text:
    """Return a QR code of half blocks, dark on light whatever the terminal's colours."""
    drawn = StringIO()
    segno.make(content, error="l", micro=False).save(drawn, kind="txt", border=2)
    rows = [[cell == "1" for cell in line] for line in drawn.getvalue().splitlines()]
    rows += [[False] * len(rows[0])] * (len(rows) % 2)
    blocks = {(True, True): "█", (True, False): "▀", (False, True): "▄", (False, False): " "}
    lines = (
        "".join(blocks[above, below] for above, below in zip(*pair, strict=True))
        for pair in zip(rows[::2], rows[1::2], strict=True)
    )
    return Text("\n".join(lines), style="black on white", no_wrap=True)
