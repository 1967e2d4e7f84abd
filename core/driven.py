"""What is known of a day that was driven: rounds with what crews said of them, and full bins."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from core.geo import Position
from core.hours import Hours
from core.plans import Outcome, PlanStatus, SkipReason, StopKind


@dataclass(frozen=True, kw_only=True, slots=True)
class DrivenStop:
    """A stop as planned, and what its crew said of it last; ``outcome`` None: nothing.

    ``fill_before_pct`` is the last trusted level before the crew's "done".
    """

    seq: int
    kind: StopKind
    position: Position
    bin_id: str | None
    arrives_at: datetime
    service_s: int
    expected_fill_pct: float | None
    outcome: Outcome | None
    skip_reason: SkipReason | None
    reported_at: datetime | None
    fill_before_pct: float | None
    stream: str | None = None
    """What the bin is for."""
    capacity_kg: float | None = None
    """What the bin weighs full, by its stream's density."""
    load_kg: float | None = None
    """What the plan expects of it."""
    weight_kg: float | None = None
    """What the crew weighed at a disposal site."""
    windows: tuple[Hours, ...] = ()
    """When the bin may be emptied; none: at any time."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DrivenRound:
    """A round as planned with its stops; ``status`` is its plan's."""

    day: date
    status: PlanStatus
    round_id: UUID
    vehicle_id: str
    start: Position
    starts_at: datetime
    ends_at: datetime
    distance_m: int
    stops: tuple[DrivenStop, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class FullTime:
    """How long a depot's bins stood full on one day, and for how long anybody knows.

    ``known_h`` are the hours of bins in which a level is known; ``bins`` were heard of.
    """

    day: date
    full_h: float
    known_h: float
    bins: int
    stream: str | None = None
    """Of bins of this stream only; None: of all."""
