"""The figures of an evaluation as one document: what JSON holds, and CSV and page are made from."""

import csv
import io
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from evidence.estimates import Estimate
from evidence.evaluation import Answer
from evidence.factors import Factors
from evidence.figures import (
    FILL_CLASSES,
    MEASURES,
    SAVED,
    figures,
    fill_classes,
    over_seeds,
    saving,
)
from evidence.policies import Policy

type Figures = Mapping[str, float | None]


@dataclass(frozen=True, kw_only=True, eq=False)
class Compared:
    """A policy with its figures: ``by_seed`` and over the seeds; savings against the baseline."""

    policy: Policy
    by_seed: Mapping[int, Figures]
    over_seeds: Mapping[str, Estimate | None]
    savings: Mapping[str, Estimate | None]
    fill_classes: Sequence[float]


@dataclass(frozen=True, kw_only=True, eq=False)
class Comparison:
    """All of an evaluation's figures. ``baseline`` and ``chosen`` are None where not simulated.

    ``chosen`` is Brimful as it is set up, ``reports`` the same without sensors.
    """

    answer: Answer
    factors: Factors
    made_at: datetime
    policies: tuple[Compared, ...]
    baseline: Compared | None
    chosen: Compared | None
    reports: Compared | None

    @property
    def seeds(self) -> int:
        """Seeds in which every policy came to its end."""
        whole = [set(compared.by_seed) for compared in self.policies]
        return len(set.intersection(*whole)) if whole else 0


def compare(
    answer: Answer, factors: Factors, *, baseline: str, chosen: str, reports: str, made_at: datetime
) -> Comparison:
    """Return the comparison; ``baseline``, ``chosen`` and ``reports`` are keys of policies."""
    by_policy = {
        policy.key: {seed: figures(run, factors) for seed, run in answer.of(policy).items()}
        for policy in answer.question.policies
    }
    compared = tuple(
        Compared(
            policy=policy,
            by_seed=by_policy[policy.key],
            over_seeds=over_seeds(list(by_policy[policy.key].values())),
            savings={
                key: saving(by_policy.get(baseline, {}), by_policy[policy.key], key)
                for key in SAVED
            },
            fill_classes=fill_classes(list(answer.of(policy).values())),
        )
        for policy in answer.question.policies
        if by_policy[policy.key]
    )
    by_key = {c.policy.key: c for c in compared}
    return Comparison(
        answer=answer,
        factors=factors,
        made_at=made_at,
        policies=compared,
        baseline=by_key.get(baseline),
        chosen=by_key.get(chosen),
        reports=by_key.get(reports),
    )


def document(comparison: Comparison) -> dict[str, object]:
    """Return everything for programs."""
    question = comparison.answer.question
    setting = question.setting
    return {
        "kind": "evaluation",
        "made_at": comparison.made_at.isoformat(),
        "whole": comparison.answer.is_whole,
        "lasted_s": round(comparison.answer.lasted_s, 1),
        "setting": {
            "name": setting.name,
            "title": setting.title,
            "bins": len(setting.bins),
            "vehicles": len(setting.vehicles),
            "warm_up_days": setting.days.warm_up,
            "settling_days": setting.days.settle,
            "counted_days": setting.days.counted,
            "travel_source": setting.travel.source,
            "assumptions": list(setting.assumptions),
        },
        "seeds": list(question.seeds),
        "search": asdict(question.search),
        "factors": comparison.factors.model_dump(),
        "baseline": None if comparison.baseline is None else comparison.baseline.policy.key,
        "chosen": None if comparison.chosen is None else comparison.chosen.policy.key,
        "measures": [
            {**asdict(m), "unit": m.unit.format(currency=comparison.factors.currency)}
            for m in MEASURES
        ],
        "policies": [_policy(compared) for compared in comparison.policies],
    }


def _policy(compared: Compared) -> dict[str, object]:
    policy = compared.policy
    return {
        "key": policy.key,
        "title": policy.title,
        "rule": policy.rule,
        "sees": policy.sight.value,
        "figures": {k: None if e is None else e.as_dict() for k, e in compared.over_seeds.items()},
        "savings_pct": {k: None if e is None else e.as_dict() for k, e in compared.savings.items()},
        "emptyings_by_fill_pct": dict(zip(class_names(), compared.fill_classes, strict=True)),
        "by_seed": {str(seed): dict(f) for seed, f in compared.by_seed.items()},
    }


def class_names() -> list[str]:
    """Return the names of the classes of fill."""
    between = [f"{low:.0f} to {high:.0f} %" for low, high in itertools.pairwise(FILL_CLASSES)]
    return [*between, "full or more"]


def csv_text(comparison: Comparison) -> str:
    """Return one row for each policy and measure: mean, half width of the 95 % interval, seeds."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(
        ["policy", "title", "measure", "unit", "mean", "half_width_95", "seeds", "saving_pct",
         "saving_half_width_95"]
    )  # fmt: skip
    for compared in comparison.policies:
        for measure in MEASURES:
            estimate, saved = compared.over_seeds[measure.key], compared.savings.get(measure.key)
            writer.writerow(
                [
                    compared.policy.key,
                    compared.policy.title,
                    measure.key,
                    measure.unit.format(currency=comparison.factors.currency),
                    *_cells(estimate),
                    0 if estimate is None else estimate.n,
                    *_cells(saved),
                ]
            )
    return file.getvalue()


def _cells(estimate: Estimate | None) -> list[float | str]:
    if estimate is None:
        return ["", ""]
    return [estimate.mean, "" if estimate.half_width is None else estimate.half_width]
