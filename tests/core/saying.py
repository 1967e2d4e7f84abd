"""A sensor that says this and that, hour by hour, and what the rules make of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from core.readings import Reading, Trust
from core.rules.emptying import SensedEmptying
from core.rules.follow import follow
from core.rules.track import Track
from core.rules.trust_limits import DEFAULT_LIMITS, TrustLimits
from tests.store.make import NOON


def at(hours: float) -> datetime:
    """So many hours after noon."""
    return NOON + timedelta(hours=hours)


def says(
    hours: float,
    fill_pct: float | None,
    trust: Trust = Trust.TRUSTED,
    **fields: Any,  # noqa: ANN401 - any of a reading's fields
) -> Reading:
    """What the sensor said so many hours after noon, and what is to be thought of it by itself."""
    return replace(
        Reading(
            sensor_id="sensor-1",
            bin_id="bin-1",
            measured_at=at(hours),
            received_at=at(hours),
            fill_pct=fill_pct,
            raw_fill_pct=fill_pct,
            trust=trust,
        ),
        **fields,
    )


@dataclass(kw_only=True)
class Heard:
    """What became of all that was said."""

    trusts: list[Trust]
    """As they are in the end, after later readings have confirmed some."""
    at_once: list[Trust]
    emptyings: dict[datetime, SensedEmptying]
    revoked: list[datetime]
    track: Track


def hear(
    readings: Iterable[Reading], limits: TrustLimits = DEFAULT_LIMITS, track: Track | None = None
) -> Heard:
    """Follow readings as the ingester does."""
    heard = Heard(trusts=[], at_once=[], emptyings={}, revoked=[], track=track or Track())
    places: dict[datetime, int] = {}
    for reading in readings:
        step = follow(heard.track, reading, limits)
        heard.track = step.track
        places.setdefault(reading.measured_at, len(heard.trusts))
        heard.trusts.append(step.trust)
        heard.at_once.append(step.trust)
        if step.confirmed_at is not None:
            heard.trusts[places[step.confirmed_at]] = Trust.TRUSTED
        if step.revoked_at is not None:
            heard.emptyings.pop(step.revoked_at, None)  # told in an earlier call, perhaps
            heard.revoked.append(step.revoked_at)
        if step.emptied is not None:
            heard.emptyings[step.emptied.emptied_at] = step.emptied
    return heard


def every(hours: float, fills: Sequence[float]) -> list[Reading]:
    """Levels at even intervals."""
    return [says(n * hours, fill_pct) for n, fill_pct in enumerate(fills)]
