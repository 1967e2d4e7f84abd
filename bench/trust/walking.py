"""One sensor's history through the rules, as the ingester walks it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bench.trust.histories import History
from core.readings import Reading, Trust
from core.rules.emptying import SensedEmptying
from core.rules.fill import judge
from core.rules.follow import follow
from core.rules.health import silent_after
from core.rules.track import Track
from core.rules.trust_limits import TrustLimits

_CLOCK_TOLERANCE = timedelta(minutes=5)


@dataclass(kw_only=True)
class Walked:
    """What became of a history; ``at_once`` and ``in_the_end`` run beside ``readings``."""

    history: History
    readings: list[Reading]
    at_once: list[Trust] = field(default_factory=list)
    in_the_end: list[Trust] = field(default_factory=list)
    """After a later reading has confirmed what was doubted."""
    emptyings: dict[datetime, SensedEmptying] = field(default_factory=dict)
    revoked: int = 0
    erratic: int = 0
    """Readings after which the sensor counted as erratic."""
    silences: list[timedelta] = field(default_factory=list)
    """Pauses after which it counted as silent."""


def judged(history: History) -> list[Reading]:
    """Return the readings as they are judged by themselves."""
    readings = []
    for said in history.said:
        fill_pct, trust = judge(
            said.measurement,
            measured_at=said.at,
            received_at=said.at,
            calibration=None,
            clock_tolerance=_CLOCK_TOLERANCE,
        )
        readings.append(
            Reading(
                sensor_id=history.bin_id,
                bin_id=history.bin_id,
                measured_at=said.at,
                received_at=said.at,
                fill_pct=fill_pct,
                trust=trust,
                no_level_reason=said.measurement.no_level_reason,
                raw_fill_pct=said.measurement.fill_pct,
            )
        )
    return readings


def walk(history: History, readings: list[Reading], limits: TrustLimits) -> Walked:
    """Follow judged readings one by one and note what is decided."""
    walked = Walked(history=history, readings=readings)
    track = Track()
    places = {reading.measured_at: n for n, reading in enumerate(readings)}
    for reading in readings:
        _note_pause(walked, track, reading, limits)
        step = follow(track, reading, limits)
        track = step.track
        walked.at_once.append(step.trust)
        walked.in_the_end.append(step.trust)
        if step.confirmed_at is not None:
            walked.in_the_end[places[step.confirmed_at]] = Trust.TRUSTED
        if step.revoked_at is not None:
            del walked.emptyings[step.revoked_at]
            walked.revoked += 1
        if step.emptied is not None:
            walked.emptyings[step.emptied.emptied_at] = step.emptied
        walked.erratic += track.refuted_share >= limits.erratic_share
    return walked


def _note_pause(walked: Walked, track: Track, reading: Reading, limits: TrustLimits) -> None:
    if track.newest_at is not None:
        pause = reading.measured_at - track.newest_at
        if pause > silent_after(track, limits):
            walked.silences.append(pause)
