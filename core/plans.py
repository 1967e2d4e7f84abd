"""A plan: a day's work for a depot; its rounds, stops, left-out bins and what crews report."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from itertools import pairwise
from uuid import UUID

from core.geo import Position
from core.replan import PlanProgress, Replan
from core.ways import Leg

STRAIGHT_LINES = "STRAIGHT LINES"
"""What a travel source begins with that knows no roads."""


class PlanStatus(StrEnum):
    """The life of a plan."""

    REQUESTED = "requested"
    RUNNING = "running"
    READY = "ready"
    FAILED = "failed"
    SUPERSEDED = "superseded"
    PROPOSED = "proposed"
    """It waits to be accepted; the plan before it, if any, is in force."""
    CANCELLED = "cancelled"


class Policy(StrEnum):
    """How a plan chooses among the bins."""

    PRIZE = "prize"
    """Due bins, and others where the way is worth the overflow it avoids."""
    DUE_ONLY = "due-only"
    """Due bins and no others."""
    THRESHOLD = "threshold"
    """Bins at their threshold, now or expected before the next round."""
    FIXED_SCHEDULE = "fixed-schedule"
    """Bins whose turn has come, however full."""


class DueReason(StrEnum):
    """Why a bin has to be emptied today."""

    OVER_THRESHOLD = "over_threshold"
    EXPECTED_OVER_THRESHOLD = "expected_over_threshold"
    EXPECTED_TO_OVERFLOW = "expected_to_overflow"
    """Nearly certain to be full before its next chance."""
    REQUESTED = "requested"
    """Somebody asked for it."""
    SCHEDULED = "scheduled"
    """Its turn has come."""
    PROMISED = "promised"
    """It was on a round before, and what is promised is kept."""


class LeftOutReason(StrEnum):
    """Why a bin that was considered is not on a round."""

    BELOW_THRESHOLD = "below_threshold"
    NO_LEVEL = "no_level"
    STALE_LEVEL = "stale_level"
    OUT_OF_SERVICE = "out_of_service"
    NO_POSITION = "no_position"
    NO_ROAD_NEAR = "no_road_near"
    """Further from every usable road than a crew walks."""
    NO_VEHICLE = "no_vehicle"
    NO_VEHICLE_FOR_STREAM = "no_vehicle_for_stream"
    NO_DISPOSAL_SITE_FOR_STREAM = "no_disposal_site_for_stream"
    OVER_VEHICLE_CAPACITY = "over_vehicle_capacity"
    OUT_OF_REACH = "out_of_reach"
    """Even alone on a round it does not fit into a shift."""
    NO_CAPACITY_LEFT = "no_capacity_left"
    """The day holds more than the vehicles can take."""
    VEHICLE_TOO_LARGE = "vehicle_too_large"
    """No vehicle that carries the stream is small enough to get there."""
    PINNED_VEHICLE_AWAY = "pinned_vehicle_away"
    """The only vehicle that may empty it does not work, or those that do are forbidden."""
    WINDOW_CLOSED = "window_closed"
    """Its hours, or those of its street, leave no time in which a vehicle could be there."""
    NOT_ITS_TURN = "not_its_turn"
    """Under the fixed schedule: another day is its day."""
    NOT_WORTH_DETOUR = "not_worth_detour"
    """Not due, and the way there costs more than we would drive for it today."""
    TAKEN_OFF = "taken_off"
    """Somebody took it off its round by hand."""


class StopKind(StrEnum):
    """What happens at a stop."""

    BIN = "bin"
    DISPOSAL = "disposal"
    BREAK = "break"
    """The crew rests where the vehicle stands."""


class Outcome(StrEnum):
    """What a crew says of a stop."""

    DONE = "done"
    SKIPPED = "skipped"
    OPEN = "open"
    """Takes back what was said: nobody was there. The outcome of such a stop is None."""


class SkipReason(StrEnum):
    """The fixed list of reasons for skipping a stop."""

    BLOCKED = "blocked"
    NOT_OUT = "not_out"
    CONTAMINATED = "contaminated"
    DAMAGED = "damaged"
    UNSAFE = "unsafe"
    LOCKED = "locked"
    NOT_FOUND = "not_found"
    OTHER = "other"


@dataclass(frozen=True, kw_only=True, slots=True)
class StopReport:
    """A crew's mark on a stop. ``report_id`` and ``reported_at`` are made on the phone.

    ``device_id`` is the phone and ``follows`` the mark that it took as the one in force (None: it
    knew of none); a phone that says nothing of itself is None and believed by its clock.
    """

    report_id: UUID
    stop_id: UUID
    outcome: Outcome
    skip_reason: SkipReason | None
    note: str | None
    reported_at: datetime
    weight_kg: float | None = None
    """What a disposal site weighed."""
    photo_ids: tuple[UUID, ...] = ()
    device_id: UUID | None = None
    follows: UUID | None = None

    def __post_init__(self) -> None:
        if (self.outcome is Outcome.SKIPPED) != (self.skip_reason is not None):
            raise ValueError("skip_reason is required for a skipped stop and only for one")


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark(StopReport):
    """A crew's mark as it is kept."""

    received_at: datetime
    reported_by: str

    @property
    def counts_from(self) -> datetime:
        """When it was made; one from the future was made when it came."""
        return min(self.reported_at, self.received_at)


