"""The rows of the tables: what the rules decided, stream by stream, beside hindsight."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from bench.trust import hindsight
from bench.trust.walking import Walked
from core.readings import Trust

type Row = Mapping[str, Any]
_SOON = timedelta(hours=12)
_SOON_PCT = 10.0


def by_stream(walks: Sequence[Walked], row: Callable[[Sequence[Walked]], Row]) -> list[Row]:
    """Return one row for each city and stream."""
    streams: dict[tuple[str, str], list[Walked]] = {}
    for walked in walks:
        streams.setdefault((walked.history.city, walked.history.stream), []).append(walked)
    return [
        {"city": city, "stream": stream, **row(some)} for (city, stream), some in streams.items()
    ]


def classes(walks: Sequence[Walked]) -> Row:
    """How many readings ended in each class, and which were doubted and then believed."""
    at_once = [trust for walked in walks for trust in walked.at_once]
    in_the_end = [trust for walked in walks for trust in walked.in_the_end]
    return {
        "sensors": len(walks),
        "readings": len(at_once),
        "trusted_at_once": at_once.count(Trust.TRUSTED),
        "spike": in_the_end.count(Trust.SPIKE),
        "jump_confirmed": at_once.count(Trust.SPIKE) - in_the_end.count(Trust.SPIKE),
        "zero_refused": in_the_end.count(Trust.ZERO_FOR_MISSING),
        "zero_confirmed": at_once.count(Trust.ZERO_FOR_MISSING)
        - in_the_end.count(Trust.ZERO_FOR_MISSING),
        "stuck": at_once.count(Trust.STUCK),
        "sensor_fault": at_once.count(Trust.SENSOR_FAULT),
        "silent_pauses": sum(len(walked.silences) for walked in walks),
        "erratic": sum(walked.erratic for walked in walks),
    }


def zeros(walks: Sequence[Walked]) -> Row:
    """Exact zeros from a level well above: what they were, and what became of them."""
    told = [one for walked in walks for one in hindsight.zeros(walked)]
    row: dict[str, Any] = {"zeros": len(told)}
    for what in hindsight.Zero:
        some = [one for one in told if one.of is what]
        name = what.name.lower()
        row[name] = len(some)
        row[f"{name}_kept_out"] = sum(one.kept_out for one in some)
    waits = [wait for w in walks for wait in hindsight.delays(w, Trust.ZERO_FOR_MISSING)]
    return {**row, "delayed": len(waits), **_hours(waits)}


def spikes(walks: Sequence[Walked]) -> Row:
    """Rises that the next reading takes back, and true jumps that had to wait for it."""
    small, large = (
        [one for walked in walks for one in hindsight.spikes(walked, rise_pct)]
        for rise_pct in (20, 40)
    )
    waits = [wait for w in walks for wait in hindsight.delays(w, Trust.SPIKE)]
    readings = sum(len(walked.readings) for walked in walks)
    return {
        "spikes_of_20": len(small),
        "per_1000": round(1000 * len(small) / readings, 2),
        "of_20_kept_out": sum(one.kept_out for one in small),
        "spikes_of_40": len(large),
        "of_40_kept_out": sum(one.kept_out for one in large),
        "jumps_delayed": len(waits),
        **_hours(waits),
    }


def emptyings(walks: Sequence[Walked]) -> Row:
    """Emptyings seen, what they left, and how the level went on."""
    seen = [emptying for walked in walks for emptying in walked.emptyings.values()]
    days = sum((w.readings[-1].measured_at - w.readings[0].measured_at).days for w in walks)
    left = [emptying.fill_after_pct for emptying in seen]
    risen = sum(hindsight.risen_soon(walked, _SOON, _SOON_PCT) for walked in walks)
    revoked = sum(walked.revoked for walked in walks)
    return {
        "emptyings": len(seen),
        "days_between": round(days / max(1, len(seen)), 1),
        "before_p50": quantile([emptying.fill_before_pct for emptying in seen], 0.5),
        "left_p50": quantile(left, 0.5),
        "left_p90": quantile(left, 0.9),
        "risen_by_10_in_12_h_pct": round(100 * risen / max(1, len(seen)), 1),
        "came_back_at_one_go": revoked,
    }


def standstills(walks: Sequence[Walked]) -> list[Row]:
    """Return each run in which a sensor counted as stuck, the longest first."""
    rows: list[Row] = [
        {
            "city": walked.history.city,
            "bin": walked.history.bin_id,
            "stream": walked.history.stream,
            "said_pct": run.first.raw_fill_pct,
            "since": run.first.measured_at.date().isoformat(),
            "hours": round((run.last.measured_at - run.first.measured_at).total_seconds() / 3600),
            "readings": run.readings,
            "doubted": run.doubted,
        }
        for walked in walks
        for run in hindsight.standstills(walked)
    ]
    return sorted(rows, key=lambda row: -row["hours"])


def alerts(walks: Sequence[Walked]) -> list[Row]:
    """Return what became of rows that the source itself marks as an alert."""
    rows: list[Row] = []
    for empty in (True, False):
        trusts = [
            trust
            for walked in walks
            for said, trust in zip(walked.history.said, walked.in_the_end, strict=True)
            if said.is_alert and (said.measurement.fill_pct == 0) is empty
        ]
        rows.append(
            {
                "alerts": "with level 0" if empty else "with a level",
                "rows": len(trusts),
                "trusted": trusts.count(Trust.TRUSTED),
                "sensor_fault": trusts.count(Trust.SENSOR_FAULT),
                "stuck": trusts.count(Trust.STUCK),
            }
        )
    return rows


def quantile(values: Sequence[float], share: float) -> float | None:
    """Return the value below which this share lies; None of nothing."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))] if values else None


def _hours(waits: Sequence[timedelta]) -> Row:
    hours = [wait.total_seconds() / 3600 for wait in waits]
    return {
        f"wait_h_p{int(100 * share)}": None
        if (h := quantile(hours, share)) is None
        else round(h, 1)
        for share in (0.5, 0.9)
    }
