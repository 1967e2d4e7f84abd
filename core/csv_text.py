"""Tables as CSV (RFC 4180) that a spreadsheet may open without harm."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime

type Cell = str | int | float | bool | datetime | date | None

# What spreadsheets take for the beginning of a formula; a tab or a return may stand before one.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """Return a header and rows, lines ending in CR LF; what is not known is empty.

    Times are RFC 3339 in UTC. Text that a spreadsheet would reckon with gets an apostrophe before
    it (OWASP, "CSV Injection"); numbers stay numbers.
    """
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_written(cell) for cell in row] for row in rows)
    return file.getvalue()


def _written(cell: Cell) -> str | int | float:
    match cell:
        case None:
            return ""
        case bool():
            return "yes" if cell else "no"
        case datetime():
            return cell.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case date():
            return cell.isoformat()
        case str():
            return f"'{cell}" if cell.startswith(_FORMULA) else cell
        case _:
            return cell
