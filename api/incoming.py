"""What a request has to be before an endpoint sees it: readable, and without unknown parameters."""

import json
from collections.abc import Callable, Coroutine
from email.message import Message
from http import HTTPStatus
from typing import Any

from fastapi import Depends, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from api.auth import AnyCaller

_SEND_JSON = "send the body as JSON in UTF-8, with the header Content-Type: application/json"


class JsonRoute(APIRoute):
    """A route that says in words why a body cannot be read.

    Left to FastAPI, some unreadable bodies are a 400 without a reason, and one without its header
    is told it is no dictionary.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler; where the endpoint takes a body, with the check before it."""
        handle = super().get_route_handler()
        if self.body_field is None:
            return handle

        async def handle_readable(request: Request) -> Response:
            check_body(await body_of(request), content_type=request.headers.get("content-type"))
            return await handle(request)

        return handle_readable


async def body_of(request: Request) -> bytes:
    """Return the whole body. Raises HTTPException (400) where it breaks off."""
    try:
        return await request.body()  # kept by the request: FastAPI reads the same one
    except ClientDisconnect:  # nobody is left to read an answer
        raise HTTPException(HTTPStatus.BAD_REQUEST, "The body did not arrive whole.") from None


def check_body(body: bytes, *, content_type: str | None) -> None:
    """Refuse a body that is no JSON object.

    Raises:
        RequestValidationError: it says what is wrong and where.
    """
    if not body:
        raise unreadable(f"is empty: {_SEND_JSON}")
    if not _is_json(content_type):
        given = "is missing" if not content_type else f"is {content_type[:100]}"
        raise _wrong(("header", "Content-Type"), f"{given}: {_SEND_JSON}")
    try:
        found = json.loads(body.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise unreadable(
            f"is not UTF-8: byte {body[error.start]:#04x} at offset {error.start}; {_SEND_JSON}"
        ) from None
    except json.JSONDecodeError as error:
        raise unreadable(
            f"is not JSON: {error.msg} at line {error.lineno}, column {error.colno}"
        ) from None
    except RecursionError:
        raise unreadable("is nested too deeply: no request needs so many [ or {") from None
    except ValueError:  # Python bounds how many digits it reads
        raise unreadable("holds a number of too many digits") from None
    if not isinstance(found, dict):
        raise unreadable('is not a JSON object: send the fields as {"name": value}')


def _is_json(content_type: str | None) -> bool:
    message = Message()
    message["content-type"] = content_type or "application/octet-stream"
    subtype = message.get_content_subtype()
    is_json = subtype == "json" or subtype.endswith("+json")
    return is_json and message.get_content_maintype() == "application"


async def known_parameters(request: Request, _caller: AnyCaller) -> None:
    """Refuse a query parameter the endpoint does not have; a 401 comes first.

    A filter that is misspelt and passed over would answer with everything, as if all of it
    matched.
    """
    if not request.query_params:
        return
    known = _known(request.app, request.scope["route"].name)
    ends = f"the parameters here are {', '.join(known)}" if known else "there are none here"
    errors = [
        _found(("query", name[:100]), f"is no parameter of this address; {ends}")
        for name in dict.fromkeys(request.query_params)
        if name not in known
    ]
    if errors:
        raise RequestValidationError(errors)


# Every application is made of the same endpoints, and the document takes half a second to write.
_QUERY_PARAMETERS: dict[str, list[str]] = {}


def _known(app: FastAPI, endpoint: str) -> list[str]:
    """Return the query parameters of an endpoint, as the OpenAPI document lists them."""
    if endpoint not in _QUERY_PARAMETERS:
        for path in app.openapi()["paths"].values():
            for operation in path.values():
                _QUERY_PARAMETERS[operation["operationId"]] = [
                    parameter["name"]
                    for parameter in operation.get("parameters", ())
                    if parameter["in"] == "query"
                ]
    return _QUERY_PARAMETERS[endpoint]


def unreadable(message: str) -> RequestValidationError:
    """Make the error for a body that is not what it should be."""
    return _wrong(("body",), message)


def _wrong(place: tuple[str, ...], message: str) -> RequestValidationError:
    return RequestValidationError([_found(place, message)])


def _found(place: tuple[str, ...], message: str) -> dict[str, Any]:
    return {"loc": place, "msg": message, "type": "cannot_be_used"}


only_known_parameters = Depends(known_parameters)
