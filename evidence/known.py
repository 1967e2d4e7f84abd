"""What the planner knows of the bins: readings judged by the product's own trust rules, and marks.

The same rules as ``ingest`` and ``store`` follow: only trusted readings move a level, the newest
of reading and crew's mark is the level, a doubted reading waits for the next one.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import numpy as np

from core.bins import Bin
from core.levels import Level, LevelSource, LevelTrust, Sample
from core.readings import Reading, Trust
from core.rules.follow import follow
from core.rules.track import Track
from core.rules.trust_limits import DEFAULT_LIMITS
from evidence.contents import Contents
from evidence.sensing import SensorDiary
from evidence.setting import SLOT_S, Days


class Known:
    """The planner's view of every bin, brought up to date by ``hear`` and ``mark``."""

    def __init__(
        self,
        bins: Sequence[Bin],
        diaries: Sequence[SensorDiary] | None,
        days: Days,
        *,
        stale_after: timedelta,
        history: timedelta,
    ) -> None:
        """``diaries`` None: no bin has a sensor."""
        self._bins = [
            _KnownBin(b, None if diaries is None else diaries[i]) for i, b in enumerate(bins)
        ]
        self._days = days
        self._stale_after = stale_after
        self._history = history

    def hear(self, contents: Contents, bin_: int, until_slot: int) -> None:
        """Take in what a bin's sensor measured before a slot; call it before each emptying."""
        self._bins[bin_].hear(contents, bin_, until_slot, self._days)

    def mark(self, bin_: int, at: datetime) -> None:
        """Note that a crew has emptied a bin."""
        self._bins[bin_].emptied_at = at

    def levels(self, now: datetime) -> list[Level]:
        """Return each bin's level, in the order of the bins."""
        return [known.level(now, self._stale_after) for known in self._bins]

    def histories(self, now: datetime) -> Mapping[str, Sequence[Sample]]:
        """Return the trusted samples by bin_id, oldest first, as far back as is looked."""
        since = now - self._history
        return {known.bin.bin_id: known.samples_since(since) for known in self._bins}

    def emptied_at(self, bin_: int) -> Sequence[datetime]:
        """Return when crews have emptied a bin, oldest first."""
        return self._bins[bin_].emptyings


class _KnownBin:
    """One bin: its track, its trusted samples, its newest mark."""

    def __init__(self, bin_: Bin, diary: SensorDiary | None) -> None:
        self.bin = bin_
        self.emptyings: list[datetime] = []
        self._diary = diary
        self._next = 0
        self._track = Track(bin_id=bin_.bin_id)
        self._samples: list[Sample] = []
        self._doubted: Sample | None = None
        self._doubted_at: datetime | None = None
        self._heard_at: datetime | None = None
        self._said_pct: float | None = None

    @property
    def emptied_at(self) -> datetime | None:
        """When a crew has emptied it last."""
        return self.emptyings[-1] if self.emptyings else None

    @emptied_at.setter
    def emptied_at(self, at: datetime) -> None:
        self.emptyings.append(at)

    def hear(self, contents: Contents, index: int, until_slot: int, days: Days) -> None:
        diary = self._diary
        if diary is None:
            return
        end = int(np.searchsorted(diary.at_s, until_slot * SLOT_S))
        if end <= self._next:
            return
        new = slice(self._next, end)
        self._next = end
        told_pct = contents.told_pct(index, diary.at_s[new] // SLOT_S)
        said_pct = np.clip(np.rint(told_pct + diary.error_pct[new]), 0, 100)
        instead_pct = diary.instead_pct[new]
        said_pct = np.where(np.isnan(instead_pct), said_pct, instead_pct)
        begin = days.at(0)
        for at_s, seen_pct, stuck in zip(
            diary.at_s[new].tolist(), said_pct.tolist(), diary.stuck[new].tolist(), strict=True
        ):
            pct = self._said_pct if stuck and self._said_pct is not None else seen_pct
            self._said_pct = pct
            self._judge(begin + timedelta(seconds=at_s), pct)

    def _judge(self, at: datetime, fill_pct: float) -> None:
        reading = Reading(
            sensor_id=self.bin.bin_id, bin_id=self.bin.bin_id, measured_at=at, received_at=at,
            fill_pct=fill_pct, trust=Trust.TRUSTED, raw_fill_pct=fill_pct,
        )  # fmt: skip
        step = follow(self._track, reading, DEFAULT_LIMITS)
        self._track = step.track
        self._heard_at = at
        if step.confirmed_at is not None and self._doubted is not None:
            self._samples.append(self._doubted)
            self._doubted = None
        sample = Sample(measured_at=at, fill_pct=fill_pct)
        if step.trust is Trust.TRUSTED:
            self._samples.append(sample)
            self._doubted = None
        else:
            self._doubted, self._doubted_at = sample, at

    def level(self, now: datetime, stale_after: timedelta) -> Level:
        newest = self._samples[-1] if self._samples else None
        emptied_at = self.emptied_at
        fill_pct = None if newest is None else newest.fill_pct
        measured_at = None if newest is None else newest.measured_at
        source = None if newest is None else LevelSource.SENSOR
        if emptied_at is not None and (measured_at is None or emptied_at > measured_at):
            fill_pct, measured_at, source = 0.0, emptied_at, LevelSource.CREW
        return Level(
            bin=self.bin,
            trust=self._trust(now, measured_at, stale_after),
            fill_pct=fill_pct,
            measured_at=measured_at,
            source=source,
            sensor_id=None if self._diary is None else self.bin.bin_id,
            battery_v=None,
            heard_at=self._heard_at,
        )

    def _trust(
        self, now: datetime, measured_at: datetime | None, stale_after: timedelta
    ) -> LevelTrust:
        if measured_at is None:
            return LevelTrust.NO_LEVEL
        if self._doubted_at is not None and self._doubted_at > measured_at:
            return LevelTrust.UNTRUSTED
        return LevelTrust.STALE if measured_at < now - stale_after else LevelTrust.FRESH

    def samples_since(self, since: datetime) -> Sequence[Sample]:
        """Return the newer samples and forget the older ones."""
        keep = 0
        for sample in self._samples:
            if sample.measured_at >= since:
                break
            keep += 1
        # the newest is the level, however old
        del self._samples[: min(keep, max(0, len(self._samples) - 1))]
        return self._samples[1:] if keep and self._samples[0].measured_at < since else self._samples
