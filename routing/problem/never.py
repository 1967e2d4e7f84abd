"""Why a wanted bin cannot be served on this day by anybody, in the order people would ask."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from core.bins import Bin
from core.fleet import DisposalSite
from core.plans import LeftOut, LeftOutReason
from core.rules.due import Wanted
from core.vehicles import Vehicle
from routing import reasons
from routing.model import Flags
from routing.problem.fits import NEVER_S, Fits
from routing.problem.ground import Ground
from routing.problem.problem import ProblemVehicle, Rules

type Words = Callable[[Sequence[ProblemVehicle]], str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """What explains what is missing: all vehicles of the depot, those that can work, the sites."""

    vehicles: Sequence[Vehicle]
    available: Sequence[ProblemVehicle]
    sites: Sequence[DisposalSite]
    rules: Rules
    ground: Ground

    def off_the_roads_m(self, node: int) -> float | None:
        """Return how far a place is from every road; None: near enough."""
        snapped_m = self.ground.travel.snapped_m
        far = snapped_m is not None and snapped_m[node] > self.rules.snap_limit_m
        return float(snapped_m[node]) if snapped_m is not None and far else None


def why_never(wanted: Wanted, n: int, fits: Fits, known: Known) -> LeftOut:
    """Return the first condition that no vehicle meets beside all those before it.

    ``n`` is the bin's row in ``fits``, where it is a visit of its own.
    """
    reason, detail = _why(wanted, n, fits, known)
    return reasons.left_out(wanted, reason, detail)


def _why(wanted: Wanted, n: int, fits: Fits, known: Known) -> tuple[LeftOutReason, str]:
    off_m = known.off_the_roads_m(fits.visits[n].bins[0].node)
    if off_m is not None:
        return LeftOutReason.NO_ROAD_NEAR, reasons.no_road_near(off_m, known.rules.snap_limit_m)
    if not known.available:
        return LeftOutReason.NO_VEHICLE, reasons.no_vehicle(known.vehicles)
    left: Flags = np.ones(len(known.available), dtype=np.bool_)
    for reason, condition, words in _conditions(wanted.level.bin, n, fits, known):
        before, left = left, left & condition
        if not left.any():
            return reason, words([known.available[v] for v in np.flatnonzero(before).tolist()])
    raise ValueError(f"bin {wanted.level.bin.bin_id} could be served")


def _conditions(
    bin_: Bin, n: int, fits: Fits, known: Known
) -> Iterator[tuple[LeftOutReason, Flags, Words]]:
    """Yield each condition with what to say to those vehicles that met all before it."""
    visit = fits.visits[n]
    yield (
        LeftOutReason.NO_VEHICLE_FOR_STREAM,
        fits.carries[n],
        lambda _: reasons.no_vehicle_for_stream(bin_.stream, known.vehicles),
    )
    yield (
        LeftOutReason.NO_DISPOSAL_SITE_FOR_STREAM,
        fits.disposes[n],
        lambda those: reasons.no_disposal_site(bin_.stream, _lorries(those), known.sites),
    )
    yield (
        LeftOutReason.PINNED_VEHICLE_AWAY,
        fits.permitted[n],
        lambda those: reasons.not_permitted(bin_, _lorries(those), known.vehicles),
    )
    yield (
        LeftOutReason.VEHICLE_TOO_LARGE,
        fits.gets_there[n],
        lambda those: reasons.too_large(bin_, _lorries(those)),
    )
    yield (
        LeftOutReason.OVER_VEHICLE_CAPACITY,
        fits.holds[n],
        lambda those: reasons.over_capacity(visit.load_kg, visit.loose_l, _lorries(those)),
    )
    alone_s = dict(zip([v.vehicle_id for v in known.available], fits.alone_s[n], strict=True))

    def too_far(those: Sequence[ProblemVehicle]) -> str:
        shortest_s = min(int(alone_s[v.vehicle_id]) for v in those)
        longest_s = max(v.shift.longest_s for v in those)
        return reasons.out_of_reach(None if shortest_s >= NEVER_S else shortest_s, longest_s)

    yield LeftOutReason.OUT_OF_REACH, fits.reaches[n], too_far
    yield (
        LeftOutReason.WINDOW_CLOSED,
        fits.in_time[n],
        lambda those: reasons.window_closed(
            visit.spans, [v.shift for v in those], known.ground.zone
        ),
    )


def _lorries(those: Sequence[ProblemVehicle]) -> list[Vehicle]:
    return [v.vehicle for v in those]
