"""All bins in one compact answer, for maps."""

from typing import Annotated

from fastapi import APIRouter, Header
from starlette.responses import Response

from api.answers import is_among
from api.auth import may_read_bins
from api.incoming import only_known_parameters
from api.live.hub import UseLive
from api.openapi import errors
from api.schemas.columns import BinColumns

router = APIRouter(tags=["bins"], dependencies=[may_read_bins, only_known_parameters])


@router.get(
    "/bins.columns",
    summary="All bins, column by column",
    response_model=BinColumns,
    responses={
        304: {"description": "The same as under the given ETag."},
        **errors(401, 403, 422, 503),
    },
)
async def read_columns(
    live: UseLive,
    accept_encoding: Annotated[str, Header(include_in_schema=False)] = "",
    if_none_match: Annotated[
        str, Header(description="The ETag of an answer that is kept: 304 while it stands.")
    ] = "",
) -> Response:
    """Give all bins with their levels as one list for each field, in order of bin_id.

    The answer is made once for all who ask while nothing changes, and is never behind a commit by
    more than a second. `/events` says what changes afterwards. For roles ops, viewer and
    device_admin.
    """
    answer = await live.columns.answer()
    headers = {"ETag": answer.etag, "Cache-Control": "private, no-cache", "Vary": "Accept-Encoding"}
    if is_among(answer.etag, if_none_match):
        return Response(status_code=304, headers=headers)
    if "gzip" in accept_encoding:
        headers["Content-Encoding"] = "gzip"
        return Response(answer.packed, headers=headers, media_type="application/json")
    headers["Content-Encoding"] = "identity"
    return Response(answer.plain, headers=headers, media_type="application/json")
