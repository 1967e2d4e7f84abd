"""Sorts more rows than fit into memory: sorted runs in temporary files, merged when read."""

import heapq
import json
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from typing import IO

from simulators.csv_cells import Row

ROWS_PER_RUN = 200_000

type Spooled = tuple[float, str, int, float, bool]
"""(measured_at in seconds since 1970, bin_id, line, fill_pct, faulty), sorted in this order."""


@contextmanager
def sorted_by_time(
    rows: Iterable[Row], *, rows_per_run: int = ROWS_PER_RUN
) -> Iterator[Iterator[Spooled]]:
    """Read all rows and yield them in order of time, bin and line.

    Memory holds ``rows_per_run`` rows; what is more waits in temporary files that are gone at the
    end (merge sort with runs, Knuth vol. 3, 5.4).
    """
    with ExitStack() as files:
        runs: list[Iterator[Spooled]] = []
        run: list[Spooled] = []
        for row in rows:
            run.append(
                (row.measured_at.timestamp(), row.bin_id, row.line, row.fill_pct, row.faulty)
            )
            if len(run) == rows_per_run:
                runs.append(_written(sorted(run), files))
                run = []
        yield heapq.merge(*runs, sorted(run))


def time_of(spooled: Spooled) -> datetime:
    """Return when a spooled row was measured."""
    return datetime.fromtimestamp(spooled[0], UTC)


def _written(run: list[Spooled], files: ExitStack) -> Iterator[Spooled]:
    file = files.enter_context(
        tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 - the stack closes it
    )
    file.writelines(json.dumps(row) + "\n" for row in run)
    file.seek(0)
    return _read(file)


def _read(file: IO[str]) -> Iterator[Spooled]:
    for line in file:
        seconds, bin_id, number, fill_pct, faulty = json.loads(line)
        yield seconds, bin_id, number, fill_pct, faulty
