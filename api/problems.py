"""Every error as application/problem+json (RFC 9457), and the one table of status codes."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from structlog.contextvars import get_contextvars

from core.errors import (
    BrimfulError,
    ConflictError,
    DatabaseUnavailableError,
    InvalidInputError,
    NotFoundError,
    StorageRefusedError,
)
from core.logs import get_logger

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_S = 5

STATUS: Mapping[type[BrimfulError], HTTPStatus] = {
    NotFoundError: HTTPStatus.NOT_FOUND,
    ConflictError: HTTPStatus.CONFLICT,
    InvalidInputError: HTTPStatus.UNPROCESSABLE_ENTITY,
    StorageRefusedError: HTTPStatus.UNPROCESSABLE_ENTITY,
    DatabaseUnavailableError: HTTPStatus.SERVICE_UNAVAILABLE,
}
# What the database says names hosts, tables and constraints: that is for the log.
_IN_PUBLIC: Mapping[type[BrimfulError], str] = {
    DatabaseUnavailableError: "The database does not answer at the moment. Send the same request "
    "again later; doing so is safe.",
    StorageRefusedError: "The database refuses this data, and would again. Give the request_id to "
    "whoever runs this server.",
}
UNEXPECTED = (
    "Something went wrong on the server. Give the request_id to whoever runs it; the log says more."
)

_log = get_logger(__name__)


class WrongField(BaseModel):
    """One thing wrong in a request: ``pointer`` into the body or the ``parameter``'s name."""

    detail: str
    pointer: str | None = Field(default=None, description="JSON Pointer (RFC 6901) fragment.")
    parameter: str | None = Field(
        default=None,
        description="Name of the parameter in the query or the path, or of the header.",
    )


class Problem(BaseModel):
    """An error, as RFC 9457 has it. ``type`` is always about:blank: the status says the kind."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "about:blank",
                    "title": "Not Found",
                    "status": 404,
                    "detail": "There is no bin old-town-17.",
                    "request_id": "0f2a3a0e6c7d4d7c9a53b8c1f2f6f7aa",
                }
            ]
        }
    )

    type: str = "about:blank"
    title: str = Field(description="The name of the status.")
    status: int = Field(description="The HTTP status code.")
    detail: str = Field(description="What went wrong here, and what to do.")
    request_id: str | None = Field(
        default=None, description="Finds this request in the server's log."
    )
    errors: list[WrongField] | None = Field(default=None, description="What is wrong, and where.")


def respond(
    status: int,
    detail: str,
    *,
    errors: Sequence[WrongField] | None = None,
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """Make the answer for a problem."""
    problem = Problem(
        title=HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        request_id=get_contextvars().get("request_id"),
        errors=None if errors is None else list(errors),
    )
    return JSONResponse(
        problem.model_dump(exclude_none=True),
        status_code=status,
        headers=None if headers is None else dict(headers),
        media_type=MEDIA_TYPE,
    )


def wrong(place: str, name: str, message: str) -> RequestValidationError:
    """Make the error for a field that looks right and cannot be used, as validation makes it.

    ``place`` is "body", "query" or "path".
    """
    return RequestValidationError(
        [{"loc": (place, name), "msg": message, "type": "cannot_be_used"}]
    )


def register(app: FastAPI) -> None:
    """Let the application answer all its errors as problems."""
    app.add_exception_handler(BrimfulError, _brimful_error)
    app.add_exception_handler(RequestValidationError, _invalid_request)
    app.add_exception_handler(HTTPException, _http_error)


async def _brimful_error(_request: Request, error: Exception) -> JSONResponse:
    kind = next((k for k in type(error).__mro__ if k in STATUS), None)
    if kind is None:
        _log.error("unexpected error", error=str(error), exc_info=error)
        return respond(HTTPStatus.INTERNAL_SERVER_ERROR, UNEXPECTED)
    if kind in _IN_PUBLIC:
        _log.warning("storage failed", error=str(error))
    headers = {"Retry-After": str(RETRY_AFTER_S)} if kind is DatabaseUnavailableError else None
    return respond(STATUS[kind], _IN_PUBLIC.get(kind, str(error)), headers=headers)


async def _invalid_request(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for it alone
    errors = [_wrong_field(found) for found in error.errors()]
    return respond(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "; ".join(f"{e.parameter or e.pointer}: {e.detail}" for e in errors),
        errors=errors,
    )


def _wrong_field(error: Mapping[str, Any]) -> WrongField:
    place, *path = error["loc"]
    detail = str(error["msg"]).removeprefix("Value error, ")
    if place != "body":
        return WrongField(detail=detail, parameter=".".join(str(part) for part in path))
    parts = [str(part).replace("~", "~0").replace("/", "~1") for part in path]
    return WrongField(detail=detail, pointer="#" + "".join(f"/{part}" for part in parts))


async def _http_error(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for it alone
    detail = error.detail
    if error.status_code == HTTPStatus.NOT_FOUND and detail == HTTPStatus.NOT_FOUND.phrase:
        detail = "There is nothing at this address; /docs lists what there is."
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        detail = "This address does not take this method; the header Allow lists those it takes."
    return respond(error.status_code, detail, headers=error.headers)
