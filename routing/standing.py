"""Where every vehicle is in the middle of a day, and with what in its body."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from core.bins import Bin
from core.fleet import Depot, DisposalSite
from core.geo import Position
from core.plans import Outcome, Plan, StopKind
from store.replans import Settled


@dataclass(frozen=True, kw_only=True, slots=True)
class Aboard:
    """What a body holds of a stream: litres as they lay loose in the bins, and their weight."""

    stream: str
    loose_l: float
    load_kg: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """A vehicle at the moment of a re-plan.

    It is where it marked its last stop, free from then or from now on, whichever is later: what it
    does between two marks nobody knows. ``out``: it has marked something today, so it has to come
    home. ``started_at`` is when its round began, None for one that has none or is still in.
    ``stops_done`` counts the bins it emptied, ``breaks_taken`` the breaks.
    """

    vehicle_id: str
    position: Position
    free_from: datetime
    out: bool = False
    started_at: datetime | None = None
    aboard: tuple[Aboard, ...] = ()
    stops_done: int = 0
    breaks_taken: int = 0

    @property
    def load_kg(self) -> float:
        """All that is on board."""
        return sum(one.load_kg for one in self.aboard)


def standings(
    before: Plan,
    settled: Sequence[Settled],
    *,
    depot: Depot,
    sites: Sequence[DisposalSite],
    bins: Mapping[str, Bin],
    now: datetime,
) -> Mapping[str, Standing]:
    """Return the standing of every vehicle with a round in ``before`` or a mark today.

    ``settled`` are the marks of the day, oldest first. Disposal takes on board what the site takes.
    """
    marks: defaultdict[str, list[Settled]] = defaultdict(list)
    for one in settled:
        marks[one.vehicle_id].append(one)
    began = {round_.vehicle_id: round_.starts_at for round_ in before.rounds}
    streams = {site.disposal_site_id: site.streams for site in sites}
    return {
        vehicle_id: _standing(
            vehicle_id,
            marks[vehicle_id],
            depot=depot,
            began_at=began.get(vehicle_id),
            streams=streams,
            bins=bins,
            now=now,
        )
        for vehicle_id in sorted({*began, *marks})
    }


def _standing(
    vehicle_id: str,
    marks: Sequence[Settled],
    *,
    depot: Depot,
    began_at: datetime | None,
    streams: Mapping[str, frozenset[str]],
    bins: Mapping[str, Bin],
    now: datetime,
) -> Standing:
    if not marks:
        return Standing(vehicle_id=vehicle_id, position=depot.position, free_from=now)
    last = marks[-1]
    done = [one.stop for one in marks if one.stop.outcome is Outcome.DONE]
    return Standing(
        vehicle_id=vehicle_id,
        position=last.stop.position,
        free_from=max(now, last.marked_at),
        out=True,
        # it cannot have begun after its first mark, whatever was planned
        started_at=min(began_at or marks[0].marked_at, marks[0].marked_at),
        aboard=_aboard(marks, streams, bins),
        stops_done=sum(stop.kind is StopKind.BIN for stop in done),
        breaks_taken=sum(stop.kind is StopKind.BREAK for stop in done),
    )


def _aboard(
    marks: Sequence[Settled], streams: Mapping[str, frozenset[str]], bins: Mapping[str, Bin]
) -> tuple[Aboard, ...]:
    """Go through the day in the order of its marks: load, unload."""
    loose_l: defaultdict[str, float] = defaultdict(float)
    load_kg: defaultdict[str, float] = defaultdict(float)
    for one in marks:
        stop = one.stop
        if stop.outcome is not Outcome.DONE:
            continue
        if stop.disposal_site_id is not None:
            for stream in streams.get(stop.disposal_site_id, frozenset(load_kg)):
                loose_l.pop(stream, None)
                load_kg.pop(stream, None)
        elif stop.bin_id is not None and stop.bin_id in bins:
            bin_ = bins[stop.bin_id]
            loose_l[bin_.stream] += bin_.capacity_l * (stop.expected_fill_pct or 0.0) / 100
            load_kg[bin_.stream] += stop.load_kg or 0.0
    return tuple(
        Aboard(stream=stream, loose_l=loose_l[stream], load_kg=load_kg[stream])
        for stream in sorted(load_kg)
    )
