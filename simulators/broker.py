"""The broker as a simulated sensor knows it: where it is, as whom to come, whom to believe."""

import ssl
from dataclasses import dataclass, field
from typing import Literal

from core.errors import BrimfulError


class BrokerRefusedError(BrimfulError):
    """The broker cannot be reached at the start, or does not take messages from this user."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Broker:
    """Where and as whom to publish."""

    host: str
    port: int = 1883
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    protocol: Literal["5", "3.1.1"] = "5"
    tls: bool = False
    ca_file: str | None = None


def tls_context(broker: Broker) -> ssl.SSLContext | None:
    """Return what TLS needs, with the broker's certificate and its host name checked.

    Raises BrokerRefusedError for a CA file that cannot be used.
    """
    if not broker.tls:
        return None
    try:
        return ssl.create_default_context(cafile=broker.ca_file)
    except OSError as error:  # ssl.SSLError is one too
        raise BrokerRefusedError(
            f"BRIMFUL_MQTT_CA_FILE {broker.ca_file} cannot be used: {error}"
        ) from error
