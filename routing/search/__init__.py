"""The search for the best routes of a day: ruin and recreate, compiled.

``kernel`` holds the compiled loops, the rest prepares arrays for them and keeps the limits. Knows a
day only as ``routing.model`` has it; imports nothing of Brimful besides.
"""

from routing.search.anneal import Progress, first, search
from routing.search.pool import Column, Pool
from routing.search.ready import ensure_compiled

__all__ = ["Column", "Pool", "Progress", "ensure_compiled", "first", "search"]
