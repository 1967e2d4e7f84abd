"""The screens for people: the crew's phone, the ops room, the way in. Files that vite has built."""

from http import HTTPStatus
from pathlib import Path

from fastapi import APIRouter, HTTPException
from fastapi.responses import FileResponse, Response
from starlette.responses import PlainTextResponse

from api.context import UseContext
from core.settings import Settings

BUILT = Path(__file__).parents[1] / "web" / "dist"
"""What `make web` writes and the wheel carries."""

SCREENS = ("ops", "phone", "signin")

router = APIRouter(include_in_schema=False)

# Vite names each file after its contents: what has been fetched once is never asked for again.
_FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable"}
# Asked for each time, and answered with 304 while it is the same.
_ASK_AGAIN = {"Cache-Control": "no-cache"}


@router.get("/assets/{name}")
async def read_asset(name: str) -> Response:
    """Give one of the files the screens are made of."""
    return FileResponse(_file("assets", name), headers=_FOR_EVER)


@router.get("/ops")
@router.get("/ops/{path:path}")
async def read_ops(
    use: UseContext,
    path: str = "",  # noqa: ARG001 - the screen reads it itself
) -> Response:
    """Give the ops room, whichever of its pages the address names."""
    return _screen("ops", use.settings)


@router.get("/signin")
@router.get("/signin/{path:path}")
async def read_signin(
    use: UseContext,
    path: str = "",  # noqa: ARG001 - the screen reads it itself
) -> Response:
    """Give the way in."""
    return _screen("signin", use.settings)


@router.get("/phone")
@router.get("/phone/{path:path}")
async def read_phone(use: UseContext, path: str = "") -> Response:
    """Give the crew's phone, or one of the files that make it an app: its worker, icons, name."""
    if "." in path:
        # its worker asks for the map's tiles under the policy it came with
        policy = {"Content-Security-Policy": policy_of(use.settings)}
        return FileResponse(_file("phone", path), headers={**policy, **_ASK_AGAIN})
    return _screen("phone", use.settings)


def policy_of(settings: Settings) -> str:
    """Return the screens' content security policy: this server, and a tile server that is set."""
    tiles = "" if settings.map_tiles_origin is None else f" {settings.map_tiles_origin}"
    return (
        # The maps draw in a worker of their own and show pictures they have made themselves.
        f"default-src 'self'; connect-src 'self'{tiles}; img-src 'self' data: blob:{tiles}; "
        "worker-src 'self' blob:; object-src 'none'; form-action 'self'; frame-ancestors 'none'; "
        "base-uri 'none'"
    )


def _screen(name: str, settings: Settings) -> Response:
    page = BUILT / name / "index.html"
    if not page.is_file():
        return PlainTextResponse(
            "The screens are not built here: run `make web`, or install Brimful's wheel.\n",
            status_code=HTTPStatus.SERVICE_UNAVAILABLE,
        )
    return FileResponse(
        page, headers={"Content-Security-Policy": policy_of(settings), **_ASK_AGAIN}
    )


def _file(*parts: str) -> Path:
    """Return a built file; 404 where there is none, and for what lies outside."""
    found = BUILT.joinpath(*parts).resolve()
    if not found.is_relative_to(BUILT.resolve()) or not found.is_file():
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return found
