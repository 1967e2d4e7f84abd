"""``python -m routing.search.compile``: compile the search ahead, so that no plan waits for it."""

import sys

from routing.search.ready import ensure_compiled

if __name__ == "__main__":
    ensure_compiled(lambda line: print(line, file=sys.stderr, flush=True))  # noqa: T201 - a command
