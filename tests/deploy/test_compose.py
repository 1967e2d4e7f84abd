"""docker-compose.yml says what the code knows: commands, settings, users, passwords."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.main import get_command

from cli.main import app
from core.settings import Settings

ROOT = Path(__file__).parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = [name for name, service in SERVICES.items() if service["image"].startswith("brimful")]
COMMANDS = get_command(app)
# It starts as root to give its volume to `postgres`, then becomes that user.
ROOT_WITH_REASON = {"timescaledb"}


def options_of(command: str) -> set[str]:
    commands = getattr(COMMANDS, "commands", {})
    assert command in commands, f"there is no `brimful {command}`"
    return {option for each in commands[command].params for option in each.opts}


def doctor_calls() -> list[tuple[str, list[str]]]:
    checks = [(name, service["healthcheck"]["test"]) for name, service in SERVICES.items()
              if "healthcheck" in service]  # fmt: skip
    return [(name, test[2:]) for name, test in checks if test[:2] == ["CMD", "brimful"]]


@pytest.mark.parametrize("service", OURS)
def test_each_command_exists_with_its_options(service: str) -> None:
    command, *arguments = SERVICES[service]["command"]
    options = options_of(command)
    assert {a for a in arguments if a.startswith("--")} <= options


@pytest.mark.parametrize(("service", "call"), doctor_calls())
def test_each_health_check_command_exists_with_its_options(service: str, call: list[str]) -> None:
    command, *arguments = call
    assert {a for a in arguments if a.startswith("--")} <= options_of(command), service


@pytest.mark.parametrize("service", OURS)
def test_each_brimful_variable_is_a_setting(service: str) -> None:
    known = {f"BRIMFUL_{name}".upper() for name in Settings.model_fields}
    named = {name for name in SERVICES[service]["environment"] if name.startswith("BRIMFUL_")}
    assert named
    assert named <= known


@pytest.mark.parametrize("service", OURS)
def test_the_settings_are_accepted(service: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SERVICES[service]["environment"].items():
        monkeypatch.setenv(name, value)
    Settings(_env_file=None)


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_has_a_health_check_or_ends(service: str) -> None:
    assert "healthcheck" in SERVICES[service] or SERVICES[service]["restart"] == "no"


@pytest.mark.parametrize("service", SERVICES)
def test_nothing_runs_as_root_without_reason(service: str) -> None:
    if service in OURS:
        last_stage = (ROOT / "deploy" / "Dockerfile").read_text().rpartition("\nFROM ")[2]
        users = re.findall(r"^USER (\S+)", last_stage, re.MULTILINE)
        assert users
        assert not re.match(r"root|0(:|$)", users[-1])
        assert "user" not in SERVICES[service]
    elif service not in ROOT_WITH_REASON:
        assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", SERVICES[service]["user"])


@pytest.mark.parametrize("service", sorted(SERVICES.keys() - ROOT_WITH_REASON))
def test_the_root_file_system_is_read_only(service: str) -> None:
    assert SERVICES[service]["read_only"] is True
    assert SERVICES[service]["cap_drop"] == ["ALL"]


def test_every_image_is_pinned() -> None:
    for service in SERVICES.values():
        assert re.search(r":(local|\d+\.\d+\.\d+\S*)$", service["image"]), service["image"]


def test_every_password_comes_from_the_environment_and_is_required() -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    named = re.findall(r"PASSWORD: (.*)", text)
    assert named
    assert all(re.fullmatch(r"\$\{\w+:\?.+\}", value) for value in named)


def test_every_variable_stands_in_the_example() -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    example = (ROOT / ".env.example").read_text()
    assert set(re.findall(r"\$\{(\w+)", text)) == set(re.findall(r"^(\w+)=", example, re.MULTILINE))


def test_no_port_is_open_to_the_world_unless_asked() -> None:
    published = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert published
    assert all(":-127.0.0.1:" in port for port in published)


def test_the_image_has_every_package() -> None:
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "bench"}
    allowed = set(re.findall(r"^!(\w+)$", (ROOT / ".dockerignore").read_text(), re.MULTILINE))
    assert packages <= allowed
