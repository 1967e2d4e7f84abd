"""Draws the phone's icons: a bin that is nearly full. Run it after a change of the drawing.

    .venv/bin/python api/web/icons/draw.py

public/phone/icon.svg is the same drawing by hand; the PNG are for systems that take no SVG.
"""

from pathlib import Path

from PIL import Image, ImageDraw

OUT = Path(__file__).parents[1] / "public" / "phone"
GROUND, FILL, LINE = "#00594a", "#5fd9bd", "#ffffff"
_FINER = 4
"""Drawn larger and made smaller: Pillow's lines have no smooth edges."""


def icon(size: int, *, maskable: bool = False) -> Image.Image:
    """Return the icon; ``maskable`` fills the square and keeps the drawing in its middle."""
    whole = size * _FINER
    picture = Image.new("RGBA", (whole, whole), GROUND if maskable else (0, 0, 0, 0))
    pen = ImageDraw.Draw(picture)
    unit = whole / 64
    if not maskable:
        pen.rounded_rectangle((0, 0, whole - 1, whole - 1), radius=14 * unit, fill=GROUND)
    scale, shift = (unit * 0.8, 6.4 * unit) if maskable else (unit, 0.0)

    def at(*numbers: float) -> tuple[float, ...]:
        return tuple(n * scale + shift for n in numbers)

    width = round(4 * scale)
    pen.rounded_rectangle(at(18, 24, 46, 51), radius=5 * scale, fill=FILL)
    pen.rectangle(at(18, 24, 46, 40), fill=FILL)
    pen.line(at(18, 17, 18, 47.5), fill=LINE, width=width)
    pen.line(at(46, 17, 46, 47.5), fill=LINE, width=width)
    pen.arc(at(16, 41, 28, 53), 90, 180, fill=LINE, width=width)
    pen.arc(at(36, 41, 48, 53), 0, 90, fill=LINE, width=width)
    pen.line(at(22, 51, 42, 51), fill=LINE, width=width)
    pen.rounded_rectangle(at(10, 15, 54, 19), radius=2 * scale, fill=LINE)
    return picture.resize((size, size), Image.Resampling.LANCZOS)


def main() -> None:
    """Write them all."""
    for name, drawn in {
        "icon-192.png": icon(192),
        "icon-512.png": icon(512),
        "maskable-512.png": icon(512, maskable=True),
        # iPhones round the corners themselves and show no transparency
        "apple-touch-icon.png": icon(180, maskable=True).convert("RGB"),
    }.items():
        drawn.save(OUT / name, optimize=True)


if __name__ == "__main__":
    main()
