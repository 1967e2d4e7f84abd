"""``brimful evaluate``: policies over simulated weeks or a real history, as a report."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from cli.common import AsJson, fail, print_json, read_settings
from cli.evaluate_live import answered
from core.errors import BrimfulError, InvalidInputError
from evidence.evaluation import Answer, Question
from evidence.factors import Factors, read_factors
from evidence.groningen import groningen_setting
from evidence.histories import history_setting
from evidence.history_file import FORMATS
from evidence.lineup import CHOICES, DIAL_STEPS, dial_key, lineup
from evidence.planning import Search
from evidence.policies import Fullest, Policy
from evidence.report.compared import compare, csv_text, document
from evidence.report.compared_page import page
from evidence.report.files import json_text, write_files
from evidence.report.page import html
from evidence.setting import Days, Setting
from evidence.town import FIRST_DAY, town_setting

SETTINGS = ("town", "groningen")
WARM_UP_DAYS, SETTLE_DAYS = 28, 7
QUICK_BINS, QUICK_SEEDS, QUICK_WEEKS, QUICK_ITERATIONS = 60, 2, 1, 200
QUICK_CHOICES = ("fixed", "recorded", "fullest", "threshold", "prize", "reports")


def evaluate_command(
    *,
    setting: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="town: an invented one. groningen: 850 clusters and 4 lorries, as in Wouda et al. "
            "2024.",
        ),
    ] = "town",
    history: Annotated[
        tuple[str, Path] | None,
        typer.Option(
            metavar="FORMAT FILE",
            help=f"Replay a real history instead. FORMAT: {', '.join(FORMATS)}.",
        ),
    ] = None,
    bins: Annotated[int, typer.Option(min=10, max=5_000, help="Bins of the town.")] = 200,
    vehicles: Annotated[
        int | None, typer.Option(min=1, max=100, help="Lorries in groningen; else 4.")
    ] = None,
    weeks: Annotated[int, typer.Option(min=1, max=104, help="Weeks that count.")] = 4,
    seeds: Annotated[int, typer.Option(min=1, max=200, help="Number of seeds.")] = 5,
    seed: Annotated[int, typer.Option(min=0, help="First seed; also the town's.")] = 1,
    policy: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME", help=f"Only these; may be repeated. NAME: {', '.join(CHOICES)}."
        ),
    ] = None,
    dial: Annotated[
        list[float] | None,
        typer.Option(
            metavar="METRES",
            min=1,
            max=10_000_000,
            help="Settings of the dial to try beside BRIMFUL_PLAN_DIAL_M; may be repeated.",
        ),
    ] = None,
    ahead_m: Annotated[
        float | None,
        typer.Option(
            "--ahead",
            metavar="METRES",
            min=0,
            max=1_000_000,
            help="What fetching a bin ahead of its time is worth; else BRIMFUL_PLAN_AHEAD_M.",
        ),
    ] = None,
    fullest: Annotated[
        int | None, typer.Option(min=1, max=5_000, help="Bins a day of the baseline 'fullest'.")
    ] = None,
    baseline: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="What savings are told against; fixed if absent."),
    ] = None,
    iterations: Annotated[
        int, typer.Option(min=1, max=10_000_000, help="Search iterations for each day's rounds.")
    ] = 1_000,
    factors_file: Annotated[
        Path | None,
        typer.Option("--factors", metavar="FILE", help="TOML file of factors for CO2 and cost."),
    ] = None,
    jobs: Annotated[
        int | None, typer.Option(min=1, max=256, help="Processes; one for each core if absent.")
    ] = None,
    out: Annotated[
        Path, typer.Option(metavar="FOLDER", help="Where the report's files go.")
    ] = Path("evaluation"),
    quick: Annotated[
        bool, typer.Option("--quick", help="A small one, to see that it works.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Compare policies on the same simulated days, and write a report that a council can read.

    Fixed schedule, fullest first, threshold, and Brimful at several settings of its dial, with
    sensors as bad as real ones and with none. Writes evaluation.html, .csv and .json, and
    trade-off.svg. Ctrl-C ends it with what is done so far. docs/evidence.md explains the method
    and every figure.
    """
    settings = read_settings()
    wishes = _Wishes(
        setting=setting, history=history, bins=bins, vehicles=vehicles, weeks=weeks, seeds=seeds,
        seed=seed, choices=tuple(policy or ()), dials_m=tuple(dial or ()), fullest=fullest,
        chosen_m=float(settings.plan_dial_m),
        ahead_m=float(settings.plan_ahead_m) if ahead_m is None else ahead_m,
        baseline=baseline, iterations=iterations, jobs=jobs, quick=quick,
    )  # fmt: skip
    try:
        factors = read_factors(factors_file)
        question = _question(wishes)
        baseline_key = _baseline(question.policies, wishes)
        answer = answered(question, quiet=as_json)
        if not answer.runs:
            fail("stopped before any run came to its end: no report is written")
        _report(answer, factors, wishes, baseline_key, out=out, as_json=as_json)
    except BrimfulError as error:
        fail(str(error))
    if not answer.is_whole:
        raise typer.Exit(130)


