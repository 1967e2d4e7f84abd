"""The screens for people: the crew's phone, the ops room, the way in. Files that vite has built."""

from http import HTTPStatus
from pathlib import Path

from fastapi import APIRouter, HTTPException
from fastapi.responses import FileResponse, Response
from starlette.responses import PlainTextResponse

BUILT = Path(__file__).parents[1] / "web" / "dist"
"""What `make web` writes and the wheel carries."""

SCREENS = ("ops", "phone", "signin")

router = APIRouter(include_in_schema=False)

# The maps draw in a worker of their own and show pictures they have made themselves.
POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; worker-src 'self' blob:; object-src 'none'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
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
async def read_ops(path: str = "") -> Response:  # noqa: ARG001 - the screen reads it itself
    """Give the ops room, whichever of its pages the address names."""
    return _screen("ops")


@router.get("/signin")
@router.get("/signin/{path:path}")
async def read_signin(path: str = "") -> Response:  # noqa: ARG001 - the screen reads it itself
    """Give the way in."""
    return _screen("signin")


@router.get("/phone")
@router.get("/phone/{path:path}")
async def read_phone(path: str = "") -> Response:
    """Give the crew's phone, or one of the files that make it an app: its worker, icons, name."""
    if "." in path:
        return FileResponse(_file("phone", path), headers=_ASK_AGAIN)
    return _screen("phone")


def _screen(name: str) -> Response:
    page = BUILT / name / "index.html"
    if not page.is_file():
        return PlainTextResponse(
            "The screens are not built here: run `make web`, or install Brimful's wheel.\n",
            status_code=HTTPStatus.SERVICE_UNAVAILABLE,
        )
    return FileResponse(page, headers={"Content-Security-Policy": POLICY, **_ASK_AGAIN})


def _file(*parts: str) -> Path:
    """Return a built file; 404 where there is none, and for what lies outside."""
    found = BUILT.joinpath(*parts).resolve()
    if not found.is_relative_to(BUILT.resolve()) or not found.is_file():
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return found
