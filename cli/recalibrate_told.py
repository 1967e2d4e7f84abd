"""What ``brimful recalibrate`` says: how far it is, and what became of each bin."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any

import typer

from cli.moments import told
from core.levels import Level
from core.plausible import EARLIEST
from ingest.recalibrated import Recalibrated

TOLD_EVERY_S = 5.0


@dataclass(kw_only=True)
class Progress:
    """Says on stderr every few seconds how far it is."""

    bins: int
    clock: Callable[[], float] = monotonic
    bins_done: int = 0
    readings: int = 0
    _told_at: float | None = None

    def take(self, readings: int) -> None:
        """Count readings that are done."""
        self.readings += readings
        now = self.clock()
        if self._told_at is None:
            self._told_at = now
        elif now - self._told_at >= TOLD_EVERY_S:
            self._told_at = now
            typer.echo(f"{self.bins_done} of {self.bins} bins, {self.readings} readings", err=True)


def lines_of(done: Recalibrated, *, dry_run: bool) -> Iterator[str]:
    """Say what became of a bin."""
    changes = done.changes
    since = (
        "all history" if done.since == EARLIEST else f"what was measured since {told(done.since)}"
    )
    would = "would change" if dry_run else "changed"
    yield f"{done.bin_id}: {_calibration(done, dry_run=dry_run)}, for {since}"
    if done.replaced:
        covered = ", ".join(str(version) for version in done.replaced)
        yield (
            f"    it counts instead of {covered} as well, which began later: to keep one of them, "
            "give its values again with its own --since"
        )
    yield f"    {changes.changed} of {changes.readings} readings {would}"
    if changes.fill_changed:
        yield (
            f"    fill of {changes.fill_changed}: by {changes.fill_mean_pct:+.1f} points in the "
            f"mean, {changes.fill_largest_pct:+.1f} at most"
        )
    if changes.trust:
        moved = ", ".join(f"{n} {was} -> {now}" for (was, now), n in changes.trust.most_common())
        yield f"    trust: {moved}"
    if done.emptyings_added or done.emptyings_revoked:
        yield f"    emptyings seen: {done.emptyings_added} more, {done.emptyings_revoked} fewer"
    yield f"    level: {_level(done.before)} -> {_level(done.after)}"


def _calibration(done: Recalibrated, *, dry_run: bool) -> str:
    if done.version is None:
        return "no calibration"
    if not done.added:
        return f"calibration {done.version} as it stands"
    return f"new calibration {done.version}" + (" (not stored)" if dry_run else "")


def _level(level: Level) -> str:
    if level.fill_pct is None or level.measured_at is None:
        return "none"
    return f"{level.fill_pct:.1f} % of {told(level.measured_at)} ({level.trust})"


def sums(done: Sequence[Recalibrated], *, dry_run: bool) -> str:
    """Say in one line what became of all bins."""
    readings = sum(d.changes.readings for d in done)
    changed = sum(d.changes.changed for d in done)
    bins = sum(d.changes.changed > 0 for d in done)
    would = "would change" if dry_run else "changed"
    return f"{len(done)} bins, {readings} readings: {changed} {would}, in {bins} bins"


def document(done: Recalibrated) -> Mapping[str, Any]:
    """Return what became of a bin for programs."""
    changes = done.changes
    return {
        "bin_id": done.bin_id,
        "since": None if done.since == EARLIEST else done.since,
        "calibration_version": done.version,
        "calibration_added": done.added,
        "calibrations_covered": list(done.replaced),
        "readings": changes.readings,
        "changed": changes.changed,
        "fill": {
            "changed": changes.fill_changed,
            "mean_change_pct": round(changes.fill_mean_pct, 3),
            "largest_change_pct": round(changes.fill_largest_pct, 3),
        },
        "trust": [
            {"from": was, "to": now, "readings": n} for (was, now), n in changes.trust.most_common()
        ],
        "emptyings_added": done.emptyings_added,
        "emptyings_revoked": done.emptyings_revoked,
        "before": _level_document(done.before),
        "after": _level_document(done.after),
    }


def _level_document(level: Level) -> Mapping[str, Any]:
    return {
        "fill_pct": level.fill_pct,
        "measured_at": level.measured_at,
        "trust": level.trust,
        "source": level.source,
    }
