"""The difference between two plans on the screen, and as a JSON document."""

from collections.abc import Mapping
from datetime import tzinfo
from typing import Any

import typer
from pydantic import TypeAdapter

from core.rules.difference import Difference
from core.rules.difference_told import in_words


def show_difference(found: Difference, zone: tzinfo) -> None:
    """Print what changes, a line each."""
    typer.echo("\nWhat changes:")
    for line in in_words(found, zone):
        typer.echo(f"  {line}")


def difference_document(found: Difference, zone: tzinfo) -> Mapping[str, Any]:
    """Return it for programs, as GET /plans/{plan_id}/difference answers it."""
    return {
        **TypeAdapter(Difference).dump_python(found, mode="json"),
        "words": list(in_words(found, zone)),
        "bins_before": found.bins_before,
        "bins_after": found.bins_after,
        "distance_before_m": found.distance_before_m,
        "distance_after_m": found.distance_after_m,
        "order_kept": found.order_kept,
    }
