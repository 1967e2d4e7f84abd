"""Times and days as they are sent: text that names them, never a number.

Left to pydantic, 0 is the first of January 1970: a forgotten value would be stored as a time.
"""

import datetime as dt
import re
from typing import Annotated

from pydantic import AwareDatetime, BeforeValidator

# RFC 3339, and what common libraries write for it: no seconds where they are zero.
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt _][0-9]{2}:[0-9]{2}.*")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _moment(value: object) -> object:
    if isinstance(value, str) and _MOMENT.fullmatch(value):
        return value
    raise ValueError(
        "must be a time as text, like 2026-03-02T08:12:02+01:00 (RFC 3339 with offset)"
    )


def _day(value: object) -> object:
    if isinstance(value, str) and _DAY.fullmatch(value):
        return value
    raise ValueError("must be a day as text, YYYY-MM-DD, like 2026-03-02")


# No `type` aliases: OpenAPI would name them, as pydantic does, once for each bound put on them.
Moment = Annotated[AwareDatetime, BeforeValidator(_moment)]
Day = Annotated[dt.date, BeforeValidator(_day)]
