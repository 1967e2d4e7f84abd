"""What really happened as JSON, CSV and a page: planned beside what was marked."""

import csv
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from core.fleet import Depot
from evidence.driven import DrivenDay, DrivenTotals, totals
from evidence.factors import Factors
from evidence.report.compared_page import factors_table
from evidence.report.page import Page, Plot, Table
from evidence.report.plots import by_day

COLUMNS = (
    "day", "planned_km", "driven_km_estimated", "planned_hours", "hours_by_marks", "planned_rounds",
    "rounds_marked", "rounds_timed", "planned_bins", "bins_emptied", "bins_skipped",
    "bins_unmarked", "missed_pickups", "done_without_drop", "fill_at_pickup_pct", "fills_known",
    "overflow_bin_hours", "known_bin_hours",
)  # fmt: skip
SHOWN_BY_DAY = (
    "day", "planned_km", "driven_km_estimated", "planned_hours", "hours_by_marks", "planned_bins",
    "bins_emptied", "bins_skipped", "bins_unmarked", "fill_at_pickup_pct", "overflow_bin_hours",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, eq=False)
class DrivenReport:
    """A depot's days. ``bins`` are in service now."""

    depot: Depot
    days: Sequence[DrivenDay]
    bins: int
    factors: Factors
    made_at: datetime

    @property
    def totals(self) -> DrivenTotals:
        """The figures over all days."""
        return totals(self.days)


def document(report: DrivenReport) -> dict[str, object]:
    """Return everything for programs; what is not known is null."""
    total = report.totals
    return {
        "kind": "driven",
        "made_at": report.made_at.isoformat(),
        "depot": report.depot.depot_id,
        "from": report.days[0].day.isoformat(),
        "to": report.days[-1].day.isoformat(),
        "bins_in_service": report.bins,
        "factors": report.factors.model_dump(),
        "totals": {**asdict(total), **_by_factors(report, total)},
        "skipped_by_reason": dict(_skipped(report)),
        "days": [dict(zip(COLUMNS, _row(day), strict=True)) for day in report.days],
    }


