"""How the demo is reached: from this machine, and from a phone in the same network."""

import socket
from urllib.parse import urlsplit

EVERYWHERE = "0.0.0.0"  # noqa: S104 - the demo's town is invented, and nobody sees it unsigned
# Reserved for documentation (RFC 5737): no packet leaves for choosing the way to it.
_SOMEWHERE = ("192.0.2.1", 9)


def addresses_of(served: str) -> tuple[str, str]:
    """Return the addresses of a server for this machine and for its network.

    Both are ``served`` itself (``http://host:port``) unless it listens everywhere.
    """
    parts = urlsplit(served)
    if parts.hostname != EVERYWHERE:
        return served, served
    here = f"http://localhost:{parts.port}"
    own = own_address()
    return here, here if own is None else f"http://{own}:{parts.port}"


def own_address() -> str | None:
    """Return this machine's address in the network it reaches others by; None without one."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        try:
            asking.connect(_SOMEWHERE)
        except OSError:
            return None
        host = str(asking.getsockname()[0])
    return None if host.startswith("127.") or host == EVERYWHERE else host
