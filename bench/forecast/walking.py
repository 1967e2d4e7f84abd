"""Walks through the test as time went: each forecast with what was known, and nothing later."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol
from zoneinfo import ZoneInfo

import numpy as np

from bench.forecast.asked import HORIZONS_H, Asked, asked, begins_of_tests
from bench.forecast.baselines import NAMES, Baselines, baselines
from routing.forecast.fit import fit
from routing.forecast.forecaster import Forecaster
from routing.forecast.histories import Floats, Histories, Ints
from routing.forecast.steps import SATURATED_PCT

MOST_FITS = 50
_DAY_S = 86_400
LEVELS_PCT = (80.0, 95.0)
"""Levels whose probability is held against what came: a usual threshold, and full."""
QUANTILES = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
_HALF_STEP_PCT = 0.5


@dataclass(frozen=True, kw_only=True, eq=False)
class Answers:
    """Everything said and everything that came, of one horizon (k); see Asked.

    Attributes:
        asked: the questions.
        owner: (k) whose they are.
        came_pct: (k) what the target said.
        said_pct: by contender (k), the level forecast; for Brimful the median.
        at_least: by level, how likely Brimful held it that the target says at least so much.
        reaches: how likely Brimful held it that 80 % is reached by then; nan from above.
        pit: (k) share of Brimful's distribution below what came, at random within a rounded value.
        quantiles: (k, quantiles) levels.
    """

    asked: Asked
    owner: Ints
    came_pct: Floats
    said_pct: Mapping[str, Floats]
    at_least: Mapping[float, Floats]
    reaches: Floats
    pit: Floats
    quantiles: Floats


class Contender(Protocol):
    """Anybody else who forecasts; learns from a history again and again."""

    name: str

    def learn(self, history: Histories, now_s: int) -> None:
        """Take in what was before ``now_s``."""
        ...

    def forecast(self, which: Ints, fill_pct: Floats, from_s: Ints, to_s: Ints) -> Floats:
        """Return the level expected at ``to_s`` (k)."""
        ...


@dataclass(frozen=True, kw_only=True, eq=False)
class _Learnt:
    """What everybody made of the same past."""

    ours: Forecaster
    simple: Baselines
    others: Sequence[Contender]


@dataclass(frozen=True, kw_only=True, eq=False)
class Walked:
    """The answers by horizon, and how often everybody learnt anew."""

    answers: Mapping[float, Answers]
    fits: int
    refit_days: float


def walk(
    history: Histories,
    zone: ZoneInfo,
    *,
    refit_days: float | None = None,
    others: Sequence[Contender] = (),
    seed: int = 0,
) -> Walked:
    """Ask everybody everything.

    Everybody learns anew every ``refit_days`` (None: daily, or so that it happens 50 times) from
    all bins' readings before that moment. ``seed`` is for the share within rounded values.
    """
    begins = begins_of_tests(history)
    begin = int(begins[begins >= 0].min())
    end = int(history.at_s.max()) + 1
    if refit_days is None:
        refit_days = max(1.0, (end - begin) / _DAY_S / MOST_FITS)
    chance = np.random.default_rng(seed)
    questions = {horizon_h: asked(history, horizon_h) for horizon_h in HORIZONS_H}
    parts: dict[float, list[Answers]] = {horizon_h: [] for horizon_h in HORIZONS_H}
    fits, now_s = 0, begin
    while now_s < end:
        until_s = now_s + round(refit_days * _DAY_S)
        some = {h: _within(history, q, now_s, until_s) for h, q in questions.items()}
        if any(len(q.origin) for q in some.values()):
            fits += 1
            known = history.before(now_s)
            for other in others:
                other.learn(known, now_s)
            learnt = _Learnt(
                ours=fit(known, now_s=now_s, zone=zone),
                simple=baselines(known, zone),
                others=others,
            )
            for horizon_h, q in some.items():
                parts[horizon_h].append(_answered(history, q, learnt, chance))
        now_s = until_s
    return Walked(
        answers={h: _joined(p) for h, p in parts.items() if p}, fits=fits, refit_days=refit_days
    )


def _within(history: Histories, questions: Asked, since_s: int, until_s: int) -> Asked:
    at_s = history.at_s[questions.origin]
    some = (at_s >= since_s) & (at_s < until_s)
    return Asked(
        horizon_h=questions.horizon_h,
        origin=questions.origin[some],
        target=questions.target[some],
        highest_pct=questions.highest_pct[some],
    )


def _answered(
    history: Histories,
    questions: Asked,
    learnt: _Learnt,
    chance: np.random.Generator,
) -> Answers:
    ours = learnt.ours
    owner = history.owner[questions.origin]
    fill, came = history.fill_pct[questions.origin], history.fill_pct[questions.target]
    since, until = history.at_s[questions.origin], history.at_s[questions.target]
    quantiles = np.stack(
        [ours.shown_quantile(owner, fill, since, until, q) for q in QUANTILES], axis=1
    )
    said = {"brimful": quantiles[:, QUANTILES.index(0.5)]}
    for name in NAMES:
        said[name] = learnt.simple.forecast(name, owner, fill, since, until)
    for other in learnt.others:
        said[other.name] = other.forecast(owner, fill, since, until)
    at_least = {
        level: 1 - ours.shown_below(owner, fill, since, until, level - _HALF_STEP_PCT)
        for level in LEVELS_PCT
    }
    reaches = ours.reaching_probability(owner, fill, since, until, SATURATED_PCT - _HALF_STEP_PCT)
    low = ours.shown_below(owner, fill, since, until, came - _HALF_STEP_PCT)
    high = ours.shown_below(owner, fill, since, until, came + _HALF_STEP_PCT)
    low, high = np.where(came <= 0, 0.0, low), np.where(came >= 100, 1.0, high)
    return Answers(
        asked=questions,
        owner=owner,
        came_pct=came,
        said_pct=said,
        at_least=at_least,
        reaches=np.where(fill < SATURATED_PCT, reaches, np.nan),
        pit=low + (high - low) * chance.random(len(low)),
        quantiles=quantiles,
    )


def _joined(parts: Sequence[Answers]) -> Answers:
    first = parts[0]
    return Answers(
        asked=Asked(
            horizon_h=first.asked.horizon_h,
            origin=np.concatenate([p.asked.origin for p in parts]),
            target=np.concatenate([p.asked.target for p in parts]),
            highest_pct=np.concatenate([p.asked.highest_pct for p in parts]),
        ),
        owner=np.concatenate([p.owner for p in parts]),
        came_pct=np.concatenate([p.came_pct for p in parts]),
        said_pct={n: np.concatenate([p.said_pct[n] for p in parts]) for n in first.said_pct},
        at_least={v: np.concatenate([p.at_least[v] for p in parts]) for v in first.at_least},
        reaches=np.concatenate([p.reaches for p in parts]),
        pit=np.concatenate([p.pit for p in parts]),
        quantiles=np.concatenate([p.quantiles for p in parts]),
    )
