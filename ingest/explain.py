"""What a broker's refusal means for the person who runs the ingester, and what to do."""

from core.settings import Settings

SESSION_TAKEN_OVER = 0x8E

_UNSUPPORTED_VERSION = frozenset({0x01, 0x84})
_BAD_CLIENT_ID = frozenset({0x02, 0x85})
_BAD_LOGIN = frozenset({0x04, 0x05, 0x86, 0x87})
_UNTRUSTED = "CERTIFICATE_VERIFY_FAILED"
"""How OpenSSL says so, for a wrong authority, a wrong host and a certificate that has ended."""


def explain(code: int | None, text: str, settings: Settings) -> str:
    """Say what is wrong and what to do.

    ``code`` is the reason code of an MQTT 5 CONNACK or DISCONNECT (MQTT 5.0, 2.4), or the return
    code of a 3.1.1 CONNACK (MQTT 3.1.1, 3.2.2.3); None where no broker answered.
    """
    broker = f"{settings.mqtt_host}:{settings.mqtt_port}"
    if code in _BAD_LOGIN:
        who = settings.mqtt_username or "(none)"
        return (
            f"broker {broker} refuses user {who}: check BRIMFUL_MQTT_USERNAME and "
            "BRIMFUL_MQTT_PASSWORD against the broker's password file"
        )
    if code in _UNSUPPORTED_VERSION:
        return (
            f"broker {broker} does not speak MQTT {settings.mqtt_protocol}: "
            "set BRIMFUL_MQTT_PROTOCOL=3.1.1, or use a broker that speaks 5"
        )
    if code in _BAD_CLIENT_ID:
        return (
            f"broker {broker} refuses client id {settings.mqtt_client_id}: "
            "set another BRIMFUL_MQTT_CLIENT_ID"
        )
    if code == SESSION_TAKEN_OVER:
        return (
            f"another client took over the session {settings.mqtt_client_id} at {broker}: run one "
            "ingester for each client id (a second one needs its own BRIMFUL_MQTT_CLIENT_ID)"
        )
    if _UNTRUSTED in text:
        return (
            f"the certificate of broker {broker} is not accepted ({text}): BRIMFUL_MQTT_CA_FILE "
            "must hold the authority that made it, and BRIMFUL_MQTT_HOST be a name it is made for"
        )
    # an old broker may just hang up on a version it does not know
    five = settings.mqtt_protocol == "5"
    old = ", and does it speak MQTT 5 (if not: BRIMFUL_MQTT_PROTOCOL=3.1.1)" if five else ""
    return (
        f"no connection to broker {broker} ({text}): is it running, are BRIMFUL_MQTT_HOST, "
        f"BRIMFUL_MQTT_PORT and BRIMFUL_MQTT_TLS right{old}?"
    )


def explain_subscription(filter_: str, code: int, settings: Settings) -> str:
    """Say what a refused or weakened subscription means (``code`` of the SUBACK)."""
    broker = f"{settings.mqtt_host}:{settings.mqtt_port}"
    if code == 0:
        return (
            f"broker {broker} delivers {filter_} only with QoS 0, which may lose readings: "
            "allow QoS 1 there"
        )
    who = settings.mqtt_username or "(none)"
    return (
        f"broker {broker} refuses user {who} the subscription {filter_} (code {code:#04x}): "
        f"let that user read {filter_} in the broker's access list, or name what it may read in "
        "BRIMFUL_MQTT_FILTERS"
    )
