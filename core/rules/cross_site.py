"""Requests that another site makes a browser send, told from its own by what browsers say."""

from urllib.parse import urlsplit

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def comes_from_elsewhere(
    method: str, *, fetch_site: str | None, origin: str | None, host: str, own_origin: str | None
) -> bool:
    """Say whether a request that changes something comes from another site's page.

    Browsers send Sec-Fetch-Site (over https and to localhost) or, all of them for such methods,
    Origin; what sends neither is no browser, and has no cookies but those given to it.

    Args:
        method: the request's method.
        fetch_site: its header Sec-Fetch-Site.
        origin: its header Origin.
        host: its header Host, which a page cannot choose.
        own_origin: the address people reach this server by, where it is set.

    Source: Go's net/http CrossOriginProtection (https://words.filippo.io/csrf/).
    """
    if method in SAFE_METHODS:
        return False
    if origin is not None and origin == own_origin:
        return False
    if fetch_site:
        return fetch_site not in {"same-origin", "none"}
    return bool(origin) and urlsplit(origin or "").netloc != host
