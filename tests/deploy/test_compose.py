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
# What only makes certificates asks for no settings.
CONFIGURED = [name for name in OURS if name != "certificates"]
COMMANDS = get_command(app)
# It starts as root to give its volume to `postgres`, then becomes that user.
ROOT_WITH_REASON = {"timescaledb"}


def options_of(words: list[str]) -> tuple[set[str], list[str]]:
    """Return the options of the command the words begin with, and the words after its name."""
    command: Any = COMMANDS
    while (group := getattr(command, "commands", None)) is not None:
        assert words[0] in group, f"there is no `brimful ... {words[0]}`"
        command, words = group[words[0]], words[1:]
    return {option for each in command.params for option in each.opts}, words


def doctor_calls() -> list[tuple[str, list[str]]]:
    checks = [(name, service["healthcheck"]["test"]) for name, service in SERVICES.items()
              if "healthcheck" in service]  # fmt: skip
    return [(name, test[2:]) for name, test in checks if test[:2] == ["CMD", "brimful"]]


@pytest.mark.parametrize("service", OURS)
def test_each_command_exists_with_its_options(service: str) -> None:
    options, arguments = options_of(SERVICES[service]["command"])
    assert {a for a in arguments if a.startswith("--")} <= options


@pytest.mark.parametrize(("service", "call"), doctor_calls())
def test_each_health_check_command_exists_with_its_options(service: str, call: list[str]) -> None:
    options, arguments = options_of(call)
    assert {a for a in arguments if a.startswith("--")} <= options, service


@pytest.mark.parametrize("service", CONFIGURED)
def test_each_brimful_variable_is_a_setting(service: str) -> None:
    known = {f"BRIMFUL_{name}".upper() for name in Settings.model_fields}
    named = {name for name in SERVICES[service]["environment"] if name.startswith("BRIMFUL_")}
    assert named
    assert named <= known


@pytest.mark.parametrize("service", CONFIGURED)
def test_the_settings_are_accepted(service: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SERVICES[service]["environment"].items():
        # as compose reads it where .env says nothing
        monkeypatch.setenv(name, re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", value))
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
        assert re.search(r":(local|v?\d+\.\d+\.\d+\S*)$", service["image"]), service["image"]


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


def test_only_the_port_with_tls_leaves_the_network() -> None:
    (port,) = SERVICES["mosquitto"]["ports"]
    assert port.rpartition(":")[2] == "8883"
    listeners = (ROOT / "deploy/mosquitto/mosquitto.conf").read_text().split("\nlistener ")[1:]
    assert [text.split("\n")[0] for text in listeners] == ["1883 127.0.0.1", "8884", "8883"]
    assert all("\ncertfile " in text for text in listeners[1:])
    assert "\nuse_username_as_clientid true\n" in listeners[2]


@pytest.mark.parametrize("service", ["ingest", "simulate"])
def test_the_services_come_by_tls_and_check_the_broker(service: str) -> None:
    environment = SERVICES[service]["environment"]
    assert environment["BRIMFUL_MQTT_TLS"] == "true"
    assert environment["BRIMFUL_MQTT_PORT"] == "8884"
    folder = SERVICES[service]["volumes"][0].split(":")[1]
    assert environment["BRIMFUL_MQTT_CA_FILE"] == f"{folder}/ca.crt"
    named = SERVICES["certificates"]["command"]
    assert environment["BRIMFUL_MQTT_HOST"] in named, "the certificate is made for that name"


def test_what_the_broker_reads_is_written_by_others_for_its_group() -> None:
    image = (ROOT / "deploy" / "Dockerfile").read_text()
    group = SERVICES["mosquitto"]["user"].partition(":")[2]
    # 2: what is written there gets the folder's group
    assert f"--group={group} --mode=2750 /broker" in image
    (mounted,) = [v for v in SERVICES["mosquitto"]["volumes"] if isinstance(v, dict)]
    assert mounted["read_only"] is True
    assert mounted["volume"]["nocopy"] is True


def test_the_image_has_every_package() -> None:
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "bench"}
    allowed = set(re.findall(r"^!(\w+)$", (ROOT / ".dockerignore").read_text(), re.MULTILINE))
    assert packages <= allowed
