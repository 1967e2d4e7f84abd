"""The sum that has to hold: every reading that was promised is stored, or set aside, once."""

from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString

import store
from store.rejected import digest

_READINGS = "SELECT sensor_id, measured_at FROM readings"
_DIGESTS = "SELECT digest FROM rejected_messages WHERE replayed_at IS NULL"
_SETTLED = """
    SELECT (SELECT count(*) FROM readings)
         + (SELECT coalesce(sum(readings), 0) FROM rejected_messages WHERE replayed_at IS NULL)
           AS n
"""
_REASONS = """
    SELECT reason, sum(readings)::bigint AS n FROM rejected_messages
    WHERE replayed_at IS NULL GROUP BY reason ORDER BY reason
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """What became of the promised readings, looked for one by one.

    ``missing`` are the numbers of those that are nowhere; ``strange`` counts rows that nobody
    has published.
    """

    published: int
    stored: int
    set_aside: int
    missing: Sequence[int]
    twice: int
    strange: int
    reasons: dict[str, int]

    @property
    def balanced(self) -> bool:
        """Tell whether nothing is missing, nothing is there twice, and the sum holds."""
        whole = self.published == self.stored + self.set_aside
        return whole and not self.missing and not self.twice and not self.strange

    def fields(self) -> dict[str, Any]:
        """Return the figures for a table or a program."""
        return {
            "published": self.published,
            "stored": self.stored,
            "set_aside": self.set_aside,
            "missing": len(self.missing),
            "twice": self.twice,
            "strange": self.strange,
            "reasons": self.reasons,
        }


async def account(
    conn: store.Connection,
    promised: Iterable[int],
    *,
    number_of: Callable[[str, datetime], int | None],
    message: Callable[[int], tuple[str, bytes]],
    rows: LiteralString = _READINGS,
) -> Account:
    """Look for every promised reading in ``rows``; ``number_of`` says which one a row is."""
    numbers = array("q", sorted(promised))
    seen: Counter[int] = Counter()
    strange = 0
    async with conn.cursor(name="readings") as cursor:
        await cursor.execute(rows)
        async for row in cursor:
            number = number_of(row["sensor_id"], row["measured_at"])
            if number is None:
                strange += 1
            else:
                seen[number] += 1
    rejected = await (await conn.execute(_DIGESTS)).fetchall()
    digests = {bytes(row["digest"]) for row in rejected}
    unstored = [n for n in numbers if n not in seen]
    missing = [n for n in unstored if digest(*message(n)) not in digests]
    reasons = await (await conn.execute(_REASONS)).fetchall()
    known = set(numbers)
    return Account(
        published=len(numbers),
        stored=sum(1 for n in seen if n in known),
        set_aside=len(unstored) - len(missing),
        missing=missing,
        twice=sum(times - 1 for times in seen.values()),
        # sent, and stored, before its promise came: never counted as published
        strange=strange + sum(1 for n in seen if n not in known),
        reasons={row["reason"]: int(row["n"]) for row in reasons},
    )


async def settled(conn: store.Connection) -> int:
    """Return how many readings are stored or set aside."""
    row = await (await conn.execute(_SETTLED)).fetchone()
    return 0 if row is None else int(row["n"])
