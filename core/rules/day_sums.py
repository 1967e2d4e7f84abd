"""What a driven round adds to the sums of its day, stream by stream."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from zoneinfo import ZoneInfo

from core.driven import DrivenRound, DrivenStop
from core.figures import DaySums
from core.plans import Outcome, PlanStatus, StopKind
from core.rules.driven import FULL_PCT, driven_m, hours_out


def note_round(sums: Mapping[str, DaySums], round_: DrivenRound, zone: ZoneInfo) -> None:
    """Add a round to the sums of its day; ``sums`` by stream has all streams of its bins."""
    bins = [stop for stop in round_.stops if stop.kind is StopKind.BIN and stop.stream is not None]
    for stop in bins:
        _note_stop(sums[stop.stream or ""], stop, round_.status, zone)
    if any(stop.outcome is not None for stop in round_.stops):
        _note_driving(sums, round_, bins)


def _note_stop(sums: DaySums, stop: DrivenStop, status: PlanStatus, zone: ZoneInfo) -> None:
    if status is PlanStatus.READY:
        sums.planned += 1
        sums.unmarked += stop.outcome is None
    if stop.outcome is Outcome.SKIPPED:
        sums.skipped[str(stop.skip_reason or "other")] += 1
    if stop.outcome is not Outcome.DONE:
        return
    sums.done += 1
    if stop.fill_before_pct is not None:
        sums.fills += 1
        sums.fill_sum += stop.fill_before_pct
        sums.not_full += stop.fill_before_pct < FULL_PCT
    if stop.windows and stop.reported_at is not None:
        sums.with_hours += 1
        sums.within_hours += any(hours.hold(stop.reported_at, zone) for hours in stop.windows)


def _note_driving(
    sums: Mapping[str, DaySums], round_: DrivenRound, bins: Sequence[DrivenStop]
) -> None:
    done = [stop for stop in bins if stop.outcome is Outcome.DONE]
    estimated = _estimated_kg(done)
    weighed_kg = weighed(round_)
    shares = _shares(estimated, done or bins)
    distance_m, hours = driven_m(round_), hours_out(round_)
    for stream, share in shares.items():
        of = sums[stream]
        kg = estimated.get(stream, 0.0) if weighed_kg is None else weighed_kg * share
        of.rounds += share
        of.distance_m += distance_m * share
        if weighed_kg is None:
            of.kg_estimated += kg
            of.bins_unweighed += sum(s.stream == stream and _kg(s) is None for s in done)
        else:
            of.kg_weighed += kg
        if hours is not None:
            of.timed += share
            of.hours += hours * share
            of.kg_timed += kg


def weighed(round_: DrivenRound) -> float | None:
    """Return what a round brought in by the scales; None where not every unloading was weighed."""
    unloaded = [
        stop
        for stop in round_.stops
        if stop.kind is StopKind.DISPOSAL and stop.outcome is Outcome.DONE
    ]
    weights = [stop.weight_kg for stop in unloaded if stop.weight_kg is not None]
    return sum(weights) if unloaded and len(weights) == len(unloaded) else None


def _kg(stop: DrivenStop) -> float | None:
    """Return what an emptied bin held: by its level before, else as the plan expected."""
    if stop.fill_before_pct is not None and stop.capacity_kg is not None:
        return stop.fill_before_pct / 100 * stop.capacity_kg
    return stop.load_kg


def _estimated_kg(done: Iterable[DrivenStop]) -> Mapping[str, float]:
    kg: defaultdict[str, float] = defaultdict(float)
    for stop in done:
        kg[stop.stream or ""] += _kg(stop) or 0.0
    return kg


def _shares(estimated: Mapping[str, float], bins: Sequence[DrivenStop]) -> Mapping[str, float]:
    """Return each stream's share of a round: by weight, or by bins where none is known."""
    total = sum(estimated.values())
    if total > 0:
        return {stream: kg / total for stream, kg in estimated.items()}
    streams = [stop.stream or "" for stop in bins]
    return {stream: streams.count(stream) / len(streams) for stream in dict.fromkeys(streams)}
