"""A PostgreSQL and an MQTT broker that need no installation: for the demo and the tests.

They come from the wheels of the `embedded` extra. Production runs TimescaleDB
and Mosquitto: see docker-compose.yml.

Run as root they leave two things behind, since PostgreSQL refuses to run as root: the system user
`brimful-embedded`, and the right to pass (not read) on closed folders above the data and the
wheel, as /root is. Neither is taken back: another run may depend on it at that moment.
"""

from cli.embedded.broker import BrokerAddress, embedded_broker
from cli.embedded.errors import EmbeddedError
from cli.embedded.leftovers import sweep
from cli.embedded.postgres import embedded_postgres

__all__ = ["BrokerAddress", "EmbeddedError", "embedded_broker", "embedded_postgres", "sweep"]
