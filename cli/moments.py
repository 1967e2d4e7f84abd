"""A moment on the command line: RFC 3339 text with its offset."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from core.plausible import bounded


def parse_moment(text: str) -> datetime:
    """Read a time; raises typer.BadParameter for what is none, or has no offset."""
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError:
        raise typer.BadParameter(
            f"{text!r} is no time: write it like 2026-03-02T06:15:00Z or 2026-03-02T07:15+01:00"
        ) from None
    if at.tzinfo is None:
        raise typer.BadParameter(
            f"{text!r} has no offset: add Z for UTC, or the local one like +01:00"
        )
    try:
        return bounded(at).astimezone(UTC)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} {error}") from None


def told(at: datetime) -> str:
    """Write a time for people: to the second, in UTC."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


At = Annotated[
    datetime | None,
    typer.Option(
        "--at",
        parser=parse_moment,
        metavar="TIME",
        help="When, RFC 3339 with offset; now if absent.",
    ),
]
