"""Real data the tests read: fill histories, road networks, published routing problems.

It is too large for the repository and not ours to pass on, so it lies outside:
where BRIMFUL_SHARED_DATA says, or in `shared` beside the repository.
"""

import os
from pathlib import Path

import pytest

from tests.services.required import unavailable

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder with the real data; its `data` has a README that says what is there."""
    folder = Path(os.environ.get("BRIMFUL_SHARED_DATA") or REPOSITORY.parent / "shared")
    if not (folder / "data").is_dir():
        unavailable(f"there is no shared data in {folder} (set BRIMFUL_SHARED_DATA)")
    return folder
