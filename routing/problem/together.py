"""Bins of one site and stream are one visit, as far as one vehicle can take them."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from routing.model import Flags
from routing.problem.fits import Fits
from routing.problem.visits import ProblemBin, Visit, in_walking_order, visit
from routing.travel import TravelTable

type FitsOf = Callable[[Sequence[Visit]], Fits]


@dataclass(frozen=True, kw_only=True, eq=False)
class Grouped:
    """Visits that somebody can serve, who could, and which sites had to be split, told in notes."""

    visits: tuple[Visit, ...]
    suitable: Flags
    split: frozenset[tuple[str, str]]
    notes: tuple[str, ...]


def together(bins: Sequence[ProblemBin], travel: TravelTable, fits: FitsOf) -> Grouped:
    """Return the visits to these bins, each of which somebody could serve alone.

    ``bins`` can each be served by somebody. A site whose bins are too much for any vehicle, or
    whose hours have no moment in common, is split into the runs that somebody could serve.
    """
    alone = [[b] for b in bins if b.wanted.level.bin.site_id is None]
    groups: dict[tuple[object, ...], list[ProblemBin]] = defaultdict(list)
    for b in bins:
        if b.wanted.level.bin.site_id is not None:
            groups[_who(b)].append(b)
    wholes = [in_walking_order(group, travel) for group in groups.values()]
    can_be_one = fits([visit(whole, travel) for whole in wholes]).suitable.any(axis=1)
    parts = [
        part
        for whole, one in zip(wholes, can_be_one, strict=True)
        for part in ([whole] if one else _parts(whole, travel, fits))
    ]
    visits = [visit(part, travel) for part in (*alone, *parts)]
    split = _split(visits)
    return Grouped(
        visits=tuple(visits),
        suitable=fits(visits).suitable,
        split=frozenset(split),
        notes=tuple(
            f"the {n_bins} {stream} bins of site {site_id} are too much for one visit of any "
            f"vehicle: {n} visits"
            for (site_id, stream), (n_bins, n) in sorted(split.items())
        ),
    )


def _who(b: ProblemBin) -> tuple[object, ...]:
    """Return what bins have to share to be one visit: place, stream, and who may come."""
    bin_ = b.wanted.level.bin
    return (
        bin_.site_id,
        bin_.stream,
        bin_.max_vehicle_size,
        bin_.pinned_vehicle_id,
        bin_.forbidden_vehicle_ids,
    )


def _parts(
    whole: Sequence[ProblemBin], travel: TravelTable, fits: FitsOf
) -> Iterator[list[ProblemBin]]:
    """Yield runs of the bins, each as long as there is somebody who could serve it."""
    part: list[ProblemBin] = []
    for b in whole:
        if part and not fits([visit([*part, b], travel)]).suitable.any():
            yield part
            part = []
        part.append(b)
    yield part


def _split(visits: Sequence[Visit]) -> dict[tuple[str, str], tuple[int, int]]:
    """Return the sites with several visits that could be one: how many bins and visits."""
    counted: dict[tuple[object, ...], list[Visit]] = defaultdict(list)
    for one in visits:
        if one.bins[0].wanted.level.bin.site_id is not None:
            counted[_who(one.bins[0])].append(one)
    split: dict[tuple[str, str], tuple[int, int]] = {}
    for (site_id, stream, *_), several in counted.items():
        if len(several) > 1:
            n_bins = sum(len(one.bins) for one in several)
            split[str(site_id), str(stream)] = (n_bins, len(several))
    return split
