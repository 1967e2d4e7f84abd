"""Answers that go by a media type of their own."""

from collections.abc import Iterable, Sequence
from typing import Any

from fastapi.responses import JSONResponse, Response

from core.csv_text import Cell, csv_text


class GeoJSONResponse(JSONResponse):
    """GeoJSON by its own name (RFC 7946)."""

    media_type = "application/geo+json"


def is_among(etag: str, if_none_match: str) -> bool:
    """Return whether a client has this version already (RFC 9110, 13.1.2: compared weakly)."""
    given = [one.strip().removeprefix("W/") for one in if_none_match.split(",")]
    return "*" in given or etag.removeprefix("W/") in given


class CsvResponse(Response):
    """CSV by its own name, with a header (RFC 4180, RFC 7111)."""

    media_type = "text/csv"


def csv_answer(name: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> CsvResponse:
    """Answer with a table that browsers save as ``name``.csv, in UTF-8."""
    return CsvResponse(
        csv_text(columns, rows),
        headers={
            "Content-Type": "text/csv; charset=utf-8; header=present",
            "Content-Disposition": f'attachment; filename="{name}.csv"',
        },
    )


def csv_documented(columns: Sequence[str], example: Sequence[Cell]) -> dict[int | str, Any]:
    """Document an answer in CSV with a row of it."""
    return {
        200: {
            "description": "A header and the rows, each line ended by CR LF.",
            "content": {
                "text/csv": {
                    "schema": {"type": "string"},
                    "example": csv_text(columns, [example]),
                }
            },
        }
    }
