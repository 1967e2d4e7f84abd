"""The application: everything HTTP is put together here."""

from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import version

from fastapi import FastAPI
from fastapi.middleware.gzip import GZipMiddleware

import store
from api import openapi, problems
from api.basemap.source import Grounds
from api.context import Context
from api.cross_site import CrossSite
from api.endpoints import (
    access,
    accounts,
    bin_columns,
    bin_details,
    bin_history,
    bin_requests,
    bins,
    crew,
    emptying_work,
    emptyings,
    events,
    eye_levels,
    figures,
    health,
    identity,
    maps,
    marks,
    moves,
    pages,
    photos,
    plans,
    replans,
    screens,
    sensor_work,
    sensors,
    session,
    today,
    trail,
)
from api.live.hub import Live
from api.middleware import BodyLimit, Envelope
from core.settings import Settings


def utc_now() -> datetime:
    """Return the time now."""
    return datetime.now(UTC)


def create_app(
    pool: store.Pool, settings: Settings, *, clock: Callable[[], datetime] = utc_now
) -> FastAPI:
    """Make the application on an open pool, which stays the caller's to close.

    It answers while the database is down: /ready says so, everything else with 503.
    """
    app = FastAPI(
        title="Brimful",
        summary="How full every bin is, and the rounds that pay.",
        description=openapi.DESCRIPTION,
        version=version("brimful"),
        openapi_tags=openapi.TAGS,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        # /docs is served by api.endpoints.pages, without a content delivery network
        docs_url=None,
        redoc_url=None,
        # a wrong address is a 404, not a second request
        redirect_slashes=False,
        # operation ids are the handlers' names: they become function names in generated clients
        generate_unique_id_function=lambda route: route.name,
    )
    app.state.context = Context(
        pool=pool, settings=settings, clock=clock, grounds=Grounds(settings)
    )
    app.state.live = Live(pool, settings, clock)
    # the last one added is the outermost
    app.add_middleware(GZipMiddleware, minimum_size=2_000, compresslevel=5)
    app.add_middleware(BodyLimit, photo_max_bytes=settings.photo_max_bytes)
    app.add_middleware(CrossSite, own_origin=settings.public_url)
    app.add_middleware(Envelope, is_https=settings.is_https)
    problems.register(app)
    openapi.describe(app)
    for endpoints in (
        bin_columns,
        bins,
        bin_requests,
        bin_details,
        bin_history,
        sensors,
        plans,
        replans,
        moves,
        today,
        emptyings,
        emptying_work,
        figures,
        crew,
        events,
        session,
        identity,
        marks,
        photos,
        eye_levels,
        accounts,
        access,
        trail,
        health,
        maps,
        pages,
        screens,
        sensor_work,
    ):
        app.include_router(endpoints.router)
    return app
