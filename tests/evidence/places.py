"""Small settings for tests, and a planner that drives to everything without roads."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np

from core.rules.due import Wanted
from evidence.planning import Driven, Visit
from evidence.setting import Days, Setting
from evidence.town import FIRST_DAY, town_setting

SHORT = Days(first=FIRST_DAY, warm_up=3, settle=2, counted=7)


def small_town(*, bins: int = 30, days: Days = SHORT, seed: int = 1, **changes: Any) -> Setting:  # noqa: ANN401 - any of a setting's fields
    """A town of few bins and days, with some of its fields changed."""
    return replace(town_setting(bins=bins, town_seed=seed, days=days), **changes)


class EverythingAtNine:
    """Empties every wanted bin at nine; a kilometre and ten minutes for each."""

    def __init__(self, setting: Setting) -> None:
        self._number = {b.bin_id: i for i, b in enumerate(setting.bins)}
        self.wanted: list[list[str]] = []

    def rounds(self, wanted: Sequence[Wanted], *, day: date, now: datetime) -> Driven:
        nine = now.replace(hour=9, minute=0)
        assert nine.date() == day
        self.wanted.append([w.level.bin.bin_id for w in wanted])
        return Driven(
            visits=tuple(
                Visit(bin=self._number[w.level.bin.bin_id], at=nine + timedelta(minutes=10 * i))
                for i, w in enumerate(wanted)
            ),
            rounds=1,
            distance_m=1000 * len(wanted),
            work_s=600 * len(wanted),
        )


def quiet(litres: Sequence[Sequence[float]]) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """An array of litres by bin and slot."""
    return np.array(litres, dtype=np.float64)
