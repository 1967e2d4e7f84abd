"""The base map: what there is, how it looks, its tiles. Out of a file, without the database."""

import gzip
from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import APIRouter, Header, HTTPException, Path, Query
from fastapi.responses import Response

from api.auth import anybody
from api.basemap.style import style
from api.context import UseContext
from api.incoming import only_known_parameters
from api.openapi import errors
from api.schemas.maps import MapInfo, MapStyle

MOST_ZOOM = 24
_TILE = "application/vnd.mapbox-vector-tile"
_BYTES = {"schema": {"type": "string", "format": "binary"}, "example": "the bytes of a tile"}
# Kept for an hour without asking, then answered with 304 while the map is the same.
_AN_HOUR = "private, max-age=3600, stale-while-revalidate=604800"
_ASK_AGAIN = "no-cache"

router = APIRouter(tags=["map"], dependencies=[anybody, only_known_parameters])

type IfNoneMatch = Annotated[str | None, Header(include_in_schema=False)]


@router.get("/map/info", summary="What the base map is", responses=errors(401, 403, 422, 503))
async def read_map(use: UseContext) -> MapInfo:
    """Say what is drawn under bins and rounds, which box it covers and how old it is.

    For every role.
    """
    return MapInfo.of(await use.grounds.ground())


@router.get(
    "/map/style.json", summary="How the base map looks", responses=errors(401, 403, 422, 503)
)
async def read_style(
    use: UseContext,
    answer: Response,
    scheme: Annotated[
        Literal["light", "dark"], Query(description="For a bright or a dark screen.")
    ] = "light",
) -> MapStyle:
    """Give a style for MapLibre. It names no other host than a tile server set by the operator.

    For every role.
    """
    answer.headers["Cache-Control"] = _ASK_AGAIN
    return style(await use.grounds.ground(), scheme)


@router.get(
    "/map/tiles/{z}/{x}/{y}",
    summary="A tile of the base map",
    response_class=Response,
    responses={
        200: {"content": {_TILE: _BYTES}, "description": "A Mapbox vector tile, mostly gzipped."},
        204: {"description": "Nothing is drawn there."},
        304: {"description": "The tile is the one with the ETag in If-None-Match."},
        **errors(401, 403, 404, 422, 503),
    },
)
async def read_tile(
    *,
    use: UseContext,
    z: Annotated[int, Path(ge=0, le=MOST_ZOOM)],
    x: Annotated[int, Path(ge=0)],
    y: Annotated[int, Path(ge=0)],
    if_none_match: IfNoneMatch = None,
    accept_encoding: Annotated[str, Header(include_in_schema=False)] = "",
) -> Response:
    """Give a vector tile; 404 where this server has no tiles of its own (GET /map/info).

    For every role.
    """
    archive = (await use.grounds.ground()).archive
    if archive is None:
        raise HTTPException(
            HTTPStatus.NOT_FOUND, "This server has no tiles of its own; see GET /map/info."
        )
    if max(x, y) >= 1 << z:
        raise HTTPException(HTTPStatus.NOT_FOUND, "There is no such tile at this zoom.")
    tag = f'"{archive.revision}"'
    headers = {"ETag": tag, "Cache-Control": _AN_HOUR, "Vary": "Accept-Encoding"}
    if if_none_match is not None and tag in if_none_match.replace("W/", ""):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    tile = archive.tile(z, x, y)
    if tile is None:
        return Response(status_code=HTTPStatus.NO_CONTENT, headers=headers)
    if archive.gzipped:
        if "gzip" in accept_encoding:
            headers["Content-Encoding"] = "gzip"
        else:
            tile = gzip.decompress(tile)
    return Response(tile, media_type=_TILE, headers=headers)
