"""How a round goes, in a line for people."""

from datetime import datetime, timedelta
from enum import StrEnum

from core.plans import Stop, StopKind

ON_TIME = timedelta(minutes=2)


class RoundState(StrEnum):
    """Where in its day a round is."""

    NOT_BEGUN = "not_begun"
    UNDER_WAY = "under_way"
    FINISHED = "finished"
    OUT_OF_SERVICE = "out_of_service"
    """Its vehicle broke down or was taken out of service: nobody knows when it is back."""


def reason(
    state: RoundState,
    last: Stop | None,
    *,
    starts_at: datetime,
    delay_s: int | None,
    silent: timedelta | None,
    n_open: int,
) -> str:
    """Say why a round is expected back when it is.

    ``starts_at`` by the clock of whoever reads it; ``silent``: no mark for so long, and one is due.
    """
    if state is RoundState.NOT_BEGUN:
        return f"leaves at {starts_at:%H:%M} by plan"
    if last is None or delay_s is None:
        if silent is None:
            return f"no mark yet, planned to leave at {starts_at:%H:%M}"
        return f"no mark yet, {_minutes(silent)} after its planned start at {starts_at:%H:%M}"
    if state is RoundState.FINISHED:
        return f"all stops are marked, {against_plan(delay_s)} at {place_of(last)}"
    if silent is not None:
        return f"no mark for {_minutes(silent)}, last at {place_of(last)}"
    stops = "1 stop" if n_open == 1 else f"{n_open} stops"
    return f"{against_plan(delay_s)} at {place_of(last)}, {stops} open"


def against_plan(delay_s: int) -> str:
    """Say a delay; negative: ahead."""
    if abs(delay_s) <= ON_TIME.total_seconds():
        return "on time"
    return f"{abs(delay_s) / 60:.0f} min {'behind' if delay_s > 0 else 'ahead of'} plan"


def place_of(stop: Stop) -> str:
    """Name a stop for people."""
    if stop.kind is StopKind.BREAK:
        return "the break"
    return stop.name or stop.bin_id or stop.disposal_site_id or f"stop {stop.seq}"


def _minutes(length: timedelta) -> str:
    return f"{length.total_seconds() / 60:.0f} min"
