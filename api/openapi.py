"""What the OpenAPI document says beyond the endpoints' own signatures."""

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel

from api.problems import MEDIA_TYPE, Problem, WrongField

DESCRIPTION = """
How full every bin is, the day's rounds and what crews report of them.

**Roles.** People sign in with POST /session and crews with POST /session/link, programs have a
token (`brimful token create`). Each is of role `ops` (reads everything, asks for plans), `viewer`
(reads what ops reads, changes nothing), `device_admin` (reads bins, readings and sensors) or `crew`
(its own round and stops).

**Errors** are `application/problem+json` (RFC 9457): `detail` says what is wrong and what to do,
`errors` points at the field, `request_id` finds the request in the server's log.

**Lists** come in pages of `limit`; send `next` as `after` for the following page until it is null.

**Times** are RFC 3339 in UTC, days are local days of the depot, positions are lon and lat (WGS84).
"""

TAGS = [
    {"name": "bins", "description": "How full every bin is, how old that is, and its history."},
    {"name": "sensors", "description": "Which sensors need somebody, since when and why."},
    {"name": "plans", "description": "The days' rounds, and why bins were left out."},
    {"name": "emptyings", "description": "What crews and sensors say was emptied."},
    {"name": "figures", "description": "What people report upward, with what it is known from."},
    {"name": "crew", "description": "A crew's round, and its marks on the stops."},
    {"name": "map", "description": "The streets under bins and rounds."},
    {"name": "live", "description": "What changes, as it happens."},
    {"name": "session", "description": "Signing in and out, and who one is."},
    {"name": "photos", "description": "What crews photograph at stops."},
    {"name": "marks", "description": "What crews said of stops, and where they disagree."},
    {"name": "accounts", "description": "People, sessions, links for crews' phones, tokens."},
    {"name": "audit", "description": "Who changed what, and when."},
    {"name": "health", "description": "For probes; no token needed."},
]

_ERRORS: Mapping[int, tuple[str, dict[str, Any]]] = {
    401: ("Nobody is signed in, and no valid token", {"detail": "Sign in at /signin/; ..."}),
    403: (
        "The role may not, or the request comes from another site's page",
        {"detail": "This needs role ops; yours is crew."},
    ),
    404: ("Not there, or not for this caller", {"detail": "There is no bin old-town-17."}),
    409: (
        "Contradicts what is stored",
        {"detail": "report 0d9b1b86-6f3c-4c25-9c43-8c8d7ea9a1a4 was used for another mark: ..."},
    ),
    410: ("It was good once", {"detail": "This link has been used: ..."}),
    413: ("Body too large", {"detail": "The body is larger than 65536 bytes; ..."}),
    422: (
        "The request cannot be used",
        {
            "detail": "limit: Input should be less than or equal to 1000",
            "errors": [
                {
                    "detail": "Input should be less than or equal to 1000",
                    "parameter": "limit",
                }
            ],
        },
    ),
    429: (
        "Too many attempts; Retry-After says when to try again",
        {"detail": "Too many wrong passwords. Try again in 4 minutes."},
    ),
    500: ("A fault of the server", {"detail": "Something went wrong on the server. ..."}),
    503: (
        "The database does not answer; Retry-After says when to try again",
        {"detail": "The database does not answer at the moment. ..."},
    ),
}


def errors(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Document the problems an endpoint answers with; 500 is always among them."""
    return {status: _documented(status) for status in (*statuses, 500)}


def _documented(status: int) -> dict[str, Any]:
    description, example = _ERRORS[status]
    title = HTTPStatus(status).phrase
    return {
        "description": description,
        "content": {
            MEDIA_TYPE: {
                "schema": {"$ref": "#/components/schemas/Problem"},
                "example": {
                    "type": "about:blank",
                    "title": title,
                    "status": status,
                    "request_id": "0f2a3a0e6c7d4d7c9a53b8c1f2f6f7aa",
                    **example,
                },
            }
        },
    }


def describe(app: FastAPI) -> None:
    """Complete the document FastAPI makes.

    The problem's schema is added, which no endpoint returns by its type; and the nulls in
    examples, which FastAPI drops although the fields are required.
    """
    generate = app.openapi

    def openapi() -> dict[str, Any]:
        document = generate()
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        for error in (Problem, WrongField):
            schema = error.model_json_schema(ref_template="#/components/schemas/{model}")
            schema.pop("$defs", None)
            schemas[error.__name__] = schema
        for model in _models(BaseModel):
            extra = model.model_config.get("json_schema_extra")
            if model.__name__ in schemas and isinstance(extra, dict):
                schemas[model.__name__].update(extra)
        return document

    app.openapi = openapi  # type: ignore[method-assign] # the way FastAPI documents for this


def _models(parent: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for model in parent.__subclasses__():
        if model.__module__.startswith("api.schemas."):
            yield model
        yield from _models(model)
