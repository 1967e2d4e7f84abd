"""Around every request: an id, headers, a bound on the body, and no stack trace outside."""

import logging
import re
import time
from http import HTTPStatus
from uuid import uuid4

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bound_contextvars

from api import problems
from core.logs import get_logger

MAX_BODY_BYTES = 64 * 1024
PHOTOS = "/crew/photos/"
_REQUEST_ID = re.compile(r"[A-Za-z0-9_.:-]{1,64}")
# Endpoints may set their own; the pages allow themselves what they need.
_DEFAULT_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; frame-ancestors 'none'; base-uri 'none'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # the phone takes photos and says where it is; nothing else is asked for
    "Permissions-Policy": "camera=(self), geolocation=(self), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
# over https alone: told so over http, a browser would not come back
_OVER_HTTPS = {"Strict-Transport-Security": "max-age=31536000"}
# probed every few seconds, and worth a line only when they fail
_QUIET = frozenset({"/health", "/ready"})

_log = get_logger(__name__)


class Envelope:
    """Gives a request its id and its log line, its answer the headers; catches what nobody did.

    An id that a proxy gave (X-Request-ID) is kept.
    """

    def __init__(self, app: ASGIApp, *, is_https: bool) -> None:
        self.app = app
        self._headers = _DEFAULT_HEADERS | (_OVER_HTTPS if is_https else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-request-id", "")
        request_id = given if _REQUEST_ID.fullmatch(given) else uuid4().hex
        with bound_contextvars(request_id=request_id):
            await self._serve(scope, receive, send, request_id)

    async def _serve(self, scope: Scope, receive: Receive, send: Send, request_id: str) -> None:
        started = time.perf_counter()
        status = 0

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = int(message["status"])
                headers = MutableHeaders(scope=message)
                headers["X-Request-ID"] = request_id
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        try:
            await self.app(scope, receive, send_with_headers)
        except Exception:
            _log.exception("unexpected error", method=scope["method"], path=scope["path"])
            if status:  # half an answer is out: only breaking the connection tells the client
                raise
            answer = problems.respond(HTTPStatus.INTERNAL_SERVER_ERROR, problems.UNEXPECTED)
            await answer(scope, receive, send_with_headers)
        _log.log(
            logging.DEBUG if scope["path"] in _QUIET and status < 400 else logging.INFO,
            "request",
            method=scope["method"],
            path=scope["path"],
            status=status,
            took_ms=round((time.perf_counter() - started) * 1000, 1),
        )


class BodyLimit:
    """Refuses a body of more than MAX_BODY_BYTES, announced or not, before it is read whole.

    Photos (below PHOTOS) have a limit of their own.
    """

    def __init__(self, app: ASGIApp, *, photo_max_bytes: int) -> None:
        self.app = app
        self.photo_max_bytes = photo_max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        limit, too_large = MAX_BODY_BYTES, _TOO_LARGE
        if scope["path"].startswith(PHOTOS):
            limit, too_large = self.photo_max_bytes, _PHOTO_TOO_LARGE.format(self.photo_max_bytes)
        announced = Headers(scope=scope).get("content-length", "0")
        if announced.isdecimal() and int(announced) > limit:
            answer = problems.respond(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, too_large)
            await answer(scope, receive, send)
            return
        received = 0

        async def receive_bounded() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > limit:
                raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, too_large)
            return message

        await self.app(scope, receive_bounded, send)


_TOO_LARGE = f"The body is larger than {MAX_BODY_BYTES} bytes; no request needs so much."
_PHOTO_TOO_LARGE = "The photo is larger than {} bytes: make it smaller before it is sent."
