"""The cookie that a session is known by."""

from fastapi import Request, Response

from core.settings import Settings

PLAIN = "brimful"
"""Over http; over https `__Host-brimful`, which no other host can set and no page can read."""


def name_of(settings: Settings) -> str:
    """Return the cookie's name: browsers hold `__Host-` to be Secure, for / and this host alone."""
    return f"__Host-{PLAIN}" if settings.is_https else PLAIN


def read(request: Request, settings: Settings) -> str | None:
    """Return the secret a request came with."""
    return request.cookies.get(name_of(settings))


def give(response: Response, settings: Settings, secret: str, *, max_age_s: int) -> None:
    """Set it. Strict: a link from elsewhere opens the page without it; what that asks has it."""
    response.set_cookie(
        name_of(settings),
        secret,
        max_age=max_age_s,
        path="/",
        secure=settings.is_https,
        httponly=True,
        samesite="strict",
    )


def take_back(response: Response, settings: Settings) -> None:
    """Let the browser forget it."""
    response.delete_cookie(
        name_of(settings), path="/", secure=settings.is_https, httponly=True, samesite="strict"
    )
