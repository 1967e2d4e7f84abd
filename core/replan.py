"""A re-plan: what somebody asks for in the middle of a day, and what is known while it is made."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Keep(StrEnum):
    """How far what was promised in the morning is kept; what is done always is."""

    NONE = "none"
    """Open stops go to whoever serves them best."""
    PREFER = "prefer"
    """Open stops change the vehicle only where that saves more than a stated way."""
    ALL = "all"
    """Open stops stay on their vehicle; only those of a broken one move."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Move:
    """One stop put elsewhere by hand.

    Attributes:
        stop_id: the stop; None where a bin comes on a round that is on none.
        bin_id: that bin.
        to_vehicle_id: whose round it goes to; None: it is taken off.
        before_stop_id: the stop it comes before; None: after the last bin.
    """

    stop_id: UUID | None = None
    bin_id: str | None = None
    to_vehicle_id: str | None = None
    before_stop_id: UUID | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Replan:
    """What a re-plan takes into account, for all the rest of the day.

    Attributes:
        keep: how far promises are kept.
        broken: vehicle_ids that cannot go on, in order of their name.
        urgent: bin_ids somebody asked for, in order of their name.
        closed: streets that are closed, as their file says; empty: none any more; None: none named.
        dry_run: the plan is proposed and comes into force only when it is accepted.
        taken_off: bin_ids somebody took off their round by hand, in order of their name.
        move: the only thing that is changed; nothing is searched then.
    """

    keep: Keep = Keep.PREFER
    broken: tuple[str, ...] = ()
    urgent: tuple[str, ...] = ()
    closed: str | None = None
    dry_run: bool = False
    taken_off: tuple[str, ...] = ()
    move: Move | None = None


class Phase(StrEnum):
    """What a running plan is at."""

    READING = "reading"
    """How full bins are, the fleet, what is done."""
    TRAVEL = "travel"
    """How long every way takes."""
    SEARCHING = "searching"
    CHECKING = "checking"
    """The referee, then it is saved."""


@dataclass(frozen=True, kw_only=True, slots=True)
class BestRound:
    """A vehicle's round as it stands in the best plan so far."""

    vehicle_id: str
    bins: int
    distance_m: int


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanProgress:
    """How far a running plan is, and the best of it so far.

    ``elapsed_s`` and ``limit_s`` are of the search: 0 before it begins. ``bins_left_out`` counts
    the bins that are wanted and on no round yet. ``objective`` is what the search makes small, in
    metres and penalties; None before there are rounds.
    """

    at: datetime
    phase: Phase
    elapsed_s: float = 0.0
    limit_s: float = 0.0
    bins_on_rounds: int = 0
    bins_left_out: int = 0
    distance_m: int = 0
    objective: int | None = None
    rounds: tuple[BestRound, ...] = field(default=())
