"""What the figures say and do not say, in sentences made from the figures."""

from evidence.estimates import Estimate
from evidence.report.compared import Compared, Comparison


def says(comparison: Comparison) -> list[str]:
    """Return plain sentences; they are as sure as the intervals let them be."""
    if not comparison.policies:
        return ["Nothing: no run came to its end."]
    sentences = []
    if comparison.chosen is not None and comparison.baseline is not None:
        sentences.append(_against(comparison.chosen, comparison.baseline))
        sentences.append(_service(comparison.chosen, comparison.baseline))
    if comparison.chosen is not None and comparison.reports is not None:
        sentences.append(_sensors(comparison.chosen, comparison.reports))
    if comparison.seeds < 2:
        sentences.append(
            "There is one seed only, so nothing can be said about chance: take the figures as one "
            "example."
        )
    return sentences


def does_not_say(comparison: Comparison) -> list[str]:
    """Return what nobody may read out of the figures."""
    setting = comparison.answer.question.setting
    common = [
        (
            "They are simulated. A pilot on your own bins, with a part of the town that goes on as "
            "before, is what shows a saving; this shows where it may come from."
        ),
        (
            "Lorries keep to the planned times here: no traffic, no breakdown, no crew that knows "
            "better. The intervals hold chance within the simulation, not whether it is like your "
            "town."
        ),
        (
            "What sensors cost, their mounting and their batteries, is not in the cost; neither is "
            "what a lorry costs that is not needed any more."
        ),
        (
            "Saved kilometres are saved money only where lorries and shifts are really given up or "
            "used for something else."
        ),
    ]
    if "STRAIGHT" in setting.travel.source:
        common.append(
            "The ways are no real roads: distances stand for their order of magnitude, and the "
            "comparison of the policies for more than each policy's own number."
        )
    return common


def _against(chosen: Compared, baseline: Compared) -> str:
    saved = chosen.savings
    return (
        f"Against {baseline.policy.title}, {chosen.policy.title} drove "
        f"{_less(saved['km_per_day'], 'kilometres')} and needed "
        f"{_less(saved['hours_per_day'], 'hours of work')}; by the factors below that is "
        f"{_less(saved['co2_kg_per_day'], 'CO2', fewer='less')} and "
        f"{_less(saved['cost_per_day'], 'cost', fewer='less')}."
    )


def _service(chosen: Compared, baseline: Compared) -> str:
    mine, theirs = chosen.over_seeds, baseline.over_seeds
    return (
        f"Bins were {_pct(mine['fill_at_pickup_pct'])} full when it came (before: "
        f"{_pct(theirs['fill_at_pickup_pct'])}), {_pct(mine['service_pct'], 2)} of its emptyings "
        f"found a bin that was not yet full (before: {_pct(theirs['service_pct'], 2)}), and bins "
        f"stood full for {_number(mine['overflow_h_per_day'])} hours a day over all bins (before: "
        f"{_number(theirs['overflow_h_per_day'])})."
    )


def _sensors(chosen: Compared, reports: Compared) -> str:
    mine, without = chosen.over_seeds, reports.over_seeds
    return (
        "What the sensors added: the same policy with no sensor, on crews' reports alone, drove "
        f"{_number(without['km_per_day'])} km a day instead of {_number(mine['km_per_day'])}, let "
        f"bins stand full for {_number(without['overflow_h_per_day'])} hours a day instead of "
        f"{_number(mine['overflow_h_per_day'])}, and came to bins that were "
        f"{_pct(without['fill_at_pickup_pct'])} full instead of {_pct(mine['fill_at_pickup_pct'])}."
    )


def _less(saved: Estimate | None, what: str, *, fewer: str = "fewer") -> str:
    """Say "38.2 % (+- 1.1) fewer kilometres", or that no difference is shown."""
    if saved is None:
        return f"nobody knows how much less {what}"
    half = "" if saved.half_width is None else f" (\u00b1 {saved.half_width:.1f})"
    word = fewer if saved.mean > 0 else "more"
    change = f"{abs(saved.mean):.1f} %{half} {word}"
    if saved.half_width is not None and abs(saved.mean) <= saved.half_width:
        return f"about the same {what} ({change}: no difference is shown)"
    return f"{change} {what}"


def _pct(estimate: Estimate | None, digits: int = 0) -> str:
    return "an unknown share" if estimate is None else f"{estimate.mean:.{digits}f} %"


def _number(estimate: Estimate | None) -> str:
    return "unknown" if estimate is None else f"{estimate.mean:,.1f}"
