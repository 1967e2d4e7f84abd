"""A PostgreSQL and an MQTT broker that need no installation: for the demo and the tests.

They come from the wheels of the `embedded` extra. Production runs TimescaleDB
and Mosquitto: see docker-compose.yml.
"""

from cli.embedded.broker import BrokerAddress, embedded_broker
from cli.embedded.errors import EmbeddedError
from cli.embedded.postgres import embedded_postgres

__all__ = ["BrokerAddress", "EmbeddedError", "embedded_broker", "embedded_postgres"]
