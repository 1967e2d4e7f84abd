"""What changes, as it happens: one stream of events for each screen that is open."""

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.sse import EventSourceResponse
from starlette.responses import Response, StreamingResponse

from api.auth import AnyCaller, Secret, secret
from api.incoming import only_known_parameters
from api.live.hub import UseLive
from api.live.listeners import Listener
from api.openapi import errors
from store import tokens

router = APIRouter(tags=["live"], dependencies=[only_known_parameters])

_EXAMPLE = """\
event: hello
data: {}
retry: 3000

event: levels
data: {"rows":[["old-town-17",83.0,"fresh",1772434800,"ok"]]}

event: plan
data: {"plan_id":"c2a7e5a2-9d0f-4f52-8f4d-2a4f7b1d9f00","depot_id":"north","day":"2026-03-02",\
"status":"ready"}

event: stop
data: {"plan_id":"c2a7e5a2-9d0f-4f52-8f4d-2a4f7b1d9f00",\
"round_id":"2b6f0d4e-90a1-4be4-8c4e-0c54e8a4e0a7","stop_id":"7f3f7d0e-55c1-4a55-8f0a-3b0b1f4f3c11"}

event: sensors
data: {}

"""


@router.get(
    "/events",
    summary="What changes, as it happens",
    # not EventSourceResponse: FastAPI would write each event anew for each of its readers
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "Events without end. A crew is sent `hello` and `round` alone.",
            "content": {"text/event-stream": {"schema": {"type": "string"}, "example": _EXAMPLE}},
        },
        **errors(401, 403, 422, 503),
    },
)
async def read_events(
    live: UseLive,
    sent: Annotated[Secret, Depends(secret)],
    caller: AnyCaller,
) -> Response:
    """Stream what changes as Server-Sent Events, within about a second of its commit.

    `hello` comes first, and again whenever something may have been missed: load anew what is
    shown. `levels` carries rows of [bin_id, fill_pct, trust, measured_at_s, health], or
    {"reload": true} where it is too many: read /bins.columns. `plan` has another status or has
    come further, `stop` was marked, `sensors`: one does otherwise than before, `round`: the crew's
    own round or a mark on it. A stream ends when its caller's access does, when the client is too
    slow, and while the database is away: ask again after a pause. For every role; a crew hears of
    its own round alone.
    """
    listener = Listener(digest=tokens.digest(sent.value), crew_id=caller.crew_id)
    return EventSourceResponse(
        live.told(listener),
        # a proxy that collects what it passes on would hold events back
        headers={"X-Accel-Buffering": "no", "Cache-Control": "no-store, no-transform"},
    )
