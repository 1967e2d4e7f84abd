"""What a session with the broker is made of: topics, TLS, how much and how long it keeps for us."""

import ssl

from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from core.errors import BrimfulError
from core.settings import Settings
from ingest.envelopes import FILTERS
from ingest.share import share_group


class BrokerError(BrimfulError):
    """The broker cannot be reached, went away, or does not let us in or read.

    ``taken_over``: another client uses our session.
    """

    def __init__(self, text: str, *, taken_over: bool = False) -> None:
        super().__init__(text)
        self.taken_over = taken_over


def topics(settings: Settings) -> dict[str, str]:
    """Return what is subscribed to, by the filter the operator knows."""
    group = share_group(settings)
    prefix = "" if group is None else f"$share/{group}/"
    return {filter_: f"{prefix}{filter_}" for filter_ in settings.mqtt_filters or FILTERS}


def tls(settings: Settings) -> ssl.SSLContext | None:
    """Return what TLS needs, with the broker's certificate and its host name checked.

    Raises BrokerError for a CA file that cannot be used.
    """
    if not settings.mqtt_tls:
        return None
    try:
        return ssl.create_default_context(cafile=settings.mqtt_ca_file)
    except OSError as error:  # ssl.SSLError is one too
        raise BrokerError(
            f"BRIMFUL_MQTT_CA_FILE {settings.mqtt_ca_file} cannot be used: {error}"
        ) from error


def properties(settings: Settings, *, lasting: bool) -> Properties:
    """Return what an MQTT 5 CONNECT says: how long to keep the session, how much to send ahead."""
    told = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call] # paho leaves it untyped
    told.SessionExpiryInterval = settings.mqtt_session_expiry_s if lasting else 0
    told.ReceiveMaximum = settings.ingest_in_flight_max
    return told
