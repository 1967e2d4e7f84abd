"""The compiler's one setting, used by every compiled file, and where it keeps its work."""

from numba import config, njit

from routing.search.kernel.cache import cache_folder

config.CACHE_DIR = str(cache_folder())  # type: ignore[attr-defined]  # made when it is read

compiled = njit(nogil=True, cache=True, error_model="numpy", boundscheck=False)
