"""No other site's page can make a browser change something here with its cookie."""

from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from api import problems
from core.rules.cross_site import comes_from_elsewhere

_REFUSED = (
    "This request comes from a page of another address. Open Brimful by its own address and try "
    "again; where a proxy changes the header Host, set BRIMFUL_PUBLIC_URL."
)


class CrossSite:
    """Refuses what changes something and comes from another site; signing in is among it.

    A request with an Authorization header needs no protection: no page can add that to one.
    """

    def __init__(self, app: ASGIApp, own_origin: str | None) -> None:
        self.app = app
        self._own_origin = own_origin

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "http":
            headers = Headers(scope=scope)
            if "authorization" not in headers and comes_from_elsewhere(
                scope["method"],
                fetch_site=headers.get("sec-fetch-site"),
                origin=headers.get("origin"),
                host=headers.get("host", ""),
                own_origin=self._own_origin,
            ):
                answer = problems.respond(HTTPStatus.FORBIDDEN, _REFUSED)
                await answer(scope, receive, send)
                return
        await self.app(scope, receive, send)
