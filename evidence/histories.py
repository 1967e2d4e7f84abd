"""A real history as a setting: its deposits and emptyings, and what is assumed besides."""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from core.bins import Bin
from core.errors import InvalidInputError
from core.fleet import DEFAULT_COMPACTION, Depot, DisposalSite, Stream
from core.geo import Position
from core.vehicles import Vehicle
from evidence.deposits import Recorded
from evidence.history_file import HistoryFile, RecordedBin, read_history
from evidence.reconstruct import Shown, emptied_days, litres, shown
from evidence.registered import vehicle_of
from evidence.sensing import Sensing
from evidence.setting import Days, Setting
from evidence.town import PLAN_AT, WAYS, ways
from simulators.fill import REMAINS_PCT
from simulators.fleet import BinLoad, make_fleet
from simulators.streams import STREAMS

WARM_UP_DAYS, SETTLE_DAYS = 14, 7
SERVICE_S = 90
DEFAULT_THRESHOLD_PCT = 80.0
OTHER_DENSITY_KG_PER_L = 0.07
SEEN_SHARE = 0.6
"""A bin is used that shows something in this share of the days."""
TOWN_RADIUS_M = 2_500.0
"""Where a file gives no positions its places are spread over such a disc."""
ALONG_STREET_M = 60.0
DEPOT_AWAY_M = 4_000.0
LEAST_DAYS = WARM_UP_DAYS + SETTLE_DAYS + 7
_MIDDLE = {
    "edinburgh": Position(lon=-3.19, lat=55.95),
    "prague": Position(lon=14.42, lat=50.08),
}
_ANYWHERE = Position(lon=7.2, lat=54.6)
M_PER_DEGREE = 111_320.0


def history_setting(form: str, path: Path, *, seed: int, weeks: int) -> Setting:
    """Return a history as a setting, over the weeks in which most of its bins show something.

    Raises InvalidInputError for a file that cannot be used or is too short.
    """
    history = read_history(form, path)
    records = {bin_id: shown(bin_) for bin_id, bin_ in history.bins.items()}
    days = _days(records, weeks)
    used = [bin_id for bin_id, record in records.items() if _is_seen(record, days)]
    rates = {bin_id: records[bin_id].pct_per_day or 0.0 for bin_id in used}
    used = [bin_id for bin_id in used if rates[bin_id] > 0]
    if not used:
        raise InvalidInputError(f"{path}: no bin shows how it fills in those {days.total} days")
    rng = np.random.default_rng(np.random.SeedSequence([seed, 4]))
    recorded = [history.bins[bin_id] for bin_id in used]
    bins = _bins(recorded, _positions(recorded, form, rng))
    rate = np.array([rates[bin_id] for bin_id in used])
    capacity_l = np.array([b.capacity_l for b in bins])
    emptied = emptied_days([records[bin_id] for bin_id in used], days)
    depot, site = _depot(bins)
    return Setting(
        name=form,
        title=f"{len(bins)} bins of {path.name} ({form}), replayed",
        depot=depot,
        sites=(site,),
        vehicles=_vehicles(bins, rate, emptied),
        bins=bins,
        streams=_streams(bins),
        usual_pct_per_day=rate,
        travel=ways(depot, (site,), bins),
        days=days,
        deposits=Recorded(
            litres=litres([records[bin_id] for bin_id in used], capacity_l, rate, days)
        ),
        sensing=Sensing(),
        plan_at=PLAN_AT,
        remains_pct=REMAINS_PCT,
        # the record holds emptyings that did happen: none of them may fail, so nobody's may
        skipped_share=0.0,
        recorded=emptied,
        assumptions=_assumptions(history, bins, recorded, days),
    )


