"""What JSON has no kind for, as text: the one form of times in every document that is written."""

from datetime import UTC, datetime


def as_text(value: object) -> str:
    """Return a value as JSON holds it, for ``json.dumps(..., default=as_text)``.

    A time is ISO 8601 with T and offset (``2026-03-02T04:30:00Z``), as the API writes it; whatever
    else there is (ids, days, paths) is its own text. Raises ValueError for a time without offset:
    nobody could say when that was.
    """
    if not isinstance(value, datetime):
        return str(value)
    if value.utcoffset() is None:
        raise ValueError(f"{value} has no offset")
    text = value.isoformat()
    return f"{text.removesuffix('+00:00')}Z" if value.utcoffset() == UTC.utcoffset(None) else text
