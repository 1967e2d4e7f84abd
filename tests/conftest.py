"""What every test has: real services to run on, and Hypothesis without a stop-watch."""

import os

from hypothesis import HealthCheck, settings

# Named again, so that pytest finds them here: fixtures and hooks.
from tests.services.brokers import embedded_broker, mosquitto, mosquitto_program
from tests.services.browser import browser, chromium_program
from tests.services.databases import (
    conn,
    database_url,
    embedded_engine,
    empty_database_url,
    engine,
    migrated_template,
    timescaledb_engine,
)
from tests.services.required import pytest_collection_modifyitems, pytest_runtest_makereport
from tests.services.shared_data import shared_data

__all__ = [
    "browser",
    "chromium_program",
    "conn",
    "database_url",
    "embedded_broker",
    "embedded_engine",
    "empty_database_url",
    "engine",
    "migrated_template",
    "mosquitto",
    "mosquitto_program",
    "pytest_collection_modifyitems",
    "pytest_runtest_makereport",
    "shared_data",
    "timescaledb_engine",
]

# A slow example on a busy machine is no bug; the whole test has pytest-timeout.
settings.register_profile("local", deadline=None, suppress_health_check=[HealthCheck.too_slow])
# The same examples in every run: CI reports what a change broke, not what chance found.
settings.register_profile("ci", settings.get_profile("local"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "local")
