"""Tokens for the crews of a simulated town."""

from collections.abc import Iterable
from datetime import datetime

import store
from cli.acting import acting
from core.registry import CrewRecord
from store import audit, tokens
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
        name = f"simulated {crew.name}"
        token_id, made[crew.crew_id] = await tokens.create(
            conn,
            name=name,
            role=Role.CREW,
            crew_id=crew.crew_id,
            now=now,
            expires_at=expires_at,
        )
        await audit.note(
            conn,
            who=acting(),
            what="token.created",
            subject=f"token {token_id}",
            detail={"name": name, "role": str(Role.CREW), "crew_id": crew.crew_id},
            now=now,
        )
    return made
