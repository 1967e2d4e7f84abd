"""The compiler's one setting, used by every compiled file, and where it keeps its work."""

from numba import config, njit

from routing.search.kernel.cache import cache_folder
from routing.search.kernel.layout import NEVER

config.CACHE_DIR = str(cache_folder())  # type: ignore[attr-defined]  # made when it is read

compiled = njit(nogil=True, cache=True, error_model="numpy", boundscheck=False)


@compiled
def never() -> int:
    """Return NEVER as any whole number: to the compiler a constant is a type of its own."""
    return NEVER
