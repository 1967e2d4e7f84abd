"""An evaluation as a page that a council can read."""

from evidence.estimates import Estimate
from evidence.factors import Factors
from evidence.figures import MEASURES, SAVED, Measure
from evidence.policies import Brimful
from evidence.report.compared import Compared, Comparison, class_names
from evidence.report.page import Page, Plot, Table
from evidence.report.plots import Point, bars, shares, trade_off
from evidence.report.words import does_not_say, says

MAIN = (
    "km_per_day", "hours_per_day", "bins_per_day", "fill_at_pickup_pct", "service_pct",
    "overflow_h_per_day", "excess_l_per_day", "co2_kg_per_day", "cost_per_day",
)  # fmt: skip


def page(comparison: Comparison) -> Page:
    """Return the page; its numbers are those of the document."""
    question = comparison.answer.question
    setting, days = question.setting, question.setting.days
    return Page(
        title="What collecting by fill is worth",
        subtitle=f"{setting.title}: {days.counted} days, {len(question.seeds)} "
        f"{'seed' if len(question.seeds) == 1 else 'seeds'}, the same days for every policy",
        made_at=comparison.made_at,
        warning=_warning(comparison),
        says=says(comparison),
        does_not_say=does_not_say(comparison),
        tables=(_main(comparison), _savings(comparison)),
        plots=_plots(comparison),
        assumptions=(*setting.assumptions, _calendar(comparison)),
        details=(_policies(comparison), _measures(comparison), factors_table(comparison.factors)),
    )


def _warning(comparison: Comparison) -> str | None:
    answer = comparison.answer
    if answer.is_whole:
        return None
    wanted = len(answer.question.policies) * len(answer.question.seeds)
    return (
        f"PARTIAL: the evaluation was stopped. {len(answer.runs)} of {wanted} runs (policy x seed) "
        f"came to their end, and only they are told here; policies without one are missing."
    )


def _main(comparison: Comparison) -> Table:
    chosen = [measure for measure in MEASURES if measure.key in MAIN]
    return Table(
        title="The policies",
        columns=["Policy", *(_head(m, comparison.factors) for m in chosen)],
        rows=[
            [c.policy.title, *(told(c.over_seeds[m.key], m.digits) for m in chosen)]
            for c in comparison.policies
        ],
        strong=frozenset(n for n, c in enumerate(comparison.policies) if c is comparison.chosen),
        note="Mean over the seeds, +- half of the 95 % confidence interval (Student's t). Service "
        "level: share of the emptyings that found a bin not yet full. Beside bins: what came while "
        "a bin was full.",
    )


def _savings(comparison: Comparison) -> Table:
    baseline = comparison.baseline
    measures = [measure for measure in MEASURES if measure.key in SAVED]
    name = "the baseline" if baseline is None else baseline.policy.title
    return Table(
        title=f"Saved against {name}, percent",
        columns=["Policy", *(m.title for m in measures)],
        rows=[
            [c.policy.title, *(told(c.savings[m.key], 1) for m in measures)]
            for c in comparison.policies
            if c is not baseline
        ],
        strong=frozenset(),
        note="Compared seed by seed on the same days. Below 0: more than the baseline.",
    )


def _plots(comparison: Comparison) -> tuple[Plot, ...]:
    labels = [c.policy.title for c in comparison.policies]
    if not labels:
        return ()
    points = [
        Point(label=c.policy.title, x=x, y=y, dial=_on_dial(c))
        for c in comparison.policies
        if (x := c.over_seeds["km_per_day"]) and (y := c.over_seeds["overflow_h_per_day"])
    ]
    distances = [e for c in comparison.policies if (e := c.over_seeds["km_per_day"])]
    return (
        Plot(
            svg=trade_off(points, x_title="km a day", y_title="hours a day that bins stood full"),
            caption="What is driven against what overflows: the nearer to the lower left corner, "
            "the better. The line joins the settings of Brimful's dial, the metres we would drive "
            "to avoid one overflow.",
        ),
        Plot(
            svg=bars(
                labels, distances, title="km a day",
                strong=[isinstance(c.policy, Brimful) for c in comparison.policies],
            ),
            caption="Kilometres a day with their 95 % intervals.",
        ),
        Plot(
            svg=shares(
                labels, [c.fill_classes for c in comparison.policies], classes=class_names()
            ),
            caption="How full bins were when they were emptied: a bin emptied half full is a way "
            "driven too early, one that is full or more came too late.",
        ),
    )  # fmt: skip


def _on_dial(compared: Compared) -> bool:
    return isinstance(compared.policy, Brimful) and compared.policy.is_on_dial


def _policies(comparison: Comparison) -> Table:
    return Table(
        title="What each policy does",
        columns=["Policy", "Rule"],
        rows=[[c.policy.title, c.policy.rule] for c in comparison.policies],
        is_text=True,
    )


def _measures(comparison: Comparison) -> Table:
    return Table(
        title="All figures, per day where the unit says so",
        columns=["Figure", *(c.policy.title for c in comparison.policies)],
        rows=[
            [
                f"{_head(m, comparison.factors)}: {m.meaning}",
                *(told(c.over_seeds[m.key], m.digits) for c in comparison.policies),
            ]
            for m in MEASURES
        ],
    )


def factors_table(factors: Factors) -> Table:
    """Return the factors with where they come from."""
    fields = Factors.model_fields
    return Table(
        title="Factors for diesel, CO2 and cost",
        columns=["Factor", "Value", "Where from"],
        rows=[
            [name, f"{value:g}" if isinstance(value, float) else str(value),
             (fields[name].description or "")
             if value == fields[name].default else "given with --factors"]
            for name, value in factors.model_dump().items()
        ],
        is_text=True,
    )  # fmt: skip


def _calendar(comparison: Comparison) -> str:
    question = comparison.answer.question
    days, search = question.setting.days, question.search
    how_long = " and ".join(
        [f"{search.iterations:,} iterations" for _ in [0] if search.iterations]
        + [f"{search.limit_s:g} s" for _ in [0] if search.limit_s]
    )
    return (
        f"Each seed lives through {days.warm_up} days in which bins are emptied by the schedule "
        f"under every policy, then {days.settle} days in which each policy works and is not "
        f"counted, then {days.counted} days that count. Every policy has the same search for its "
        f"rounds ({how_long} a day) and the same lorries."
    )


def _head(measure: Measure, factors: Factors) -> str:
    return f"{measure.title}, {measure.unit.format(currency=factors.currency)}"


def told(estimate: Estimate | None, digits: int) -> str:
    """Write an estimate for people; nothing known is a dash."""
    if estimate is None:
        return "\u2013"
    mean = f"{estimate.mean:,.{digits}f}"
    if estimate.half_width is None:
        return mean
    return f"{mean} \u00b1 {estimate.half_width:,.{digits}f}"
