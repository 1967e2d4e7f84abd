"""The stops of a round are what they say: known, numbered, at their place, with their load."""

from collections.abc import Iterator

from core.plans import Round, Stop, StopKind
from routing.problem import Problem, ProblemBin, ProblemVehicle

KG_TOLERANCE = 1e-6


def stops(problem: Problem, vehicle: ProblemVehicle, round_: Round) -> Iterator[str]:
    """Yield what is wrong with the stops, each by itself, and with the round's own figures."""
    if [s.seq for s in round_.stops] != list(range(1, len(round_.stops) + 1)):
        yield "its stops are not numbered from 1"
    if round_.crew_id != vehicle.vehicle.crew_id:
        yield f"crew {round_.crew_id} is not its crew"
    ends_at = vehicle.vehicle.end_depot_id or vehicle.vehicle.depot_id
    if (round_.end_depot_id or vehicle.vehicle.depot_id) != ends_at:
        yield f"it ends at depot {round_.end_depot_id}, not at {ends_at}"
    for stop in round_.stops:
        wrong = _wrong(problem, stop)
        if wrong is not None:
            yield wrong


def _wrong(problem: Problem, stop: Stop) -> str | None:
    """Return what is wrong with one stop."""
    if stop.kind is StopKind.BIN:
        known = problem.bins.get(stop.bin_id or "")
        if known is None:
            return f"bin {stop.bin_id} cannot be served"
        if not _as_wanted(stop, known):
            return f"bin {stop.bin_id} has another place or load than it was wanted with"
    elif stop.kind is StopKind.DISPOSAL:
        sites = {site.disposal_site_id: site.position for site in problem.sites}
        if stop.disposal_site_id not in sites:
            return f"disposal site {stop.disposal_site_id} does not exist"
        if sites[stop.disposal_site_id] != stop.position:
            return f"disposal site {stop.disposal_site_id} is elsewhere"
    elif stop.bin_id is not None or stop.disposal_site_id is not None:
        return f"stop {stop.seq} is a break and says a bin or a site"
    return None


def _as_wanted(stop: Stop, known: ProblemBin) -> bool:
    return (
        stop.position == known.wanted.level.bin.position
        and stop.load_kg is not None
        and abs(stop.load_kg - known.load_kg) <= KG_TOLERANCE
    )
