"""What an identity provider's claims mean here, and where signing in by it may lead."""

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from hashlib import sha256
from urllib.parse import urlsplit

PERSON_ROLES = ("ops", "viewer", "device_admin")
# A path of this server: one slash, then neither slash nor backslash; nothing that a browser drops.
_OWN_PATH = re.compile(r"/(?![/\\])[!-\[\]-~]*")


class Refused(StrEnum):
    """Why somebody does not come in by the identity provider; the page for signing in says it."""

    UNREACHABLE = "unreachable"
    DENIED = "denied"
    EXPIRED = "expired"
    INVALID = "invalid"
    NO_ROLE = "no_role"
    DISABLED = "disabled"


def role_of(
    claims: Mapping[str, object], *, claim: str, roles: Sequence[tuple[str, str]]
) -> str | None:
    """Return the first role whose value the claim holds; None: this person has none here.

    ``claim`` may lead inside by dots; the claim may be one text or a list of them.
    """
    found: object = claims
    # a claim may have dots in its own name (https://town.example/roles)
    for part in [claim] if claim in claims else claim.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    said = {found} if isinstance(found, str) else set()
    if isinstance(found, list):
        said = {one for one in found if isinstance(one, str)}
    return next((role for value, role in roles if value in said), None)


def user_names(claims: Mapping[str, object], *, issuer: str, subject: str) -> Sequence[str]:
    """Return user names for a person, the best first; the last one is nobody else's.

    One that somebody has already is never taken over: it may be another person.
    """
    told = next(
        (str(claims[name]) for name in ("preferred_username", "email") if claims.get(name)), ""
    )
    plain = re.sub(r"[^a-z0-9._@+-]", "", told.lower()).lstrip("._@+-")[:40] or "person"
    host = re.sub(r"[^a-z0-9.-]", "", urlsplit(issuer).hostname or "")[:23]
    mark = sha256(f"{issuer} {subject}".encode()).hexdigest()[:16]
    return (plain, f"{plain}@{host}", f"{plain}-{mark}")


def own_path(address: str | None) -> str | None:
    """Return the address if it is a page of this server, None if it leads elsewhere."""
    if address is None or not _OWN_PATH.fullmatch(address) or address.startswith("/signin"):
        return None
    return address
