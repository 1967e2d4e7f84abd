"""The few pages for people: what this is, and the interface to read and try.

Swagger UI's files come from the fastapi-swagger package, unchanged: nothing is loaded from
another host.
"""

from importlib import resources

from fastapi import APIRouter, HTTPException
from fastapi.responses import HTMLResponse, Response

router = APIRouter(include_in_schema=False)

# Swagger UI styles its elements one by one and draws icons from data: addresses.
_DOCS_POLICY = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "frame-ancestors 'none'; base-uri 'none'"
)
_HOME_POLICY = "default-src 'self'; img-src data:; frame-ancestors 'none'; base-uri 'none'"
_FILES = {
    "start.js": ("api.web", "text/javascript"),
    "swagger-ui-bundle.js": ("fastapi_swagger.resources", "text/javascript"),
    "swagger-ui.css": ("fastapi_swagger.resources", "text/css"),
    "favicon-32x32.png": ("fastapi_swagger.resources", "image/png"),
}
_FOR_A_DAY = {"Cache-Control": "public, max-age=86400"}


@router.get("/")
async def read_home() -> HTMLResponse:
    """Say what this is."""
    return HTMLResponse(
        _read("api.web", "home.html"), headers={"Content-Security-Policy": _HOME_POLICY}
    )


@router.get("/home.css")
async def read_home_style() -> Response:
    """Give the style of the page at /."""
    return Response(_read("api.web", "home.css"), media_type="text/css", headers=_FOR_A_DAY)


@router.get("/docs")
async def read_docs() -> HTMLResponse:
    """Show the interface in Swagger UI."""
    return HTMLResponse(
        _read("api.web", "docs.html"), headers={"Content-Security-Policy": _DOCS_POLICY}
    )


@router.get("/docs/{name}")
async def read_docs_file(name: str) -> Response:
    """Give one of the files /docs is made of."""
    if name not in _FILES:
        raise HTTPException(404)
    package, media_type = _FILES[name]
    return Response(_read(package, name), media_type=media_type, headers=_FOR_A_DAY)


def _read(package: str, name: str) -> bytes:
    return resources.files(package).joinpath(name).read_bytes()
