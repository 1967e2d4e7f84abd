"""Answers that go by a media type of their own."""

from fastapi.responses import JSONResponse


class GeoJSONResponse(JSONResponse):
    """GeoJSON by its own name (RFC 7946)."""

    media_type = "application/geo+json"