@dataclass(frozen=True, kw_only=True, slots=True)
class Stop:
    """One place on a round, in order. ``outcome`` is that of the mark in force, None while open.

    Work (or the break) begins at ``begins_at``, later than the arrival where the crew has to wait.
    """

    stop_id: UUID
    seq: int
    kind: StopKind
    position: Position
    bin_id: str | None
    disposal_site_id: str | None
    arrives_at: datetime
    begins_at: datetime
    service_s: int
    expected_fill_pct: float | None = None
    load_kg: float | None = None
    due_reason: DueReason | None = None
    outcome: Outcome | None = None
    skip_reason: SkipReason | None = None
    reported_at: datetime | None = None
    name: str | None = None
    stream: str | None = None
    access_note: str | None = None
    kept: bool = False
    """It was this vehicle's stop in the plan before: the same stop, elsewhere in the order."""
    visit_id: UUID | None = None
    """The stop it was first, before it moved to another vehicle; None: it never did."""
    report: Mark | None = None
    """The mark in force; its outcome is open where the last one was taken back."""
    conflict: bool = False
    """Two phones contradict each other here, and nobody has decided yet."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Round:
    """One vehicle's ordered stops, from leaving the depot to being back empty.

    ``load_kg`` is what it collects over all its trips; ``end_depot_id`` where the shift ends when
    that is another depot than it began at.
    """

    round_id: UUID
    vehicle_id: str
    crew_id: str | None
    starts_at: datetime
    ends_at: datetime
    distance_m: int
    drive_s: int
    load_kg: float
    stops: tuple[Stop, ...]
    end_depot_id: str | None = None
    legs: tuple[Leg, ...] = ()
    """The way to each stop and, last, home; empty where no way is known."""

    @property
    def trips(self) -> int:
        """How often the body is emptied; several sites one after the other are one time."""
        emptied = [s.kind is StopKind.DISPOSAL for s in self.stops if s.kind is not StopKind.BREAK]
        return sum(now and not before for before, now in pairwise([False, *emptied]))


@dataclass(frozen=True, kw_only=True, slots=True)
class LeftOut:
    """A bin that was considered and is on no round; ``detail`` is for people, with figures."""

    bin_id: str
    reason: LeftOutReason
    detail: str
    expected_fill_pct: float | None = None
    name: str | None = field(default=None, compare=False)
    """The bin's, where it was read from the database."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """A day's work for a depot. Rounds and left-out bins are there once it is READY."""

    plan_id: UUID
    depot_id: str
    day: date
    status: PlanStatus
    requested_at: datetime
    finished_at: datetime | None = None
    summary: str = ""
    travel_source: str | None = None
    """Where the travel times come from; straight lines are named loudly."""
    bins_considered: int = 0
    bins_due: int = 0
    rounds: tuple[Round, ...] = field(default=())
    left_out: tuple[LeftOut, ...] = field(default=())
    replaces_plan_id: UUID | None = None
    """The plan in whose place this one came; that of a re-plan is known from the beginning."""
    replan: Replan | None = None
    """What was asked for; None for a plan of the whole day."""
    progress: PlanProgress | None = None
    """How far it is while it is made, and how it ended."""
    policy: Policy | None = None
    """How it chooses among the bins; None: as is set where it is made."""
    dial_m: int | None = None
    """Metres it would drive to avoid one overflow; None: as is set."""
    dry_run: bool = False
    """A plan of the whole day that is only proposed; a re-plan says it in ``replan``."""
    finish_asked: bool = False
    """Somebody wants the best so far now."""

    @property
    def distance_m(self) -> int:
        """Sum over all rounds."""
        return sum(r.distance_m for r in self.rounds)

    @property
    def is_proposal(self) -> bool:
        """Tell whether it comes into force only when somebody accepts it."""
        return self.dry_run or (self.replan is not None and self.replan.dry_run)

    @property
    def is_straight_lines(self) -> bool:
        """Tell whether its travel times are guesses, because no roads were known."""
        return self.travel_source is not None and self.travel_source.startswith(STRAIGHT_LINES)

    @property
    def bins_on_rounds(self) -> int:
        """Number of bin stops over all rounds."""
        return sum(s.kind is StopKind.BIN for r in self.rounds for s in r.stops)
