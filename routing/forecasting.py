"""A depot's day from histories to a choice: learn, look ahead, choose."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from core.fleet import Depot
from core.forecasts import BinForecast
from core.levels import Level
from core.plans import Plan
from core.rules.due import Aims, Known
from core.settings import Settings
from routing.bands import bin_forecasts
from routing.choice import Choice, choose
from routing.forecast.histories import Floats, Ints
from routing.outlook import Chances, learn, outlooks
from store import requests
from store.connection import Connection


@dataclass(frozen=True, kw_only=True, slots=True)
class Ahead:
    """What is expected of every bin, and what follows from it."""

    choice: Choice
    forecasts: Sequence[BinForecast] = ()


def forecast_and_choose(
    depot: Depot,
    levels: Sequence[Level],
    samples: Mapping[str, tuple[Ints, Floats]],
    *,
    now: datetime,
    chances: Chances,
    aims: Aims,
    known: Mapping[str, Known] | None = None,
) -> Ahead:
    """Forecast every bin of a depot, and say of each whether it is wanted, or why not.

    ``samples`` holds what is trusted, by bin_id: seconds since 1970 UTC and percent; ``known`` what
    else is known.
    """
    if not levels:
        return Ahead(choice=Choice(wanted=(), left_out=()))
    learnt = learn([level.bin for level in levels], samples, now=now, zone=ZoneInfo(depot.timezone))
    expected = outlooks(levels, learnt, chances, schedule=aims.schedule)
    return Ahead(
        choice=choose(levels, expected, aims=aims, round_at=chances.round_at, known=known),
        forecasts=bin_forecasts(levels, expected, learnt, chances, now=now, schedule=aims.schedule),
    )


def aims_of(plan: Plan, settings: Settings) -> Aims:
    """Return what a plan is for: as asked for with it, else as set."""
    aims = settings.aims
    if plan.policy is not None:
        aims = replace(aims, policy=plan.policy)
    return aims if plan.dial_m is None else replace(aims, dial_m=plan.dial_m)


async def read_known(conn: Connection, depot_id: str) -> Mapping[str, Known]:
    """Read what is asked for, and when bins were last emptied."""
    asked = {request.bin_id for request in await requests.open_requests(conn, depot_id=depot_id)}
    emptied = await requests.last_emptied(conn, depot_id)
    return {
        bin_id: Known(requested=bin_id in asked, emptied_at=emptied.get(bin_id))
        for bin_id in asked | set(emptied)
    }
