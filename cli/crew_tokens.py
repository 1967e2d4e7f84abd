"""Tokens for the crews of a simulated town."""

from collections.abc import Iterable
from datetime import datetime

import store
from core.registry import CrewRecord
from store import tokens
from store.tokens import Role


async def make_crew_tokens(
    conn: store.Connection,
    crews: Iterable[CrewRecord],
    *,
    now: datetime,
    expires_at: datetime | None = None,
) -> dict[str, str]:
    """Make each crew a token in the connection's transaction; returns the secrets by crew_id."""
    made = {}
    for crew in crews:
        _, made[crew.crew_id] = await tokens.create(
            conn,
            name=f"simulated {crew.name}",
            role=Role.CREW,
            crew_id=crew.crew_id,
            now=now,
            expires_at=expires_at,
        )
    return made