def _days(records: Mapping[str, Shown], weeks: int) -> Days:
    """Return the latest days, a Monday first, in which most bins show something."""
    seen: dict[date, int] = defaultdict(int)
    for record in records.values():
        for day in {step.begin.date() for step in record.steps if step.seen}:
            seen[day] += 1
    if not seen:
        raise InvalidInputError("the history shows no bin filling")
    first, last = min(seen), max(seen)
    span = (last - first).days + 1
    counted = min(7 * weeks, (span - WARM_UP_DAYS - SETTLE_DAYS) // 7 * 7)
    if counted < 7:
        raise InvalidInputError(
            f"the history covers {span} days; {LEAST_DAYS} are needed, of which "
            f"{WARM_UP_DAYS + SETTLE_DAYS} are not counted"
        )
    total = WARM_UP_DAYS + SETTLE_DAYS + counted
    begin = first + timedelta(days=-first.weekday() % 7)
    if begin + timedelta(days=total - 1) > last:
        begin = first - timedelta(days=first.weekday())
    mondays = range(0, max(1, (last - begin).days - total + 2), 7)
    best = max(
        mondays,
        key=lambda n: (
            sum(seen.get(begin + timedelta(days=n + i), 0) for i in range(total)), n,
        ),
    )  # fmt: skip
    return Days(
        first=begin + timedelta(days=best),
        warm_up=WARM_UP_DAYS,
        settle=SETTLE_DAYS,
        counted=counted,
    )


def _is_seen(record: Shown, days: Days) -> bool:
    """Tell whether a bin shows something in most of the days."""
    begin, end = days.at(0), days.at(0) + timedelta(days=days.total)
    known = sum(
        (min(s.end, end) - max(s.begin, begin)).total_seconds()
        for s in record.steps
        if s.seen and s.end > begin and s.begin < end
    )
    return known >= SEEN_SHARE * days.total * 86_400


def _bins(recorded: Sequence[RecordedBin], positions: Sequence[Position]) -> tuple[Bin, ...]:
    return tuple(
        Bin(
            bin_id=bin_.bin_id,
            name=f"{bin_.place} ({bin_.stream})",
            stream=bin_.stream,
            capacity_l=_capacity_l(bin_),
            threshold_pct=bin_.threshold_pct or DEFAULT_THRESHOLD_PCT,
            depot_id="invented-depot",
            position=position,
            service_s=SERVICE_S,
        )
        for bin_, position in zip(recorded, positions, strict=True)
    )


def _capacity_l(bin_: RecordedBin) -> float:
    """Return what it holds; for collections the median of litres taken per percent."""
    if bin_.capacity_l is not None:
        return bin_.capacity_l
    taken = [
        100 * c.litres / (c.before_pct - c.after_pct)
        for c in bin_.collections
        if c.before_pct - c.after_pct > 5
    ]
    return float(np.median(taken)) if taken else 240.0


def _positions(
    recorded: Sequence[RecordedBin], form: str, rng: np.random.Generator
) -> list[Position]:
    """Return where the bins stand; where a file does not say, its places are spread by chance."""
    middle = _MIDDLE.get(form, _ANYWHERE)
    known = [bin_.position for bin_ in recorded if bin_.position is not None]
    if known:
        middle = Position(
            lon=sum(p.lon for p in known) / len(known), lat=sum(p.lat for p in known) / len(known)
        )
    places: dict[str, tuple[float, float, float]] = {}
    number: dict[str, int] = defaultdict(int)
    found = []
    for bin_ in recorded:
        if bin_.position is not None:
            found.append(bin_.position)
            continue
        if bin_.place not in places:
            away, angle = TOWN_RADIUS_M * math.sqrt(rng.random()), rng.uniform(0, 2 * math.pi)
            places[bin_.place] = (
                away * math.cos(angle), away * math.sin(angle), rng.uniform(0, 2 * math.pi),
            )  # fmt: skip
        east_m, north_m, direction = places[bin_.place]
        along_m = ALONG_STREET_M * number[bin_.place]
        number[bin_.place] += 1
        found.append(
            _moved(
                middle,
                east_m + along_m * math.cos(direction),
                north_m + along_m * math.sin(direction),
            )
        )
    return found


def _moved(at: Position, east_m: float, north_m: float) -> Position:
    wide = M_PER_DEGREE * math.cos(math.radians(at.lat))
    return Position(
        lon=round(at.lon + east_m / wide, 6), lat=round(at.lat + north_m / M_PER_DEGREE, 6)
    )


def _depot(bins: Sequence[Bin]) -> tuple[Depot, DisposalSite]:
    """Return an invented depot at the edge, with a disposal site for everything beside it."""
    positions = [b.position for b in bins if b.position is not None]
    middle = Position(
        lon=sum(p.lon for p in positions) / len(positions),
        lat=sum(p.lat for p in positions) / len(positions),
    )
    at = _moved(middle, DEPOT_AWAY_M, 0.0)
    depot = Depot(depot_id="invented-depot", name="Invented depot", position=at)
    site = DisposalSite(
        disposal_site_id="invented-site",
        name="Invented disposal site",
        position=_moved(at, 500.0, 0.0),
        streams=frozenset(b.stream for b in bins),
    )
    return depot, site


def _streams(bins: Sequence[Bin]) -> Mapping[str, Stream]:
    return {
        b.stream: Stream(
            stream=b.stream,
            density_kg_per_l=_density(b.stream),
            compaction=DEFAULT_COMPACTION.get(b.stream, 1.0),
        )
        for b in bins
    }


def _density(stream: str) -> float:
    known = {s.stream: s.density_kg_per_l for s in STREAMS}
    # clear_glass and the like are glass
    return known.get(stream, known.get(stream.rpartition("_")[2], OTHER_DENSITY_KG_PER_L))


def _vehicles(
    bins: Sequence[Bin],
    rate: np.ndarray[tuple[int], np.dtype[np.float64]],
    emptied: np.ndarray[tuple[int, int], np.dtype[np.bool_]],
) -> tuple[Vehicle, ...]:
    """Return invented lorries, enough for the record's own days."""
    loads = [
        BinLoad(
            stream=b.stream,
            load_kg=b.capacity_l * _density(b.stream),
            loose_l=b.capacity_l,
            # a lorry more where the record's busiest day needs it
            rate_pct_per_day=max(float(rate[i]), 70.0 * float(emptied[i].mean())),
        )
        for i, b in enumerate(bins)
    ]
    vehicles, _crews = make_fleet(loads, depot_id="invented-depot")
    return tuple(vehicle_of(v) for v in vehicles)


def _assumptions(
    history: HistoryFile, bins: Sequence[Bin], recorded: Sequence[RecordedBin], days: Days
) -> tuple[str, ...]:
    last = days.first + timedelta(days=days.total - 1)
    texts = [
        (
            f"Replayed are {len(bins)} of {len(history.bins)} bins, those that show something in "
            f"{100 * SEEN_SHARE:.0f} % of the days from {days.first} to {last}."
        ),
        (
            "What was thrown in is reconstructed from the record: rises of the level, spread over "
            "the time between two entries by the hours of the day and week. A full bin hides what "
            "people "
            "would still throw in, and over gaps nobody knows: there the bin's own mean rate "
            "stands in."
        ),
        (
            "Depot, disposal site, lorries and service times are invented; the record does not "
            "hold "
            f"them. Ways are straight lines x {WAYS.detour_factor:g} at {WAYS.speed_kmh:g} km/h."
        ),
        (
            "'As it was' empties the bins that the record shows as emptied on each day, on rounds "
            "made by the same search as everybody's: real rounds were hardly shorter."
        ),
        (
            "There is one record: the seeds differ in what sensors get wrong and emptyings leave, "
            "so the intervals hold that and not the chance of other weeks."
        ),
    ]
    if any(bin_.position is None for bin_ in recorded):
        texts.append(
            "The record gives no positions: bins of one street stand along one line, and the "
            f"streets are spread by chance over a disc of {TOWN_RADIUS_M / 1000:g} km around the "
            "middle of the town. Distances stand for their order of magnitude."
        )
    if history.bad_rows:
        examples = "; ".join(str(bad) for bad in history.bad_examples)
        texts.append(f"{history.bad_rows} of {history.rows} rows cannot be used: {examples}.")
    return tuple(texts)
