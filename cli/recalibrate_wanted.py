"""Which bins ``brimful recalibrate`` is asked for; all of it is checked before anything is done."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from difflib import get_close_matches
from operator import attrgetter
from pathlib import Path

import store
from cli.recalibration_file import read_corrections
from core.bins import calibration_at
from core.errors import InvalidInputError
from core.sensors import Mistake
from ingest.recalibrated import Correction
from store import calibrations, checks, recalibration

MISTAKES_NAMED = 50


@dataclass(frozen=True, kw_only=True, slots=True)
class Which:
    """Which bins: the one field that is given says so."""

    bins: Sequence[str] | None = None
    file: Path | None = None
    every: bool = False
    stream: str | None = None


async def wanted(
    conn: store.Connection, which: Which, values: Correction, *, now: datetime
) -> Sequence[Correction]:
    """Return the correction of each bin; of a file the rows' own, else ``values`` for each.

    Raises InvalidInputError that names every bin or row that cannot be done.
    """
    if not (await checks.about(conn)).migrated:
        raise InvalidInputError("the database has no tables yet: run `brimful migrate` first")
    if which.file is not None:
        return await _of_file(conn, which.file, now=now)
    found = await recalibration.bin_ids(
        conn, only=None if which.bins is None else set(which.bins), stream=which.stream
    )
    corrections = [replace(values, bin_id=bin_id) for bin_id in found]
    mistakes = [
        f"{bin_id}: {await _nowhere(conn, bin_id)}"
        for bin_id in sorted(set(which.bins or ()) - set(found))
    ]
    if not found and not mistakes:
        whose = "" if which.stream is None else f" of stream {which.stream}"
        raise InvalidInputError(f"there is no bin{whose}")
    mistakes += (await _misfits(conn, corrections, now=now)).values()
    _refuse("cannot be recalibrated, nothing was changed:", mistakes)
    return corrections


async def _of_file(conn: store.Connection, file: Path, *, now: datetime) -> Sequence[Correction]:
    by_line, found = read_corrections(file)
    mistakes = list(found)
    line_of = {correction.bin_id: line for line, correction in by_line.items()}
    there = set(await recalibration.bin_ids(conn, only=line_of.keys()))
    for bin_id in line_of.keys() - there:
        text = await _nowhere(conn, bin_id)
        mistakes.append(Mistake(line=line_of[bin_id], column="bin_id", text=text))
    known = [correction for correction in by_line.values() if correction.bin_id in there]
    for bin_id, text in (await _misfits(conn, known, now=now)).items():
        mistakes.append(Mistake(line=line_of[bin_id], column=None, text=text))
    _refuse(
        f"{file}: cannot be used, nothing was changed:",
        [str(mistake) for mistake in sorted(mistakes, key=attrgetter("line"))],
    )
    if not known:
        raise InvalidInputError(f"{file}: has no rows below its first line")
    return known


async def _misfits(
    conn: store.Connection, corrections: Collection[Correction], *, now: datetime
) -> Mapping[str, str]:
    """Return what does not fit what already stands, by bin_id."""
    standing = await calibrations.of_bins(conn, [c.bin_id for c in corrections])
    misfits = {}
    for correction in corrections:
        stands = calibration_at(standing.get(correction.bin_id, ()), now)
        try:
            correction.applied_to(stands, version=1)
        except InvalidInputError as error:
            misfits[correction.bin_id] = str(error)
    return misfits


async def _nowhere(conn: store.Connection, bin_id: str) -> str:
    near = get_close_matches(bin_id, await recalibration.bin_ids(conn), n=3)
    return "there is no such bin" + (f"; did you mean {' or '.join(near)}?" if near else "")


def _refuse(title: str, mistakes: Sequence[str]) -> None:
    if not mistakes:
        return
    shown = [f"  {mistake}" for mistake in mistakes[:MISTAKES_NAMED]]
    if len(mistakes) > MISTAKES_NAMED:
        shown.append(f"  and {len(mistakes) - MISTAKES_NAMED} more")
    raise InvalidInputError("\n".join([title, *shown]))
