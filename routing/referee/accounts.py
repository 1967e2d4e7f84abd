"""Every wanted bin is in the plan once, and every vehicle at most once."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence

from core.plans import LeftOut, Round


def accounted_for(
    wanted: Collection[str], rounds: Sequence[Round], left_out: Sequence[LeftOut]
) -> Iterator[str]:
    """Yield bins that are missing, invented or in the plan more than once."""
    served = [s.bin_id for r in rounds for s in r.stops if s.bin_id is not None]
    entries = Counter([*served, *(entry.bin_id for entry in left_out)])
    for bin_id, times in sorted(entries.items()):
        if bin_id not in wanted:
            yield f"bin {bin_id} is in the plan and was not wanted"
        elif times > 1:
            yield f"bin {bin_id} is in the plan {times} times"
    for bin_id in sorted(set(wanted) - entries.keys()):
        yield f"bin {bin_id} was wanted and is neither on a round nor left out"


def vehicles_once(rounds: Sequence[Round]) -> Iterator[str]:
    """Yield vehicles with more than one round."""
    for vehicle_id, times in Counter(r.vehicle_id for r in rounds).items():
        if times > 1:
            yield f"vehicle {vehicle_id} has {times} rounds"
