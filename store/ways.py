"""The ways of rounds: their legs, with line and turn steps."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any
from uuid import UUID

from core.ways import Leg, Step
from store.connection import Connection

_COPY = "COPY round_legs (round_id, leg, polyline, distance_m, drive_s, steps) FROM STDIN"
_LEGS = """
    SELECT round_id, polyline, distance_m, drive_s, steps
    FROM round_legs WHERE round_id = ANY(%s) ORDER BY round_id, leg
"""
_FIELDS = tuple(field.name for field in fields(Step))


async def save_legs(conn: Connection, round_id: UUID, legs: Sequence[Leg]) -> None:
    """Save the legs of a round that has none yet."""
    if not legs:
        return
    async with conn.cursor() as cursor, cursor.copy(_COPY) as copy:
        for number, leg in enumerate(legs):
            steps = json.dumps([_written(step) for step in leg.steps], ensure_ascii=False)
            await copy.write_row(
                (round_id, number, leg.polyline, leg.distance_m, leg.drive_s, steps)
            )


async def legs(conn: Connection, round_ids: Sequence[UUID]) -> Mapping[UUID, Sequence[Leg]]:
    """Return the legs of rounds in their order; without a way it has none."""
    found: dict[UUID, list[Leg]] = defaultdict(list)
    for row in await (await conn.execute(_LEGS, (list(round_ids),))).fetchall():
        found[row["round_id"]].append(
            Leg(
                polyline=row["polyline"],
                distance_m=row["distance_m"],
                drive_s=row["drive_s"],
                steps=tuple(Step(**{"modifier": None, "ref": None, **s}) for s in row["steps"]),
            )
        )
    return found


# As core.ways has them, nulls and all, without a Python object for every turn: a round has
# hundreds of them, and every phone reads its own.
_DOCUMENT = """
    SELECT coalesce(json_agg(json_build_object(
        'polyline', polyline, 'distance_m', distance_m, 'drive_s', drive_s,
        'steps', (SELECT coalesce(json_agg(%(nulls)s::jsonb || step ORDER BY n), '[]')
                  FROM jsonb_array_elements(steps) WITH ORDINALITY AS s (step, n))
    ) ORDER BY leg), '[]')::text AS document
    FROM round_legs WHERE round_id = %(round_id)s
"""
_NULLS = json.dumps({"modifier": None, "ref": None, "exit_number": None})


async def legs_document(conn: Connection, round_id: UUID) -> str:
    """Return the legs of a round as a JSON list, written by the database."""
    cursor = await conn.execute(_DOCUMENT, {"round_id": round_id, "nulls": _NULLS})
    row = await cursor.fetchone()
    assert row is not None  # noqa: S101 - an aggregate always gives one
    document: str = row["document"]
    return document


def _written(step: Step) -> Mapping[str, Any]:
    values = {name: getattr(step, name) for name in _FIELDS}
    return {name: value for name, value in values.items() if value is not None}
