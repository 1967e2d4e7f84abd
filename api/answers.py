"""Answers that go by a media type of their own."""

from fastapi.responses import JSONResponse


class GeoJSONResponse(JSONResponse):
    """GeoJSON by its own name (RFC 7946)."""

    media_type = "application/geo+json"


def is_among(etag: str, if_none_match: str) -> bool:
    """Return whether a client has this version already (RFC 9110, 13.1.2: compared weakly)."""
    given = [one.strip().removeprefix("W/") for one in if_none_match.split(",")]
    return "*" in given or etag.removeprefix("W/") in given
