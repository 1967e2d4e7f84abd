"""Which days a plan can be asked for."""

from datetime import date, timedelta

MOST_DAYS_AHEAD = 7
"""Nobody knows today how full a bin will be after that."""
_YESTERDAY = timedelta(days=1)


def refuse_day(day: date, *, today: date) -> str | None:
    """Say why a day cannot be planned, where it is ``today`` at the depot; None when it can.

    Yesterday can: a shift that began before midnight still goes on.
    """
    if day < today - _YESTERDAY:
        return f"{day} is over at the depot, where it is {today}: plan today or a later day"
    if day > today + timedelta(days=MOST_DAYS_AHEAD):
        return (
            f"{day} is more than {MOST_DAYS_AHEAD} days ahead of {today} at the depot: "
            "nobody knows yet how full the bins will be"
        )
    return None
