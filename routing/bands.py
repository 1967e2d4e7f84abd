"""Each bin's forecast as it is kept: the outlook, and bands for the next two days."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np

from core.forecasts import BAND_STEP, BAND_STEPS, BinForecast, Outlook
from core.levels import Level
from routing.outlook import Chances, Learnt, known_levels, seconds

BAND = (0.1, 0.5, 0.9)


def bin_forecasts(
    levels: Sequence[Level],
    expected: Sequence[Outlook],
    learnt: Learnt,
    chances: Chances,
    *,
    now: datetime,
    schedule: timedelta,
) -> list[BinForecast]:
    """Return what is kept of each bin; ``expected`` stand beside ``levels``."""
    if not levels:
        return []
    forecaster, which = learnt.forecaster, learnt.which(levels)
    since, fill = known_levels(levels, seconds(chances.round_at - schedule))
    bands = np.stack(
        [
            forecaster.shown_quantiles(
                which, fill, since, np.maximum(since, seconds(now + n * BAND_STEP)), BAND
            )
            for n in range(BAND_STEPS)
        ],
        axis=2,
    ).round(1)
    per_day = forecaster.rates.per_day[which]
    return [
        BinForecast(
            bin_id=level.bin.bin_id,
            made_at=now,
            basis=outlook.basis,
            checked=outlook.checked,
            pct_per_day=round(float(per_day[n]), 2),
            full_at=outlook.full_at,
            next_chance_at=chances.next_chance_at,
            overflow_probability=outlook.overflow_probability,
            band_from=now,
            low_pct=tuple(bands[n, 0].tolist()),
            median_pct=tuple(bands[n, 1].tolist()),
            high_pct=tuple(bands[n, 2].tolist()),
        )
        for n, (level, outlook) in enumerate(zip(levels, expected, strict=True))
    ]
