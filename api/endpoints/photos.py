"""Photos that crews take at stops: sent by their phones, read by who may see the stop."""

import asyncio
import hashlib
from collections.abc import Callable, Coroutine
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.routing import APIRoute

from api import auth
from api.auth import AnyCaller, Caller, CrewCaller, CrewId
from api.context import Conn, Now, context
from api.incoming import body_of, only_known_parameters, unreadable
from api.openapi import errors
from api.pictures import Picture, picture_of
from api.schemas.photos import PhotoOut
from core.errors import InvalidInputError, NotFoundError
from store import photos
from store.photos import Photo
from store.tokens import Role

_JPEG = {"schema": {"type": "string", "format": "binary"}, "example": "(a JPEG)"}
_SENT = {"requestBody": {"required": True, "content": {"image/jpeg": _JPEG, "image/png": _JPEG}}}


class PhotoRoute(APIRoute):
    """Takes a photo in and decodes it before anything is asked of the database.

    A phone at the edge of the network sends for minutes; a connection is lent after that. What
    breaks off leaves nothing.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler; for a photo that is sent, with its decoding before it."""
        handle = super().get_route_handler()
        if "PUT" not in (self.methods or ()):
            return handle

        async def handle_decoded(request: Request) -> Response:
            use = await context(request)
            await auth.early(request, use, Role.CREW)
            body = await body_of(request)
            async with use.decoding:
                try:
                    request.state.picture = await asyncio.to_thread(picture_of, body)
                except InvalidInputError as error:
                    raise unreadable(str(error)) from None
            request.state.digest = hashlib.sha256(body).digest()
            return await handle(request)

        return handle_decoded


router = APIRouter(tags=["photos"], route_class=PhotoRoute)


@router.put(
    "/crew/photos/{photo_id}",
    summary="Send a photo of a stop",
    response_description="The photo is kept.",
    responses=errors(401, 403, 404, 409, 413, 422, 503),
    openapi_extra=_SENT,
)
async def send_photo(
    *,
    request: Request,
    caller: CrewCaller,
    crew_id: CrewId,
    conn: Conn,
    now: Now,
    photo_id: UUID,
    stop_id: Annotated[UUID, Query(description="The stop it was taken at, one of the crew's own.")],
) -> PhotoOut:
    """Keep a photo; the body is the file: JPEG, PNG or WebP, at most 5 MB.

    photo_id is made on the phone and stands in the photo_ids of the mark, which may come before or
    after. The same photo sent again changes nothing; 409: the photo_id stands for another one. It
    is kept as a JPEG of at most 1600 x 1600 pixels, upright, without place, time or any other
    metadata. 200 means it is stored, and a phone may forget it then. For role crew.
    """
    picture: Picture = request.state.picture
    photo = Photo(
        photo_id=photo_id,
        stop_id=stop_id,
        crew_id=crew_id,
        digest=request.state.digest,
        width=picture.width,
        height=picture.height,
        jpeg=picture.jpeg,
    )
    await photos.add(conn, photo, received_by=caller.name, received_at=now)
    return PhotoOut.of(photo)


async def _reader(caller: AnyCaller) -> Caller:
    return await auth.allow(Role.OPS, Role.VIEWER, Role.CREW)(caller)


@router.get(
    "/photos/{photo_id}",
    summary="A photo",
    dependencies=[only_known_parameters],
    response_class=Response,
    responses={200: {"content": {"image/jpeg": _JPEG}}, **errors(401, 403, 404, 422, 503)},
)
async def read_photo(
    conn: Conn, caller: Annotated[Caller, Depends(_reader)], photo_id: UUID
) -> Response:
    """Give a photo as JPEG, upright and without metadata.

    404 while the phone has not sent it yet, and after it was deleted for its age. For roles ops and
    viewer, and for the crew that took it.
    """
    found = await photos.find(conn, photo_id, crew_id=caller.crew_id)
    if found is None:
        raise NotFoundError(
            f"There is no photo {photo_id}: the phone has not sent it yet, or it was deleted for "
            "its age."
        )
    return Response(
        found.jpeg,
        media_type="image/jpeg",
        headers={
            # a photo never changes
            "Cache-Control": "private, max-age=31536000, immutable",
            "Content-Disposition": f'inline; filename="{photo_id}.jpg"',
            "Cross-Origin-Resource-Policy": "same-origin",
            "X-Content-Type-Options": "nosniff",
        },
    )
