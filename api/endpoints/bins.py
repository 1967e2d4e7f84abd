"""Bins with their levels, as a list, on a map, one by one; a bin's readings."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import TypeAdapter, ValidationError
from starlette.responses import Response

import store
from api.answers import GeoJSONResponse
from api.auth import may_read_bins
from api.context import Conn, Context, Now, UseContext
from api.incoming import only_known_parameters
from api.openapi import errors
from api.problems import wrong
from api.schemas.bin_whole import BinWhole
from api.schemas.bins import BinOut, BinPage, ReadingOut, ReadingPage
from api.schemas.geojson import BinFeatures
from api.schemas.times import Moment
from core.errors import NotFoundError
from core.levels import Level, LevelTrust
from core.readings import Reading
from core.registry import Slug, Stream
from core.wire import SensorId
from store import features, forecasts, health, known_sensors, levels, readings, requests
from store.levels import Conditions

DEFAULT_HISTORY = timedelta(days=7)
_BEGINNING = datetime.min.replace(tzinfo=UTC)
_NO_END = datetime.max.replace(tzinfo=UTC)

router = APIRouter(tags=["bins"], dependencies=[may_read_bins, only_known_parameters])


@dataclass(frozen=True, kw_only=True, slots=True)
class BinFilter:
    """Which bins; every condition given has to hold."""

    depot_id: Annotated[Slug | None, Query()] = None
    stream: Annotated[Stream | None, Query()] = None
    trust: Annotated[LevelTrust | None, Query()] = None
    min_fill_pct: Annotated[
        float | None,
        Query(
            ge=0,
            le=100,
            allow_inf_nan=False,
            description="At least this full; bins without a level are not.",
        ),
    ] = None

    def conditions(self) -> Conditions:
        """Return them as the store takes them."""
        return Conditions(
            depot_id=self.depot_id,
            stream=self.stream,
            trust=self.trust,
            min_fill_pct=self.min_fill_pct,
        )


type Filter = Annotated[BinFilter, Depends()]
type Limit = Annotated[int, Query(ge=1, le=1000, description="Most items in the answer.")]
type After = Annotated[Slug | None, Query(description="The `next` of the page before.")]


@router.get("/bins", summary="Bins with their levels", responses=errors(401, 403, 422, 503))
async def list_bins(
    *, conn: Conn, use: UseContext, now: Now, only: Filter, after: After = None, limit: Limit = 100
) -> BinPage:
    """List bins in order of bin_id, each with its fill, that fill's age and trust.

    For roles ops and device_admin.
    """
    found = await levels.levels(
        conn,
        now=now,
        stale_after=use.settings.stale_after,
        after=after or "",
        limit=limit + 1,
        **only.conditions(),
    )
    expected = {
        one.bin_id: one
        for one in await forecasts.forecasts(conn, [level.bin.bin_id for level in found[:limit]])
    }
    items = [
        BinOut.of(level, now=now, expected=expected.get(level.bin.bin_id))
        for level in found[:limit]
    ]
    return BinPage(items=items, next=items[-1].bin_id if len(found) > limit else None)


@router.get(
    "/bins.geojson",
    summary="Bins on a map",
    response_model=BinFeatures,
    response_class=GeoJSONResponse,
    responses=errors(401, 403, 422, 503),
)
async def map_bins(conn: Conn, use: UseContext, now: Now, only: Filter) -> Response:
    """Give all matching bins as one GeoJSON FeatureCollection, in order of bin_id.

    Bins without a position cannot be features; without_position counts them. For roles ops and
    device_admin.
    """
    document = await features.features(
        conn, now=now, stale_after=use.settings.stale_after, **only.conditions()
    )
    return Response(document, media_type=GeoJSONResponse.media_type)


@router.get("/bins/{bin_id}", summary="One bin", responses=errors(401, 403, 404, 422, 503))
async def read_bin(conn: Conn, use: UseContext, now: Now, bin_id: Slug) -> BinWhole:
    """Give one bin with its level, the sensors in it, and what is expected of it.

    For roles ops and device_admin.
    """
    level = await _level(conn, use, now, bin_id)
    limits = use.settings.trust_limits
    found = await health.sensors(conn, now=now, limits=limits, bin_id=bin_id)
    expected = await forecasts.forecasts(conn, [bin_id])
    asked = await requests.open_requests(conn, bin_id=bin_id)
    return BinWhole.whole(
        level,
        found,
        mountings=await known_sensors.mountings_of(conn, bin_id),
        forecast=expected[0] if expected else None,
        request=asked[0] if asked else None,
        now=now,
    )


async def _level(conn: store.Connection, use: Context, now: datetime, bin_id: str) -> Level:
    found = await levels.levels(conn, now=now, stale_after=use.settings.stale_after, bin_id=bin_id)
    if not found:
        raise NotFoundError(f"There is no bin {bin_id}.")
    return found[0]


@router.get(
    "/bins/{bin_id}/readings",
    summary="A bin's readings",
    responses=errors(401, 403, 404, 422, 503),
)
async def list_readings(
    *,
    conn: Conn,
    use: UseContext,
    now: Now,
    bin_id: Slug,
    since: Annotated[
        Moment | None,
        Query(description="Measured at or after; 7 days before `until` or now when absent."),
    ] = None,
    until: Annotated[
        Moment | None, Query(description="Measured before; without end when absent.")
    ] = None,
    after: Annotated[str | None, Query(description="The `next` of the page before.")] = None,
    limit: Limit = 100,
) -> ReadingPage:
    """List what was measured in a bin, oldest first, trusted or not, with the raw values.

    A reading belongs to the bin its sensor sat in when it measured. For roles ops and
    device_admin.
    """
    await _level(conn, use, now, bin_id)  # 404 for a bin that is not there
    since, until = since or _week_before(until or now), until or _NO_END
    if since >= until:
        raise wrong("query", "until", "must be later than since")
    found = await readings.history(
        conn,
        bin_id,
        since=since,
        until=until,
        after=None if after is None else _read_cursor(after),
        limit=limit + 1,
    )
    return ReadingPage(
        items=[ReadingOut.of(reading) for reading in found[:limit]],
        next=_write_cursor(found[limit - 1]) if len(found) > limit else None,
    )


def _week_before(moment: datetime) -> datetime:
    return max(moment, _BEGINNING + DEFAULT_HISTORY) - DEFAULT_HISTORY


# A sensor_id has no "~", and a time in UTC needs no escaping in an address.
def _write_cursor(reading: Reading) -> str:
    at = reading.measured_at.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return f"{at}~{reading.sensor_id}"


_cursor: TypeAdapter[tuple[Moment, SensorId]] = TypeAdapter(tuple[Moment, SensorId])


def _read_cursor(text: str) -> tuple[datetime, str]:
    try:
        return _cursor.validate_python(tuple(text.split("~")))
    except ValidationError:
        raise wrong("query", "after", "must be the `next` of a page of this list") from None
