"""What a vehicle does at one place: the wanted bins of a site and stream, one after the other."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from core.bins import Closure
from core.fleet import Stream
from core.hours import Span, clipped, merged, open_spans, without
from core.rules.due import Wanted
from routing.problem.ground import Ground
from routing.travel import TravelTable


@dataclass(frozen=True, kw_only=True, slots=True)
class ProblemBin:
    """A wanted bin: ``node`` is its row in the travel table; what is in it, loose, and its weight.

    ``service_s`` includes the crew's walk; ``spans`` are when emptying may begin.
    """

    wanted: Wanted
    node: int
    service_s: int
    loose_l: float
    load_kg: float
    spans: tuple[Span, ...]

    @property
    def bin_id(self) -> str:
        """Which bin it is."""
        return self.wanted.level.bin.bin_id

    @property
    def stream(self) -> str:
        """What is in it."""
        return self.wanted.level.bin.stream


@dataclass(frozen=True, kw_only=True, slots=True)
class Visit:
    """Bins of one stream that are emptied one after the other; most visits have one.

    ``after_s`` is each bin's begin after the first's; ``takes_s`` all of it, driving between
    included (``drive_s``, ``distance_m``); ``spans`` are when the first may begin.
    """

    bins: tuple[ProblemBin, ...]
    after_s: tuple[int, ...]
    takes_s: int
    drive_s: int
    distance_m: int
    spans: tuple[Span, ...]

    @property
    def stream(self) -> str:
        """What is in its bins."""
        return self.bins[0].stream

    @property
    def load_kg(self) -> float:
        """What its bins weigh together."""
        return sum(b.load_kg for b in self.bins)

    @property
    def loose_l(self) -> float:
        """The litres in its bins together, loose."""
        return sum(b.loose_l for b in self.bins)

    @property
    def is_due(self) -> bool:
        """Tell whether any of its bins has to be emptied."""
        return any(b.wanted.is_due for b in self.bins)


def problem_bin(
    wanted: Wanted,
    *,
    stream: Stream,
    walk_m_per_s: float,
    closures: Sequence[Closure],
    ground: Ground,
) -> ProblemBin:
    """Return a wanted bin with its load, its time and when on the day it may be emptied."""
    bin_ = wanted.level.bin
    loose_l = bin_.capacity_l * wanted.expected_fill_pct / 100
    service_s = bin_.service_s + round(2 * bin_.walk_m / walk_m_per_s)
    spans = open_spans(bin_.windows, ground.day, ground.zone, within=ground.within)
    shut = merged(
        [
            # the lorry has to be gone when the street is shut
            (begin - timedelta(seconds=service_s), end)
            for closure in closures
            if closure.concerns(bin_)
            for begin, end in _shut(closure, ground)
        ]
    )
    return ProblemBin(
        wanted=wanted,
        node=ground.places.bins[bin_.bin_id],
        service_s=service_s,
        loose_l=loose_l,
        load_kg=loose_l * stream.density_kg_per_l,
        spans=without(spans, shut),
    )


def _shut(closure: Closure, ground: Ground) -> Iterable[Span]:
    for hours in closure.hours:
        for begin, end in hours.spans(ground.day, ground.zone):
            if closure.counts_on(ground.depot.local_day(begin)):
                yield begin, end


def visit(bins: Sequence[ProblemBin], travel: TravelTable) -> Visit:
    """Return the visit of these bins in this order."""
    after_s, clock_s, drive_s, distance_m = [], 0, 0, 0
    spans: tuple[Span, ...] = bins[0].spans
    for i, bin_ in enumerate(bins):
        if i:
            leg_s = int(travel.drive_s[bins[i - 1].node, bin_.node])
            clock_s += leg_s
            drive_s += leg_s
            distance_m += int(travel.distance_m[bins[i - 1].node, bin_.node])
        # nobody waits between two bins of a visit: the first begins so that each is in its time
        back = timedelta(seconds=clock_s)
        shifted = [(begin - back, end - back) for begin, end in bin_.spans]
        spans = merged([part for span in spans for part in clipped(shifted, span)])
        after_s.append(clock_s)
        clock_s += bin_.service_s
    return Visit(
        bins=tuple(bins),
        after_s=tuple(after_s),
        takes_s=clock_s,
        drive_s=drive_s,
        distance_m=distance_m,
        spans=spans,
    )


def in_walking_order(bins: Sequence[ProblemBin], travel: TravelTable) -> list[ProblemBin]:
    """Return the bins of a site, each next one the nearest to the one before."""
    left = sorted(bins, key=lambda b: b.bin_id)
    order = [left.pop(0)]
    while left:
        here = order[-1].node
        nearest = min(left, key=lambda b: (int(travel.drive_s[here, b.node]), b.bin_id))
        left.remove(nearest)
        order.append(nearest)
    return order