@dataclass(frozen=True, kw_only=True)
class _Wishes:
    """What the command line asked for."""

    setting: str
    history: tuple[str, Path] | None
    bins: int
    vehicles: int | None
    weeks: int
    seeds: int
    seed: int
    choices: tuple[str, ...]
    dials_m: tuple[float, ...]
    fullest: int | None
    chosen_m: float
    ahead_m: float
    baseline: str | None
    iterations: int
    jobs: int | None
    quick: bool

    def within(self) -> "_Wishes":
        """Return the same, smaller where a quick one is asked for; raises InvalidInputError."""
        if self.setting not in SETTINGS:
            raise InvalidInputError(
                f"--setting {self.setting!r} is unknown; there are: {', '.join(SETTINGS)}"
            )
        for name in self.choices:
            if name not in CHOICES:
                raise InvalidInputError(
                    f"--policy {name!r} is unknown; there are: {', '.join(CHOICES)}"
                )
        return self


def _question(wishes: _Wishes) -> Question:
    wishes = wishes.within()
    quick = wishes.quick
    weeks = QUICK_WEEKS if quick else wishes.weeks
    seeds = QUICK_SEEDS if quick else wishes.seeds
    setting = _setting(wishes, weeks=weeks)
    chosen_m = wishes.chosen_m
    dials_m = wishes.dials_m or tuple(step * chosen_m for step in DIAL_STEPS)
    policies = lineup(
        setting,
        dials_m=(chosen_m,) if quick and not wishes.dials_m else dials_m,
        chosen_dial_m=chosen_m,
        ahead_m=wishes.ahead_m,
        fullest=wishes.fullest,
        wanted=wishes.choices or (QUICK_CHOICES if quick else ()),
    )
    return Question(
        setting=setting,
        policies=policies,
        seeds=tuple(range(wishes.seed, wishes.seed + seeds)),
        search=Search(iterations=QUICK_ITERATIONS if quick else wishes.iterations),
        jobs=wishes.jobs or os.cpu_count() or 1,
    )


def _setting(wishes: _Wishes, *, weeks: int) -> Setting:
    days = Days(first=FIRST_DAY, warm_up=WARM_UP_DAYS, settle=SETTLE_DAYS, counted=7 * weeks)
    if wishes.history is not None:
        form, file = wishes.history
        return history_setting(form, file, seed=wishes.seed, weeks=weeks)
    if wishes.setting == "groningen":
        return groningen_setting(town_seed=wishes.seed, days=days, vehicles=wishes.vehicles or 4)
    bins = QUICK_BINS if wishes.quick else wishes.bins
    return town_setting(bins=bins, town_seed=wishes.seed, days=days)


def _report(
    answer: Answer,
    factors: Factors,
    wishes: _Wishes,
    baseline: str,
    *,
    out: Path,
    as_json: bool,
) -> None:
    comparison = compare(
        answer,
        factors,
        baseline=baseline,
        chosen=dial_key(wishes.chosen_m),
        reports="reports-alone",
        made_at=datetime.now(UTC),
    )
    told = document(comparison)
    shown = page(comparison)
    paths = write_files(
        out,
        {
            "evaluation.html": html(shown),
            "evaluation.csv": csv_text(comparison),
            "evaluation.json": json_text(told),
            # the page holds it too; for whoever wants to show it elsewhere
            **({"trade-off.svg": shown.plots[0].svg} if shown.plots else {}),
        },
    )
    if as_json:
        print_json(told)
        return
    for sentence in ([shown.warning] if shown.warning else []) + list(shown.says):
        typer.echo(sentence)
    typer.echo("Written: " + ", ".join(str(path) for path in paths))


def _baseline(policies: tuple[Policy, ...], wishes: _Wishes) -> str:
    """Return the key of the policy that savings are told against."""
    wanted = wishes.baseline or _usual_baseline(wishes)
    for policy in policies:
        if policy.key == wanted or (wanted == "fullest" and isinstance(policy, Fullest)):
            return policy.key
    raise InvalidInputError(
        f"--baseline {wanted!r} is not among the policies: {', '.join(p.key for p in policies)}"
    )


def _usual_baseline(wishes: _Wishes) -> str:
    if wishes.history is not None:
        return "recorded"
    return "fullest" if wishes.setting == "groningen" else "fixed"
