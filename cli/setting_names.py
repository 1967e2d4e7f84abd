"""Variables that look like settings and are none: a misspelt one would be ignored in silence."""

import os
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path

from dotenv import dotenv_values

from core.settings import Settings

_PREFIX = "BRIMFUL_"
# What the tests, benches and services' scripts read.
_OTHERS = ("TEST_", "BENCH_", "SERVICES_", "SHARED_DATA", "NEWEST_PYTHON", "DEBIAN_MIRROR")


def given_names() -> set[str]:
    """Return the variables in the environment and the settings file that begin with BRIMFUL_."""
    file = Path(".env")
    in_file = dotenv_values(file) if file.is_file() else {}
    return {name.upper() for name in (*os.environ, *in_file) if name.upper().startswith(_PREFIX)}


def misspelt(names: Iterable[str]) -> Mapping[str, str | None]:
    """Return those that no setting has, each with the setting that is probably meant."""
    settings = [f"{_PREFIX}{field.upper()}" for field in Settings.model_fields]
    unknown = sorted(
        name
        for name in set(names) - set(settings)
        if not name.removeprefix(_PREFIX).startswith(_OTHERS)
    )
    return {
        name: next(iter(get_close_matches(name, settings, n=1, cutoff=0.75)), None)
        for name in unknown
    }
