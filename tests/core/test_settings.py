from pathlib import Path

import pytest
from pydantic import ValidationError

from core.settings import Settings

OPERATING = Path(__file__).parents[2] / "docs" / "operating.md"


def test_every_setting_is_described_and_documented_for_operators() -> None:
    text = OPERATING.read_text("utf-8")
    for name, field in Settings.model_fields.items():
        assert field.description, name
        assert f"`BRIMFUL_{name.upper()}`" in text, name


def test_docs_name_no_setting_that_does_not_exist() -> None:
    names = {f"BRIMFUL_{name.upper()}" for name in Settings.model_fields}
    table = [
        line.split("`")[1]
        for line in OPERATING.read_text("utf-8").splitlines()
        if line.startswith("| `BRIMFUL_")
    ]
    assert set(table) == names


def test_secrets_do_not_show() -> None:
    settings = Settings(
        database_url="postgresql://b:hunter2@h/b",
        mqtt_password="hunter2",
    )
    assert "hunter2" not in repr(settings)
    assert "hunter2" not in settings.model_dump_json()


def test_a_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRIMFUL_MQTT_PORT", "70000")
    with pytest.raises(ValidationError, match="mqtt_port"):
        Settings()


@pytest.mark.parametrize(
    "name",
    [
        "plan_daily_at",
        "mqtt_username",
        "mqtt_password",
        "ingest_rate_per_minute",
        "ingest_metrics_port",
    ],
)
def test_an_empty_variable_means_nothing(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(f"BRIMFUL_{name.upper()}", "")
    assert getattr(Settings(), name) is None
