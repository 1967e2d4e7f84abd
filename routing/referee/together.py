"""Bins of a site that the same vehicles may empty are emptied one after the other, by one."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from core.bins import Bin
from core.plans import Round
from routing.problem import Problem


def together(problem: Problem, rounds: Sequence[Round]) -> Iterator[str]:
    """Yield the sites that are torn apart, but those that are too much for one visit."""
    where: dict[tuple[object, ...], list[tuple[str, int]]] = defaultdict(list)
    for round_ in rounds:
        for stop in round_.stops:
            known = problem.bins.get(stop.bin_id or "")
            if known is not None and known.wanted.level.bin.site_id is not None:
                where[_who(known.wanted.level.bin)].append((round_.vehicle_id, stop.seq))
    for (site_id, stream, *_), places in sorted(where.items(), key=lambda item: str(item[0])):
        if (site_id, stream) in problem.split:
            continue
        (vehicle_id, first), n = places[0], len(places)
        if places != [(vehicle_id, first + i) for i in range(n)]:
            yield f"the {n} {stream} bins of site {site_id} are not emptied one after the other"


def _who(bin_: Bin) -> tuple[object, ...]:
    return (
        bin_.site_id,
        bin_.stream,
        bin_.max_vehicle_size,
        bin_.pinned_vehicle_id,
        bin_.forbidden_vehicle_ids,
    )
