"""Which policies stand against each other, by what was asked for."""

from collections.abc import Sequence

from core.plans import Policy as Rule
from evidence.policies import (
    AsRecorded,
    Brimful,
    FixedSchedule,
    Fullest,
    Policy,
    with_truth,
    without_sensors,
)
from evidence.setting import Setting

FULLEST_SHARE = 250 / 850
"""Of the bins, those emptied every day in the baseline of Wouda et al. 2024."""
DIAL_STEPS = (0.1, 0.3, 1.0, 3.0, 10.0)
"""Settings of the dial that are tried, times the one that is set."""
CHOICES = ("fixed", "recorded", "fullest", "threshold", "due-only", "prize", "reports", "perfect")
"""Names of what can be asked for, in the order of the tables."""


def dial_key(dial_m: float) -> str:
    """Return the key of Brimful at a setting of the dial."""
    return f"prize-{dial_m:.0f}"


def lineup(
    setting: Setting,
    *,
    dials_m: Sequence[float],
    chosen_dial_m: float,
    ahead_m: float = 0.0,
    fullest: int | None,
    wanted: Sequence[str] = (),
) -> tuple[Policy, ...]:
    """Return the policies in the order of the tables; ``wanted`` empty: all that make sense.

    ``chosen_dial_m`` is the setting that Brimful runs with; it is among them whatever
    ``dials_m`` holds; ``ahead_m`` goes with every setting. ``fullest``: bins a day of that
    baseline; None: its share of the bins.
    """
    dials = sorted({*dials_m, chosen_dial_m})
    chosen = _brimful(chosen_dial_m, ahead_m)
    number = round(FULLEST_SHARE * len(setting.bins)) if fullest is None else fullest
    recorded: tuple[Policy, ...] = () if setting.recorded is None else (AsRecorded(),)
    by_name: dict[str, tuple[Policy, ...]] = {
        "fixed": (FixedSchedule(),),
        "recorded": recorded,
        "fullest": _fullest(setting, max(1, number)),
        "threshold": (_ruled("threshold", "Threshold", Rule.THRESHOLD, chosen_dial_m),),
        "due-only": (_ruled("due-only", "Due bins only", Rule.DUE_ONLY, chosen_dial_m),),
        "prize": tuple(_brimful(dial, ahead_m) for dial in dials),
        "reports": (without_sensors(chosen),),
        "perfect": (with_truth(chosen),),
    }
    names = [name for name in CHOICES if not wanted or name in wanted]
    return tuple(policy for name in names for policy in by_name[name])


def _brimful(dial_m: float, ahead_m: float) -> Brimful:
    return Brimful(
        key=dial_key(dial_m),
        title=f"Brimful, dial {dial_m / 1000:g} km",
        choice=Rule.PRIZE,
        dial_m=dial_m,
        ahead_m=ahead_m,
    )


def _fullest(setting: Setting, number: int) -> tuple[Policy, ...]:
    """Return the baseline, as published first: where there are breaks it does not plan for them."""
    planned = Fullest(number=number)
    if setting.whole_days is None:
        return (planned,)
    return (Fullest(number=number, plans_breaks=False), planned)


def _ruled(key: str, title: str, rule: Rule, dial_m: float) -> Brimful:
    return Brimful(key=key, title=title, choice=rule, dial_m=dial_m)
