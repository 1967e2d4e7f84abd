"""Each figure from the sums of its days, and from what it is known: never 0 where it is not."""

from core.figures import DaySums, Known


def _count(n: float, said: str, *, known: bool, why_not: str) -> Known:
    return Known(value=n, said=said) if known else Known(value=None, said=why_not)


def _share(part: float, whole: float) -> str:
    return f"{100 * part / whole:.0f} %"


_NO_MARK = "no crew has marked a stop"


def bins_emptied(s: DaySums) -> Known:
    """Return how many bins crews emptied."""
    said = f"marked as done, of {s.planned} planned; {s.unmarked} without a mark"
    return _count(s.done, said, known=s.rounds > 0, why_not=_NO_MARK)


def tonnes(s: DaySums) -> Known:
    """Return what was brought in."""
    if s.kg <= 0:
        return Known(value=None, said=_NO_MARK if s.rounds == 0 else "no weight and no level known")
    said = f"{_share(s.kg_weighed, s.kg)} weighed by crews, the rest estimated from levels"
    if s.kg_weighed == 0:
        said = "estimated from levels and capacities: no crew weighed"
    if s.bins_unweighed:
        said += f"; without {s.bins_unweighed} bins of which neither is known"
    return Known(value=s.kg / 1000, said=said)


def km_per_tonne(s: DaySums) -> Known:
    """Return the way for a tonne."""
    if s.kg <= 0:
        return Known(value=None, said=tonnes(s).said)
    km = s.distance_m / 1000
    return Known(
        value=km / (s.kg / 1000),
        said=f"{km:,.0f} km, estimated from the order of the marks; tonnes: {tonnes(s).said}",
    )


def hours_per_tonne(s: DaySums) -> Known:
    """Return the work for a tonne."""
    if s.kg_timed <= 0:
        why = _NO_MARK if s.rounds == 0 else "no round has two marks and a weight"
        return Known(value=None, said=why)
    return Known(
        value=s.hours / (s.kg_timed / 1000),
        said=f"{s.hours:,.1f} h of {_rounds(s.timed)} of {_rounds(s.rounds)} rounds whose marks "
        "tell it",
    )


def _rounds(n: float) -> str:
    return f"{n:.1f}".removesuffix(".0")


def fill_at_pickup(s: DaySums) -> Known:
    """Return how full bins were when crews came."""
    return _of_fills(s, s.fill_sum)


def not_yet_full(s: DaySums) -> Known:
    """Return the share of bins that were below 100 % then."""
    return _of_fills(s, 100 * s.not_full)


def _of_fills(s: DaySums, total: float) -> Known:
    if s.fills == 0:
        why = _NO_MARK if s.done == 0 else "no trusted level came before a mark"
        return Known(value=None, said=why)
    return Known(value=total / s.fills, said=f"from {s.fills} of {s.done} bins with a level before")


def within_hours(s: DaySums) -> Known:
    """Return the share of bins with hours that were emptied within them."""
    if s.with_hours == 0:
        why = _NO_MARK if s.done == 0 else "no emptied bin has hours of its own"
        return Known(value=None, said=why)
    return Known(
        value=100 * s.within_hours / s.with_hours, said=f"of {s.with_hours} emptied bins with hours"
    )


def overflow_hours(s: DaySums) -> Known:
    """Return how long bins stood full."""
    if s.known_h <= 0:
        return Known(value=None, said="no level is known in these days")
    said = f"levels are known in {_share(s.known_h, max(s.bin_h, s.known_h))} of the bins' hours"
    return Known(value=s.full_h, said=said)


def missed(s: DaySums) -> Known:
    """Return how many pick-ups were missed."""
    return _count(
        s.missed,
        f"of {s.planned} bins on rounds",
        known=s.planned > 0,
        why_not="no round was planned",
    )


def false_done(s: DaySums) -> Known:
    """Return how many marks the level contradicts."""
    return _count(
        s.false_done, f"of {s.done} bins marked as done", known=s.done > 0, why_not=_NO_MARK
    )


def left_out(s: DaySums) -> Known:
    """Return how many bins were on no round."""
    n = s.left_out.total()
    return _count(
        n,
        "each day counts; the reasons stand below",
        known=s.planned + n > 0,
        why_not="no day was planned",
    )


def sensors(s: DaySums) -> Known:
    """Return the share of sensors' days with a trusted level."""
    if s.sensor_days == 0:
        return Known(value=None, said="no sensor sat in a bin for a whole day")
    return Known(
        value=100 * s.sensor_days_well / s.sensor_days,
        said=f"{s.sensor_days_well:,} of {s.sensor_days:,} days of sensors",
    )
