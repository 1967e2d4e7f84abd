"""A depot's day from histories to a choice: learn, look ahead, choose."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from core.fleet import Depot
from core.levels import Level, Sample
from core.rules.due import Aims, Known
from routing.choice import Choice, choose
from routing.outlook import Chances, learn, outlooks


def forecast_and_choose(
    depot: Depot,
    levels: Sequence[Level],
    samples: Mapping[str, Sequence[Sample]],
    *,
    now: datetime,
    chances: Chances,
    aims: Aims,
    known: Mapping[str, Known] | None = None,
) -> Choice:
    """Say of every bin of a depot whether it is wanted, or why not.

    ``samples`` holds what is trusted, by bin_id, oldest first; ``known`` what else is known.
    """
    if not levels:
        return Choice(wanted=(), left_out=())
    learnt = learn([level.bin for level in levels], samples, now=now, zone=ZoneInfo(depot.timezone))
    expected = outlooks(levels, learnt, chances, schedule=aims.schedule)
    return choose(levels, expected, aims=aims, round_at=chances.round_at, known=known)
