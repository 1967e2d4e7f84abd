"""From answers to figures: errors, and whether the stated probabilities hold."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from bench.forecast.walking import LEVELS_PCT, Answers
from routing.forecast.histories import BinOf, Bools, Floats
from routing.forecast.steps import SATURATED_PCT

type Row = Mapping[str, Any]
CLASSES = 10
FEWEST = 100
"""Of fewer answers a class of stated probabilities tells more about chance than about us."""


def errors(answers: Mapping[float, Answers], bins: Sequence[BinOf]) -> list[Row]:
    """Return the mean absolute errors in points, a row for each stream and horizon."""
    rows: list[Row] = []
    for stream, horizon_h, a, of_it in _parts(answers, bins):
        mae = {
            name: round(float(np.abs(said - a.came_pct)[of_it].mean()), 3)
            for name, said in a.said_pct.items()
        }
        rows.append(
            {"stream": stream, "horizon_h": horizon_h, "n": int(of_it.sum()), "mae_pct": mae}
        )
    return rows


def probabilities(answers: Mapping[float, Answers], bins: Sequence[BinOf]) -> list[Row]:
    """Hold each stated probability against how often it came: Brier score and reliability.

    ``brier_usual`` is the score of always stating the usual share (Murphy 1973 calls it
    uncertainty). ``off`` is the mean distance of stated and observed shares over the classes,
    weighted; ``most_off`` the largest in a class of at least 100 answers.
    """
    rows: list[Row] = []
    for stream, horizon_h, a, of_it in _parts(answers, bins):
        for event, said, came in _events(a):
            used = of_it & np.isfinite(said)
            if used.any():
                rows.append(
                    {
                        "stream": stream,
                        "horizon_h": horizon_h,
                        "event": event,
                        **reliability(said[used], came[used]),
                    }
                )
    return rows


def _events(a: Answers) -> list[tuple[str, Floats, Bools]]:
    found = [
        (f"shows at least {level:.0f} %", said, a.came_pct >= level)
        for level, said in ((level, a.at_least[level]) for level in LEVELS_PCT)
    ]
    reached = a.asked.highest_pct >= SATURATED_PCT
    return [*found, (f"reaches {SATURATED_PCT:.0f} % by then", a.reaches, reached)]


def reliability(said: Floats, came: Bools) -> Row:
    """Return the Brier score of stated probabilities, and the shares that came, by class."""
    happened = came.astype(np.float64)
    usual = float(happened.mean())
    nth = np.clip((said * CLASSES).astype(np.int64), 0, CLASSES - 1)
    n = np.bincount(nth, minlength=CLASSES)
    stated = np.bincount(nth, weights=said, minlength=CLASSES) / np.maximum(n, 1)
    observed = np.bincount(nth, weights=happened, minlength=CLASSES) / np.maximum(n, 1)
    off = np.abs(stated - observed)
    return {
        "n": len(said),
        "happened": round(usual, 4),
        "brier": round(float(((said - happened) ** 2).mean()), 4),
        "brier_usual": round(usual * (1 - usual), 4),
        "off": round(float((off * n).sum() / n.sum()), 4),
        "most_off": round(float(off[n >= FEWEST].max(initial=0.0)), 4),
        "classes": [
            {"n": int(n[i]), "stated": round(float(stated[i]), 4), "observed": round(o, 4)}
            for i, o in enumerate(observed.tolist())
            if n[i]
        ],
    }


def calibration(answers: Mapping[float, Answers], bins: Sequence[BinOf]) -> list[Row]:
    """Tell whether whole distributions hold: where in them that lay which came (PIT).

    ``pit`` are shares in ten equal parts, each 0.1 where they hold (Dawid 1984); ``most_off`` is
    the largest distance of their sums from what should be; ``within`` how often the middle 50, 80
    and 90 % held what came, rounded as sensors do.
    """
    rows: list[Row] = []
    for stream, horizon_h, a, of_it in _parts(answers, bins):
        counts = np.histogram(a.pit[of_it], bins=np.linspace(0, 1, CLASSES + 1))[0]
        shares = counts / counts.sum()
        off = np.abs(np.cumsum(shares) - np.arange(1, CLASSES + 1) / CLASSES).max()
        rows.append(
            {
                "stream": stream,
                "horizon_h": horizon_h,
                "n": int(of_it.sum()),
                "most_off": round(float(off), 4),
                "pit": [round(s, 4) for s in shares.tolist()],
                "within": _within(a, of_it),
            }
        )
    return rows


def _within(a: Answers, of_it: Bools) -> Row:
    found = {}
    for low, high in ((0.25, 0.75), (0.1, 0.9), (0.05, 0.95)):
        inside = (a.pit[of_it] >= low) & (a.pit[of_it] <= high)
        found[f"{round(100 * (high - low))}"] = round(float(inside.mean()), 4)
    return found


def _parts(
    answers: Mapping[float, Answers], bins: Sequence[BinOf]
) -> Iterator[tuple[str, float, Answers, Bools]]:
    streams = np.array([bin_.stream for bin_ in bins], dtype=object)
    for stream in dict.fromkeys(streams):
        for horizon_h, a in sorted(answers.items()):
            of_it = streams[a.owner] == stream
            if of_it.any():
                yield stream, horizon_h, a, of_it


def by_bin(answers: Answers, bins: Sequence[BinOf]) -> list[Row]:
    """Return Brimful's error of one horizon for each bin."""
    rows: list[Row] = []
    for i, bin_ in enumerate(bins):
        of_it = answers.owner == i
        if of_it.any():
            off = np.abs(answers.said_pct["brimful"] - answers.came_pct)[of_it]
            rows.append(
                {
                    "bin_id": bin_.bin_id,
                    "stream": bin_.stream,
                    "n": int(of_it.sum()),
                    "mae_pct": round(float(off.mean()), 3),
                }
            )
    return rows
