import pytest

from core.settings import Settings
from ingest.explain import explain, explain_subscription


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (0x84, "BRIMFUL_MQTT_PROTOCOL=3.1.1"),
        (0x85, "BRIMFUL_MQTT_CLIENT_ID"),
        (0x86, "BRIMFUL_MQTT_PASSWORD"),
        (0x8E, "one ingester for each client id"),
        (None, "is it running"),
        (0x88, "server away"),
    ],
)
def test_a_refusal_says_what_to_do(code: int | None, words: str) -> None:
    assert words in explain(code, "server away", Settings())


@pytest.mark.parametrize(("code", "words"), [(0, "allow QoS 1"), (0x87, "access list")])
def test_a_subscription_not_granted_says_what_to_do(code: int, words: str) -> None:
    told = explain_subscription("bins/#", code, Settings())
    assert words in told
    assert "bins/#" in told
