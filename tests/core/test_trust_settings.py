from dataclasses import asdict

import pytest
from pydantic import ValidationError

from core.rules.trust_limits import DEFAULT_LIMITS
from core.settings import Settings
from core.trust_settings import TrustSettings


def test_every_limit_is_a_setting_with_the_same_default() -> None:
    assert Settings().trust_limits == DEFAULT_LIMITS
    assert set(TrustSettings.model_fields) == {f"trust_{name}" for name in asdict(DEFAULT_LIMITS)}


def test_a_setting_reaches_the_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRIMFUL_TRUST_STUCK_H", "12.5")
    assert Settings().trust_limits.stuck_h == 12.5


@pytest.mark.parametrize(
    ("name", "value"), [("STUCK_H", "0"), ("BOUNCE_PCT", "-1"), ("EMPTYING_LEFT_SHARE", "1.5")]
)
def test_an_impossible_limit_is_refused(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"BRIMFUL_TRUST_{name}", value)
    with pytest.raises(ValidationError, match=f"trust_{name.lower()}"):
        Settings()
