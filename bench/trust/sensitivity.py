"""What each threshold costs when it is changed: one at a time, all else as it is shipped."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from bench.trust.tallies import Row, classes, emptyings, quantile, spikes, zeros
from bench.trust.walking import Walked, walk
from core.rules.trust_limits import DEFAULT_LIMITS, TrustLimits

TRIED: Mapping[str, Sequence[float]] = {
    "doubt_interval_h": (6, 36),
    "spike_rise_pct": (20, 30, 50),
    "fast_factor": (1, 2, 5),
    "fast_window_days": (3, 14),
    "first_fast_pct_per_h": (3, 14),
    "least_fast_pct_per_h": (0.5, 2),
    "confirm_within_pct": (8, 25),
    "zero_drop_pct": (5, 20, 50),
    "stuck_h": (48, 72, 144),
    "stuck_at_end_h": (96, 120, 240),
    "emptying_drop_pct": (10, 30),
    "emptying_left_share": (0.3, 0.7),
    "bounce_h": (3, 6, 24),
    "bounce_pct": (5, 20),
    "silent_h": (12, 48),
    "erratic_share": (0.03, 0.1),
}
"""All that the histories can tell anything about: they hold no battery and hardly a fault."""


def sensitivity(walks: Sequence[Walked]) -> list[Row]:
    """Return a row for the limits as they are, then one for each change."""
    rows: list[Row] = [{"limit": "(as shipped)", "value": None, **_measures(walks)}]
    for name, values in TRIED.items():
        for value in (*values, getattr(DEFAULT_LIMITS, name)):
            changed: dict[str, Any] = {name: value}
            limits = replace(DEFAULT_LIMITS, **changed)
            if limits != DEFAULT_LIMITS:
                rows.append({"limit": name, "value": value, **_measures(_again(walks, limits))})
    return rows


def _again(walks: Sequence[Walked], limits: TrustLimits) -> list[Walked]:
    return [walk(walked.history, walked.readings, limits) for walked in walks]


def _measures(walks: Sequence[Walked]) -> Row:
    all_classes, all_spikes, all_zeros = classes(walks), spikes(walks), zeros(walks)
    left = [e.fill_after_pct for walked in walks for e in walked.emptyings.values()]
    return {
        "spikes_kept_out": all_spikes["of_20_kept_out"],
        "jumps_delayed": all_spikes["jumps_delayed"],
        "false_zeros_kept_out": all_zeros["missing_kept_out"],
        "true_zeros_kept_out": all_zeros["emptied_kept_out"] + all_zeros["refilled_kept_out"],
        "zeros_delayed": all_zeros["delayed"],
        "stuck": all_classes["stuck"],
        "emptyings": len(left),
        "left_p90": quantile(left, 0.9),
        "revoked": emptyings(walks)["came_back_at_one_go"],
        "silent_pauses": all_classes["silent_pauses"],
        "erratic": all_classes["erratic"],
    }
