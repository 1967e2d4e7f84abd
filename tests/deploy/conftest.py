"""Fixtures of the tests of what is shipped."""

import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.deploy.two_users import Installed


@pytest.fixture
def installed(mosquitto_program: str) -> Iterator[Installed]:
    """Brimful's and Mosquitto's folders, each of a user of its own."""
    if os.geteuid() != 0:
        pytest.skip("only root can become two other users")
    # not below pytest's folder, which is closed to other users
    with TemporaryDirectory(prefix="brimful-test-") as name:
        yield Installed(Path(name), mosquitto_program)
