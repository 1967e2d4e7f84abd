"""A process of its own for one piece of work: its job comes as JSON, its times go out as JSON."""

import json
import sys

from bench.speed.copying import copy_rows
from bench.speed.receivers import WORK, timed


def main() -> None:
    """Do what the first argument names with the job on standard input."""
    work = {**WORK, "copy": copy_rows}[sys.argv[1]]
    print(json.dumps(timed(work, json.load(sys.stdin))))


if __name__ == "__main__":
    main()
