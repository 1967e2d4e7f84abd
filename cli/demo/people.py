"""Who may come in to the demo: somebody in the ops room, and the crew of a round of your own."""

from dataclasses import dataclass, field
from datetime import datetime
from secrets import token_urlsafe

import store
from cli.acting import acting
from core.passwords import hash_password
from core.plans import Plan
from core.settings import Settings
from store import people
from store.tokens import Role

USER_NAME = "ops"
FEWEST_STOPS = 6
"""Enough to see what a round is like."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Screens:
    """The two addresses and what opens them; ``phone`` holds a code that signs one phone in."""

    ops: str
    user_name: str
    password: str = field(repr=False)
    phone: str = field(repr=False)
    crew_id: str


def crew_of_yours(plan: Plan) -> str | None:
    """Return the crew whose round is left to whoever watches: short, and yet a round."""
    crews = sorted((len(r.stops), r.crew_id) for r in plan.rounds if r.crew_id is not None)
    long_enough = [crew_id for stops, crew_id in crews if stops >= FEWEST_STOPS]
    return long_enough[0] if long_enough else crews[-1][1] if crews else None


async def let_in(
    conn: store.Connection,
    settings: Settings,
    *,
    crew_id: str,
    here: str,
    network: str,
    now: datetime,
) -> Screens:
    """Make an account for the ops room and a link for a crew's phone.

    ``here``: the server's address on this machine, ``network``: the one a phone finds it by.
    """
    password = token_urlsafe(9)
    await people.add(
        conn,
        user_name=USER_NAME,
        name="The demo's ops room",
        role=Role.OPS,
        password_hash=hash_password(password),
        by=acting(),
        now=now,
    )
    code = await people.link_crew(
        conn, crew_id, by=acting(), now=now, expires_at=now + settings.link_valid
    )
    return Screens(
        ops=f"{here}/ops/",
        user_name=USER_NAME,
        password=password,
        phone=f"{network}/phone/#code={code}",
        crew_id=crew_id,
    )
