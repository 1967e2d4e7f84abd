"""Crews as the screens' tests need them: whose round it is, and marks on its stops."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from playwright.async_api import APIRequestContext

from tests.web.world import World


async def phone_of(world: World, crew_id: str) -> APIRequestContext:
    """Return what a crew's phone sends its requests with."""
    return (await world.signed_in(crew_id)).request


async def round_of(phone: APIRequestContext) -> dict[str, Any]:
    """Return the crew's round as its phone reads it."""
    answer = await phone.get("/crew/round")
    assert answer.ok, await answer.text()
    found: dict[str, Any] = await answer.json()
    return found


async def mark(phone: APIRequestContext, stop_id: str, **fields: Any) -> None:  # noqa: ANN401 - of a mark
    """Mark a stop done now, or as the fields say."""
    answer = await phone.put(
        f"/crew/stops/{stop_id}",
        data={
            "report_id": str(uuid4()),
            "outcome": "done",
            "reported_at": datetime.now(UTC).isoformat(),
            **fields,
        },
    )
    assert answer.ok, await answer.text()
