"""Bins are emptied in their hours, streets entered when they are open, sites too."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from core.bins import Closure
from core.hours import Hours
from core.plans import Round, Stop, StopKind
from routing.problem import Problem


def hours(problem: Problem, round_: Round) -> Iterator[str]:
    """Yield the stops at which work begins at the wrong time."""
    sites = {site.disposal_site_id: site for site in problem.sites}
    for stop in round_.stops:
        if stop.kind is StopKind.BIN and stop.bin_id is not None:
            bin_ = problem.bins[stop.bin_id].wanted.level.bin
            if not _hold(problem, bin_.windows, stop.begins_at):
                yield f"bin {bin_.bin_id} is emptied at {_local(problem, stop)}, outside its hours"
            for closure in problem.closures:
                if closure.concerns(bin_) and _shut(problem, closure, stop):
                    yield f"bin {bin_.bin_id} is emptied while {closure.closure_id} is shut"
        elif stop.kind is StopKind.DISPOSAL and stop.disposal_site_id is not None:
            site = sites[stop.disposal_site_id]
            if not _hold(problem, site.opening_hours, stop.begins_at):
                yield f"disposal site {site.disposal_site_id} is closed at {_local(problem, stop)}"


def _hold(problem: Problem, some: tuple[Hours, ...], at: datetime) -> bool:
    return not some or any(one.hold(at, problem.ground.zone) for one in some)


def _shut(problem: Problem, closure: Closure, stop: Stop) -> bool:
    """Tell whether the street is shut at any moment between the beginning and the end."""
    ends_at = stop.begins_at + timedelta(seconds=stop.service_s)
    for one in closure.hours:
        for shut_from, shut_until in one.spans(problem.ground.day, problem.ground.zone):
            counts = closure.counts_on(problem.ground.depot.local_day(shut_from))
            if counts and shut_from < ends_at and stop.begins_at < shut_until:
                return True
    return False


def _local(problem: Problem, stop: Stop) -> str:
    return f"{stop.begins_at.astimezone(problem.ground.zone):%H:%M:%S}"
