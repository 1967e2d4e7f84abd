"""Who may try a password now, what a password must be, and who a wrong one is counted for."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address

PASSWORD_MIN_CHARS = 12
PASSWORD_MAX_CHARS = 200
USER_NAME = r"^[a-z0-9][a-z0-9._@+-]{0,63}$"
_FEW_DIFFERENT = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """So many attempts that fail may be made within the window."""

    window: timedelta
    account_max: int
    address_max: int


def wait_for(
    *, account: Sequence[datetime], address: Sequence[datetime], limits: Limits, now: datetime
) -> timedelta | None:
    """Return how long to wait before another attempt; None: it may be made now.

    ``account`` and ``address`` are the times of the attempts that failed for the user name and
    from the address.
    """
    waits = [
        wait
        for times, most in ((account, limits.account_max), (address, limits.address_max))
        if (wait := _wait(times, most, limits.window, now)) is not None
    ]
    return max(waits, default=None)


def _wait(
    times: Sequence[datetime], most: int, window: timedelta, now: datetime
) -> timedelta | None:
    counted = sorted(at for at in times if at > now - window)
    # when the one that fills the last place is no longer counted
    return counted[-most] + window - now if len(counted) >= most else None


def counted_address(address: str) -> str:
    """Return what attempts are counted for: an IPv4 address, or the /64 an IPv6 one is of.

    Whoever has one address of an IPv6 network has all 2**64.
    """
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return "unknown"
    if not isinstance(found, IPv6Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return f"{IPv6Address(int(found) >> 64 << 64)}/64"


def refuse_user_name(user_name: str) -> str | None:
    """Say why this cannot be a user name; None: it can."""
    if re.fullmatch(USER_NAME, user_name):
        return None
    return (
        "must be 1 to 64 of the characters a-z, 0-9 and . _ @ + -, and begin with a letter or digit"
    )


def refuse_password(password: str, *, user_name: str) -> str | None:
    """Say why this cannot be a password; None: it can.

    Length is what counts, and no rules about kinds of characters (NIST SP 800-63B, 3.1.1.2).
    """
    if not PASSWORD_MIN_CHARS <= len(password) <= PASSWORD_MAX_CHARS:
        return (
            f"must be {PASSWORD_MIN_CHARS} to {PASSWORD_MAX_CHARS} characters long; "
            "a few words in a row do well"
        )
    told = password.lower()
    if len(set(told)) < _FEW_DIFFERENT:
        return f"must have at least {_FEW_DIFFERENT} different characters"
    rest = told.replace(user_name, "").replace("brimful", "").replace("password", "")
    if len(rest) < PASSWORD_MIN_CHARS // 2:
        return "must not be the user name or another word that is guessed first"
    return None


def device_name(user_agent: str) -> str:
    """Say what somebody signs in with, as they would: "Firefox on Linux"."""
    browser = _first(user_agent, _BROWSERS) or "A browser"
    system = _first(user_agent, _SYSTEMS)
    return f"{browser} on {system}" if system else browser


# In this order: each of the later ones is named by the earlier ones too.
_BROWSERS = {
    "Edg": "Edge",
    "OPR/": "Opera",
    "SamsungBrowser": "Samsung Internet",
    "Firefox/": "Firefox",
    "FxiOS": "Firefox",
    "Chrome/": "Chrome",
    "CriOS": "Chrome",
    "Safari/": "Safari",
}
_SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "Mac OS X": "Mac",
    "Linux": "Linux",
}


def _first(text: str, names: dict[str, str]) -> str | None:
    return next((name for sign, name in names.items() if sign in text), None)