def csv_text(report: DrivenReport) -> str:
    """Return one row for each day; what is not known is empty."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(["" if v is None else v for v in _row(day)] for day in report.days)
    return file.getvalue()


def _row(day: DrivenDay) -> list[object]:
    return [
        day.day.isoformat(),
        round(day.planned_distance_m / 1000, 3),
        round(day.distance_m / 1000, 3) if day.rounds_marked else None,
        round(day.planned_hours, 3),
        round(day.hours, 3) if day.rounds_timed else None,
        day.planned_rounds,
        day.rounds_marked,
        day.rounds_timed,
        day.planned_bins,
        day.bins,
        day.skipped.total(),
        day.unmarked,
        day.missed,
        day.false_done,
        round(sum(day.fills) / len(day.fills), 2) if day.fills else None,
        len(day.fills),
        None if day.overflow_h is None else round(day.overflow_h, 3),
        round(day.known_h, 3),
    ]


def _by_factors(report: DrivenReport, total: DrivenTotals) -> dict[str, float | None]:
    """Return diesel, CO2 and cost; only where every driven round tells its hours."""
    names = ("diesel_l", "co2_kg", "cost")
    if total.rounds_marked == 0 or total.rounds_timed < total.rounds_marked:
        return dict.fromkeys(names)
    km, hours, factors = total.distance_m / 1000, total.hours, report.factors
    return {
        "diesel_l": factors.diesel_l(km=km, hours=hours),
        "co2_kg": factors.co2_kg(km=km, hours=hours),
        "cost": factors.cost(km=km, hours=hours),
    }


def _skipped(report: DrivenReport) -> Counter[str]:
    return sum((day.skipped for day in report.days), Counter())


def page(report: DrivenReport) -> Page:
    """Return the page; its numbers are those of the document."""
    first, last = report.days[0].day, report.days[-1].day
    return Page(
        title=f"What was driven from {report.depot.name}",
        subtitle=f"{first} to {last}: plans, crews' marks and levels of {report.bins} bins",
        made_at=report.made_at,
        warning=None
        if report.totals.rounds_marked
        else "No crew has marked a stop in these days: nothing is known of what was driven.",
        says=_says(report),
        does_not_say=(
            (
                "How far lorries drove is not recorded. It is estimated: the planned distance, "
                "times "
                "how much longer the order of the marks is than the planned order along straight "
                "lines. Detours, and ways of rounds without a mark, are not in it."
            ),
            (
                "Hours are from a round's first mark to its last, with the planned ways out and "
                "home; "
                "a round with fewer than two marks tells none."
            ),
            (
                "What lay beside the bins nobody measures. How long bins stood full is known as "
                "far "
                "as levels are: hours without a fresh level are left out on both sides."
            ),
            (
                "Whether it would have been more or less without Brimful cannot be seen here: "
                "compare with the same weeks before, or with `brimful evaluate`."
            ),
        ),
        tables=(_table(report), _days(report)),
        plots=_plots(report),
        assumptions=(
            (
                f"A bin is full at {100:.0f} % of its level. Fill at pick-up is the last "
                f"trusted level "
                "before the crew's mark. Days are the depot's "
                f"({report.depot.timezone})."
            ),
        ),
        details=(factors_table(report.factors),),
    )


def _says(report: DrivenReport) -> list[str]:
    total = report.totals
    if total.rounds_marked == 0:
        return [f"{total.planned_rounds} rounds with {total.planned_bins} bins were planned."]
    said = [
        (
            f"{total.rounds_marked} rounds were driven ({total.planned_rounds} planned), about "
            f"{total.distance_m / 1000:,.0f} km ({total.planned_distance_m / 1000:,.0f} planned). "
            f"Crews marked {total.bins} bins as emptied ({total.planned_bins} planned), skipped "
            f"{total.skipped}, and said nothing of {total.unmarked}."
        ),
    ]
    if total.fill_at_pickup_pct is not None and total.service_pct is not None:
        said.append(
            f"Where a level is known ({total.fills_known} of {total.bins} emptyings), bins were "
            f"{total.fill_at_pickup_pct:.0f} % full when the crew came, and "
            f"{total.service_pct:.1f} "
            "% of them were not yet full."
        )
    else:
        said.append("How full bins were when the crew came is not known: no level came before.")
    if total.missed or total.false_done:
        said.append(
            f"Crews and sensors disagree: planned pick-ups that were missed: {total.missed}; "
            f"marked as done while the level stayed: {total.false_done}. "
            "`brimful emptyings --disagreements` lists them."
        )
    return said


def _table(report: DrivenReport) -> Table:
    total = report.totals
    by_factors = _by_factors(report, total)
    untimed = total.rounds_marked - total.rounds_timed
    rows = [
        ["Distance, km", _number(total.planned_distance_m / 1000, 1),
         _number(total.distance_m / 1000 if total.rounds_marked else None, 1), "estimated"],
        ["Work, h", _number(total.planned_hours, 1),
         _number(total.hours if total.rounds_timed else None, 1),
         f"without {untimed} rounds whose marks do not tell it" if untimed else "from marks"],
        ["Rounds", str(total.planned_rounds), str(total.rounds_marked), "with a mark"],
        ["Bins emptied", str(total.planned_bins), str(total.bins), "marked as done"],
        ["Skipped", _DASH, str(total.skipped), _reasons(report)],
        ["Without a mark", _DASH, str(total.unmarked), "on the day's plan"],
        ["Missed pick-ups", _DASH, str(total.missed), "no sensor shows otherwise"],
        ["Done, level stayed", _DASH, str(total.false_done), "by the sensor"],
        ["Fill at pick-up, %", _DASH, _number(total.fill_at_pickup_pct, 1),
         f"known of {total.fills_known} emptyings"],
        ["Service level, %", _DASH, _number(total.service_pct, 1),
         "share of those that were not yet full"],
        ["Overflow, bin hours", _DASH, _number(total.overflow_h, 1),
         f"of {total.known_h:,.0f} in which a level is known"],
        ["Diesel, l", _DASH, _number(by_factors["diesel_l"], 0), "by the factors"],
        ["CO2, kg", _DASH, _number(by_factors["co2_kg"], 0), "by the factors"],
        [f"Cost, {report.factors.currency}", _DASH, _number(by_factors["cost"], 0),
         "by the factors"],
    ]  # fmt: skip
    return Table(
        title="Planned and as it was",
        columns=["", "Planned", "As it was", "How it is known"],
        rows=rows,
        note="A dash: not known, or nothing of the kind is planned.",
    )


_DASH = "\u2013"


def _number(value: float | None, digits: int) -> str:
    return _DASH if value is None else f"{value:,.{digits}f}"


def _reasons(report: DrivenReport) -> str:
    counts = _skipped(report).most_common()
    return ", ".join(f"{n} {reason.replace('_', ' ')}" for reason, n in counts) or "none"


def _days(report: DrivenReport) -> Table:
    rows = []
    for day in report.days:
        row = dict(zip(COLUMNS, _row(day), strict=True))
        rows.append([_DASH if row[c] is None else str(row[c]) for c in SHOWN_BY_DAY])
    return Table(
        title="Day by day",
        columns=[column.replace("_", " ") for column in SHOWN_BY_DAY],
        rows=rows,
        note="The CSV file has more of each day.",
    )


def _plots(report: DrivenReport) -> tuple[Plot, ...]:
    days = [day.day.isoformat()[5:] for day in report.days]
    if not any(day.planned_rounds or day.rounds_marked for day in report.days):
        return ()
    return (
        Plot(
            svg=by_day(
                days,
                [
                    ("planned", [d.planned_distance_m / 1000 for d in report.days]),
                    (
                        "as it was (estimated)",
                        [d.distance_m / 1000 if d.rounds_marked else None for d in report.days],
                    ),
                ],
                title="km",
            ),
            caption="Kilometres by day: planned, and as the marks let it be estimated.",
        ),
        Plot(
            svg=by_day(
                days,
                [
                    ("planned", [float(d.planned_bins) for d in report.days]),
                    ("emptied", [float(d.bins) for d in report.days]),
                ],
                title="bins",
            ),
            caption="Bins by day: on the plan, and marked as emptied.",
        ),
    )
