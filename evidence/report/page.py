"""One self-contained HTML page: nothing on it is fetched from anywhere."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import jinja2


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """A table; ``strong`` are the numbers of rows to stand out. The first column is text.

    ``is_text``: all of its columns are.
    """

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str = ""
    strong: frozenset[int] = frozenset()
    is_text: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Plot:
    """A drawing as SVG, and what it shows."""

    svg: str
    caption: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """A report. ``warning`` is what must not be overlooked, e.g. that it is partial."""

    title: str
    subtitle: str
    made_at: datetime
    says: Sequence[str]
    does_not_say: Sequence[str]
    tables: Sequence[Table]
    plots: Sequence[Plot]
    assumptions: Sequence[str]
    warning: str | None = None
    details: Sequence[Table] = field(default_factory=tuple)


def html(page: Page) -> str:
    """Return the page as HTML."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("evidence.report", "."),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("page.html.j2").render(page=page)
