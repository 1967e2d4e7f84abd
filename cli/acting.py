"""Who runs this command, for the audit trail."""

import getpass
import os

from store.audit import Actor, Kind


def acting() -> Actor:
    """Return the system user as an actor: ``cli:anna``."""
    try:
        user = getpass.getuser()
    except (OSError, KeyError):  # a container's user may have a number alone
        user = f"uid {os.getuid()}"
    return Actor(name=f"cli:{user}", role=None, kind=Kind.COMMAND)
