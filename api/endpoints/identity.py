"""The way to an identity provider and back: for browsers, which are led from page to page."""

from hmac import compare_digest
from http import HTTPStatus
from urllib.parse import urlencode

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

import store
from api import cookies, identity, signing_in
from api.context import Now, UseContext
from api.identity import Asked, RefusedError
from core.logs import get_logger
from core.rules.identity import Refused, own_path, role_of, user_names
from store import audit, identities
from store.accounts import Account
from store.tokens import Role

WAITS_S = 600
"""So long somebody may take at the provider."""

router = APIRouter(prefix="/session/oidc", include_in_schema=False)
_log = get_logger(__name__)


@router.get("")
async def ask_provider(*, use: UseContext, request: Request, next: str | None = None) -> Response:  # noqa: A002 - the parameter's name
    """Lead a browser to the identity provider; 404 where none is set."""
    settings = use.settings
    if settings.oidc_issuer is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    asked = Asked.new(own_path(next))
    back = identity.redirect_uri(settings, str(request.base_url))
    try:
        address = await identity.address_to_ask(settings, asked, back=back)
    except RefusedError as error:
        _log.warning("identity provider", why=error.why, told=error.told)
        return _refused(error.why, asked)
    answer = RedirectResponse(address, HTTPStatus.SEE_OTHER)
    # Lax: the provider's page leads back here, and this one has to come along
    answer.set_cookie(
        _cookie(use),
        asked.cookie(),
        max_age=WAITS_S,
        path="/",
        secure=settings.is_https,
        httponly=True,
        samesite="lax",
    )
    return answer


@router.get("/callback")
async def come_back(
    *,
    use: UseContext,
    now: Now,
    request: Request,
    code: str | None = None,
    state: str | None = None,
    error: str | None = None,
) -> Response:
    """Let in whom the identity provider vouches for, or lead to the words for why not."""
    if use.settings.oidc_issuer is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    asked = Asked.read(request.cookies.get(_cookie(use)))
    try:
        answer = await _come_in(use, request, _own(asked, state), _given(code, error), now)
    except RefusedError as refused:
        _log.warning("identity provider", why=refused.why, told=refused.told)
        async with store.transaction(use.pool) as conn:
            await audit.note(
                conn,
                who=audit.NOBODY,
                what="session.refused",
                subject=f"identity provider {use.settings.oidc_called}",
                detail={"why": str(refused.why)},
                now=now,
            )
        answer = _refused(refused.why, asked)
    answer.delete_cookie(_cookie(use), path="/", secure=use.settings.is_https, httponly=True)
    return answer


def _own(asked: Asked | None, state: str | None) -> Asked:
    """Return what this browser asked; it is refused where another one did."""
    if asked is None or not compare_digest(asked.state.encode(), (state or "").encode()):
        raise RefusedError(Refused.EXPIRED, "the state is not the browser's")
    return asked


def _given(code: str | None, error: str | None) -> str:
    if error is not None or code is None:
        raise RefusedError(Refused.DENIED, (error or "no code")[:100])
    return code


async def _come_in(
    use: UseContext, request: Request, asked: Asked, code: str, now: Now
) -> RedirectResponse:
    settings = use.settings
    back = identity.redirect_uri(settings, str(request.base_url))
    claims = await identity.claims_of(settings, asked, code=code, back=back, now=now)
    role = role_of(claims, claim=settings.oidc_role_claim, roles=settings.oidc_roles)
    if role is None:
        raise RefusedError(Refused.NO_ROLE, f"claim {settings.oidc_role_claim}")
    issuer, subject = str(claims["iss"]), str(claims["sub"])
    names = user_names(claims, issuer=issuer, subject=subject)
    async with store.transaction(use.pool) as conn:
        account: Account = await identities.known(
            conn,
            issuer=issuer,
            subject=subject,
            user_names=names,
            name=str(claims.get("name") or names[0])[:100],
            role=Role(role),
            now=now,
        )
        if account.disabled_at is not None:
            raise RefusedError(Refused.DISABLED, account.user_name)
        secret, max_age_s = await signing_in.begin(conn, settings, request, account, now=now)
    answer = RedirectResponse(asked.next or "/ops/", HTTPStatus.SEE_OTHER)
    cookies.give(answer, settings, secret, max_age_s=max_age_s)
    return answer


def _refused(why: Refused, asked: Asked | None) -> RedirectResponse:
    query = {"refused": str(why), **({"next": asked.next} if asked and asked.next else {})}
    return RedirectResponse(f"/signin/?{urlencode(query)}", HTTPStatus.SEE_OTHER)


def _cookie(use: UseContext) -> str:
    return f"{cookies.name_of(use.settings)}-oidc"
