"""Who may do what at the broker: users, passwords as Mosquitto keeps them, the access list."""

import base64
import hashlib
from collections.abc import Sequence

from core.wire import READINGS_FILTER

INGEST_USER = "ingest"
GATEWAY_USER = "gateway"
SERVICE_USERS = frozenset({INGEST_USER, GATEWAY_USER})
"""Users of the broker that are no sensors: no sensor may be called so."""

PASSWORD_BYTES = 24
"""192 random bits: nobody guesses them, with whatever hash."""
SALT_BYTES = 12
ITERATIONS = 101
"""mosquitto_passwd's own. More would slow down nothing but the broker, which hashes once for each
connection, all in one thread: a random password cannot be found by trying."""

_FILTERS = (READINGS_FILTER, "v3/#", "application/#")


def new_password(random: bytes) -> str:
    """Write PASSWORD_BYTES random bytes as a password that any device and shell can hold."""
    return base64.urlsafe_b64encode(random).decode().rstrip("=")


def password_hash(password: str, salt: bytes, *, iterations: int = ITERATIONS) -> str:
    """Return what stands in Mosquitto's password file after the user's name.

    PBKDF2 (RFC 8018) with HMAC-SHA-512 and 64 bytes of key; ``$7$`` is Mosquitto's mark for it.
    """
    key = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, iterations)
    parts = (str(iterations), base64.b64encode(salt).decode(), base64.b64encode(key).decode())
    return "$7$" + "$".join(parts)


def access_list(gateways: Sequence[str] = (GATEWAY_USER,)) -> str:
    """Return Mosquitto's access list; everything that is not named in it is refused.

    ``gateways`` are the users that speak for many sensors.
    """
    read = "\n".join(f"topic read {filter_}" for filter_ in _FILTERS)
    write = "\n".join(f"topic write {filter_}" for filter_ in _FILTERS)
    writers = "\n\n".join(f"user {gateway}\n{write}" for gateway in gateways)
    return f"""\
# Who may do what. Everything that is not named here is refused.
# `brimful broker files` writes this list; core/broker_access.py says what is in it.

# The ingester reads what sensors and network servers publish and never writes. $SYS tells a
# health check that the broker is alive.
user {INGEST_USER}
{read}
topic read $SYS/broker/uptime

# Gateways and network servers speak for many sensors: they write and never read.
{writers}

# A sensor with credentials of its own, whose user name is its sensor_id, writes below its own
# name and reads nothing. The whole of bins/ID/, not bins/ID/readings alone: an MQTT 3.1.1 device
# is told "accepted" also for what this list refuses, so what it publishes beside the right topic
# has to reach the ingester, which sets it aside.
pattern write bins/%u/#
"""
