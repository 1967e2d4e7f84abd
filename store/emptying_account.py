"""The account of emptyings: how each is known, and where crews and sensors disagree."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from operator import attrgetter

from core.levels import Sample
from core.plans import Outcome
from core.rules.emptying_match import Matched, match_emptyings
from core.rules.trust_limits import TrustLimits
from store import emptyings
from store.connection import Connection
from store.emptyings import BinStop
from store.known_emptyings import Account, Disputed, Emptying, KnownBy
from store.sensed import Sensed


async def account(
    conn: Connection,
    *,
    since: datetime,
    until: datetime,
    now: datetime,
    limits: TrustLimits,
    tolerance: timedelta,
    round_slack: timedelta,
    bin_id: str | None = None,
    depot_id: str | None = None,
) -> Account:
    """Match what sensors show with what crews say in [since, until), for bins of a depot or one.

    ``tolerance`` and ``round_slack`` are those of match_emptyings. What lies a little outside is
    looked at too, so that a pair is not cut in two.
    """
    margin = tolerance + round_slack
    seen = await emptyings.sensed(
        conn, since=since - margin, until=until + margin, bin_id=bin_id, depot_id=depot_id
    )
    only = None if bin_id is None else [bin_id]
    said = [
        *await emptyings.stops(
            conn,
            since=since - margin,
            until=until + margin,
            now=now,
            bin_ids=only,
            depot_id=depot_id,
        ),
        *await _stops_before(conn, seen, since=since, margin=margin, now=now),
    ]
    match = partial(
        match_emptyings, now=now, tolerance=tolerance, round_slack=round_slack, limits=limits
    )
    bins = await _with_levels(conn, _by_bin(said, seen), match)
    # a month of a town is a second of work: other requests go on meanwhile
    accounts = await asyncio.to_thread(lambda: [(one, one.matched(match)) for one in bins])
    found = [e for one, matched in accounts for e in _emptyings(one, matched)]
    disputed = [d for one, matched in accounts for d in _disputed(one, matched)]
    return Account(
        emptyings=sorted(
            (e for e in found if since <= e.emptied_at < until),
            key=attrgetter("key"),
        ),
        disagreements=sorted(
            (d for d in disputed if since <= d.disagreement.at < until),
            key=attrgetter("key"),
        ),
    )


async def _stops_before(
    conn: Connection,
    seen: Sequence[Sensed],
    *,
    since: datetime,
    margin: timedelta,
    now: datetime,
) -> Sequence[BinStop]:
    """Return earlier stops that falls of the span may go with.

    A sensor that was silent shows a fall long after it happened.
    """
    began = {
        s.bin_id: s.emptying.not_before
        for s in reversed(seen)
        if s.emptying.not_before < since - margin and s.emptying.emptied_at >= since
    }
    if not began:
        return ()
    return await emptyings.stops(
        conn,
        since=min(began.values()) - margin,
        until=since - margin,
        now=now,
        bin_ids=began.keys(),
    )


type _Match = Callable[..., Matched]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Bin:
    """What is said and shown of one bin."""

    bin_id: str
    stops: Sequence[BinStop]
    seen: Sequence[Sensed]
    levels: Sequence[Sample]

    def matched(self, match: _Match) -> Matched:
        return match(
            self.bin_id,
            sensed=[s.emptying for s in self.seen],
            stops=[s.planned for s in self.stops],
            levels=self.levels,
        )


async def _with_levels(conn: Connection, bins: Sequence[_Bin], match: _Match) -> Sequence[_Bin]:
    """Add the levels that can contradict a "done"."""
    levels = await emptyings.levels_around(conn, await asyncio.to_thread(_moments, bins, match))
    return [replace(one, levels=levels.get(one.bin_id, ())) for one in bins]


def _moments(bins: Sequence[_Bin], match: _Match) -> Sequence[tuple[str, datetime]]:
    """Return when crews say they emptied which bin, where no fall goes with it anyway."""
    moments = []
    for one in bins:
        agreed = {agreement.stop for agreement in one.matched(match).agreements}
        moments += [
            (one.bin_id, stop.planned.reported_at)
            for stop in one.stops
            if stop.planned.outcome is Outcome.DONE
            and stop.planned not in agreed
            and stop.planned.reported_at is not None
        ]
    return moments


def _by_bin(said: Sequence[BinStop], seen: Sequence[Sensed]) -> Sequence[_Bin]:
    stops: defaultdict[str, list[BinStop]] = defaultdict(list)
    sensed: defaultdict[str, list[Sensed]] = defaultdict(list)
    for stop in said:
        stops[stop.bin_id].append(stop)
    for one in seen:
        sensed[one.bin_id].append(one)
    return [
        _Bin(bin_id=bin_id, stops=stops[bin_id], seen=sensed[bin_id], levels=())
        for bin_id in sorted(stops.keys() | sensed.keys())
    ]


def _emptyings(one: _Bin, matched: Matched) -> Iterator[Emptying]:
    """Yield each emptying once: with a crew's word for it, then those that only a sensor saw."""
    agreed = {a.stop.stop_id: a.emptying.emptied_at for a in matched.agreements}
    seen_at = {s.emptying.emptied_at: s for s in one.seen}
    of_stop = {d.stop_id: d.kind for d in matched.disagreements if d.emptied_at is None}
    of_fall = {d.emptied_at: d.kind for d in matched.disagreements if d.emptied_at is not None}
    for stop in one.stops:
        reported_at, stop_id = stop.planned.reported_at, stop.planned.stop_id
        if stop.planned.outcome is Outcome.DONE and reported_at is not None:
            yield Emptying(
                bin_id=one.bin_id,
                emptied_at=reported_at,
                known_by=KnownBy.BOTH if stop_id in agreed else KnownBy.CREW,
                disagreement=of_stop.get(stop_id),
                stop=stop,
                sensed=seen_at[agreed[stop_id]] if stop_id in agreed else None,
            )
    for at in sorted(seen_at.keys() - set(agreed.values())):
        yield Emptying(
            bin_id=one.bin_id,
            emptied_at=at,
            known_by=KnownBy.SENSOR,
            disagreement=of_fall.get(at),
            stop=None,
            sensed=seen_at[at],
        )


def _disputed(one: _Bin, matched: Matched) -> Iterator[Disputed]:
    of_stop = {stop.planned.stop_id: stop for stop in one.stops}
    seen_at = {s.emptying.emptied_at: s for s in one.seen}
    for disagreement in matched.disagreements:
        stop_id, emptied_at = disagreement.stop_id, disagreement.emptied_at
        yield Disputed(
            disagreement=disagreement,
            stop=None if stop_id is None else of_stop[stop_id],
            sensed=None if emptied_at is None else seen_at[emptied_at],
        )
