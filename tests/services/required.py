"""What happens where a real part is missing: a visible skip, or a failure where it is required."""

import os
from collections.abc import Generator
from typing import NoReturn

import pytest

# CI sets it: there, a test that did not run is a test that failed.
REQUIRED = os.environ.get("BRIMFUL_TEST_REQUIRE_REAL") == "1"
# A test that asks for one of these needs a real part; it is marked so by itself.
REAL_FIXTURES = frozenset(
    {"mosquitto", "mosquitto_program", "timescaledb_engine", "chromium_program"}
)


def unavailable(reason: str) -> NoReturn:
    """End the running test because a real part is missing."""
    if REQUIRED:
        pytest.fail(f"required, but {reason}", pytrace=False)
    pytest.skip(reason)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        parameters = item.callspec.params if hasattr(item, "callspec") else {}
        asks_for = set(getattr(item, "fixturenames", ()))
        if REAL_FIXTURES & asks_for or parameters.get("engine") == "timescaledb":
            item.add_marker(pytest.mark.real)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where real parts are required, no test of theirs gets away with a skip of its own."""
    report = yield
    is_skip = report.skipped and not hasattr(report, "wasxfail")
    if REQUIRED and is_skip and item.get_closest_marker("real") is not None:
        report.outcome = "failed"
        report.longrepr = f"skipped although real services are required: {report.longrepr}"
    return report
