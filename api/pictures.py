"""A photo as it is kept: really a picture, upright, of a bounded size, and nothing but pixels."""

import struct
import zlib
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

from core.errors import InvalidInputError

FORMATS = ("JPEG", "PNG", "WEBP")
MAX_SIDE_PX = 1_600
MAX_PIXELS = 50_000_000
"""More than phones' cameras give; decoded it takes 150 MB, a JPEG a sixteenth of that."""
QUALITY = 82
# What Pillow raises for files that are broken on purpose or on the way.
_BROKEN = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    KeyError,
    IndexError,
    TypeError,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Picture:
    """A JPEG without anything beside its pixels."""

    jpeg: bytes
    width: int
    height: int


def picture_of(body: bytes) -> Picture:
    """Decode a photo, turn it upright and write it anew; its metadata (place, phone) is gone.

    Raises InvalidInputError for what is no photo, is cut off, or has more than MAX_PIXELS.
    """
    if not body:
        raise InvalidInputError("the photo is empty: send the file as the body")
    try:
        with Image.open(BytesIO(body), formats=FORMATS) as image:
            if image.width * image.height > MAX_PIXELS:
                raise InvalidInputError(
                    f"the photo has {image.width} x {image.height} pixels; at most "
                    f"{MAX_PIXELS // 1_000_000} million fit: make it smaller before it is sent"
                )
            image.draft("RGB", (MAX_SIDE_PX, MAX_SIDE_PX))
            image.load()
            return _written(_upright(image))
    except _BROKEN as error:
        raise InvalidInputError(
            f"the photo cannot be read as {', '.join(FORMATS)} ({_why(error)}): it is another kind "
            "of file, or did not arrive whole"
        ) from None


def _upright(image: Image.Image) -> Image.Image:
    try:
        return ImageOps.exif_transpose(image)
    except _BROKEN:  # its metadata is broken, the picture is not
        return image


def _written(image: Image.Image) -> Picture:
    image.thumbnail((MAX_SIDE_PX, MAX_SIDE_PX))
    # a fresh one, white where the photo is transparent: it has no metadata to write
    clean = Image.new("RGB", image.size, "white")
    if image.has_transparency_data:
        seen = image.convert("RGBA")
        clean.paste(seen, mask=seen.getchannel("A"))
    else:
        clean.paste(image.convert("RGB"))
    out = BytesIO()
    clean.save(out, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return Picture(jpeg=out.getvalue(), width=clean.width, height=clean.height)


def _why(error: Exception) -> str:
    if isinstance(error, UnidentifiedImageError):
        return "it does not begin like one"
    if isinstance(error, Image.DecompressionBombError | Image.DecompressionBombWarning):
        return "it says it has more pixels than any photo"
    return "it is damaged or ends too early"
