"""The broker as the simulators know it, from the settings."""

from core.settings import Settings
from simulators.broker import Broker


def broker_of(settings: Settings) -> Broker:
    """Return where the settings say that readings go."""
    password = settings.mqtt_password
    return Broker(
        host=settings.mqtt_host,
        port=settings.mqtt_port,
        username=settings.mqtt_username,
        password=None if password is None else password.get_secret_value(),
        protocol=settings.mqtt_protocol,
        tls=settings.mqtt_tls,
        ca_file=settings.mqtt_ca_file,
    )
