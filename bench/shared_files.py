"""Where the real data and formats are, which no repository of ours holds."""

import os
from pathlib import Path

_BESIDE = Path(__file__).parents[2] / "shared"


def shared_folder() -> Path:
    """Return the folder that BRIMFUL_SHARED_DATA names, or the one beside the repository."""
    return Path(os.environ.get("BRIMFUL_SHARED_DATA") or _BESIDE)
