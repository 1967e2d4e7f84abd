"""Run the benches one instance after the other, and keep what they say."""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

type Told = dict[str, Any]
"""One bench's JSON document."""

VRP, KIM = "vrp", "kim"
VRP_KINDS = ("cvrp", "vrptw", "pcvrptw", "mtvrptw")
"""The folders of the shared instances, in the order of the tables."""
_PASSED = (0, 1)
"""1: a rule is broken; the document says which."""


class RunError(Exception):
    """A bench that gave no document; the text is its last line."""


@dataclass(frozen=True, kw_only=True)
class Job:
    """One instance to run."""

    bench: str
    file: Path
    limit_s: float
    seed: int

    @property
    def key(self) -> str:
        """Name the run among kept ones."""
        return f"{self.bench}/{self.file.parent.name}/{self.file.name}/{self.limit_s:g}/{self.seed}"


def jobs(
    data: Path, only: Sequence[str], *, limit_s: float, kim_limit_s: float, seed: int
) -> list[Job]:
    """Return a run for each instance below `data` (that matches a pattern, if there are any).

    Raises:
        FileNotFoundError: there are no instances.
    """
    found = []
    for kind in VRP_KINDS:
        files = (data / VRP / kind).glob("*.vrp")
        found += [(VRP, file, limit_s) for file in sorted(files, key=_by_size)]
    files = (data / "kim2006").glob("*_stop.txt")
    found += [(KIM, file, kim_limit_s) for file in sorted(files, key=_by_size)]
    if not found:
        raise FileNotFoundError(2, "no instances", str(data))
    return [
        Job(bench=bench, file=file, limit_s=limit, seed=seed)
        for bench, file, limit in found
        if not only or any(_matches(file, pattern) for pattern in only)
    ]


def _by_size(file: Path) -> tuple[int, str]:
    return file.stat().st_size, file.name


def _matches(file: Path, pattern: str) -> bool:
    name = file.name.removesuffix(".vrp").removesuffix("_stop.txt")
    return any(fnmatch(text, pattern) for text in (name, f"{file.parent.name}/{name}"))


def run_all(todo: Sequence[Job], kept: Path | None) -> Iterator[tuple[Job, Told]]:
    """Yield each job with its document; what is kept from an earlier run is not run again.

    Raises:
        RunError: a bench gave no document.
    """
    results: dict[str, Told] = {}
    if kept is not None and kept.is_file():
        results = json.loads(kept.read_text(encoding="utf-8"))
    for job in todo:
        if job.key not in results:
            results[job.key] = _run(job)
            if kept is not None:
                kept.write_text(json.dumps(results, indent=1), encoding="utf-8")
        yield job, results[job.key]


def _run(job: Job) -> Told:
    command = [
        *(sys.executable, "-m", f"bench.{job.bench}", str(job.file), "--json", "--peer", "all"),
        *("--limit-s", f"{job.limit_s:g}", "--seed", str(job.seed)),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own module
    if done.returncode not in _PASSED:
        raise RunError(f"{job.file.name}: {done.stderr.strip().rpartition(chr(10))[2]}")
    told: Told = json.loads(done.stdout)
    return told
