"""A missing service is a visible skip on a desk and a failure in CI; never a silence."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NEEDS = {
    "timescaledb": "tests/services/test_services.py::test_timescaledb_is_timescaledb",
    "mosquitto": "tests/services/test_services.py::test_mosquitto_comes_back_after_a_kill",
}
SKIPS_ITSELF = """
import pytest

@pytest.mark.real
def test_that_would_rather_not():
    pytest.skip("no reason")
"""


def run_pytest(*arguments: str, required: bool) -> tuple[int, str]:
    """Run pytest as on a machine that has no services."""
    lost = ("BRIMFUL_TEST_TIMESCALE_URL", "BRIMFUL_TEST_MOSQUITTO", "BRIMFUL_TEST_REQUIRE_REAL")
    environment = {name: value for name, value in os.environ.items() if name not in lost}
    environment["PATH"] = "/nonexistent"
    # Where a Mosquitto is installed for good, it is a real one and found.
    environment["BRIMFUL_TEST_MOSQUITTO"] = ""
    if required:
        environment["BRIMFUL_TEST_REQUIRE_REAL"] = "1"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout


@pytest.mark.parametrize("service", NEEDS)
@pytest.mark.parametrize("required", [False, True])
def test_a_missing_service(service: str, *, required: bool) -> None:
    if service == "mosquitto" and Path("/usr/sbin/mosquitto").exists():
        pytest.skip("this machine has Mosquitto installed for good")
    code, output = run_pytest(NEEDS[service], required=required)
    assert code == (1 if required else 0), output
    assert ("required, but" in output) is required
    assert ("1 skipped" in output) is not required
    assert "BRIMFUL_TEST_" in output, "says what to set"


def test_a_real_test_cannot_skip_itself_where_it_is_required(tmp_path: Path) -> None:
    test = tmp_path / "test_skips.py"
    test.write_text(SKIPS_ITSELF)
    # The same hooks as a plugin: this test lies outside of the repository.
    hooks = ("-c", os.devnull, "-p", "tests.services.required")
    code, output = run_pytest(str(test), *hooks, required=True)
    assert code == 1, output
    assert "skipped although real services are required" in output
