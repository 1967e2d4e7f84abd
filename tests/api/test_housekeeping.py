"""What a running server removes by itself, and what it never does."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import psycopg
import pytest
from psycopg.rows import dict_row

import store
from api.app import create_app
from api.housekeeping import kept_tidy, tidy
from store import audit, crew_links, housekeeping, photos, sessions
from store.crew_links import Unusable
from store.photos import Photo
from store.sessions import Lasting
from tests.api.listening import served
from tests.api.parts import Api, a_round, saved_plan, settings

# kept for 30 days after they are over, by default; photos for a year
COUNTED = """
    SELECT (SELECT count(*) FROM sessions) AS sessions, (SELECT count(*) FROM photos) AS photos,
           (SELECT count(*) FROM crew_links) AS crew_links, (SELECT count(*) FROM audit) AS audit
"""
LASTING = Lasting(idle=timedelta(days=10), at_most=timedelta(days=50))


async def begin(api: Api, *, days_ago: float, link: bool = False) -> str:
    """A phone of crew signs in, maybe by a link; returns the link's code, else its secret."""
    at = api.clock.now - timedelta(days=days_ago)
    async with store.connect(api.database_url) as conn:
        session_id, secret = await sessions.start(
            conn, device="phone", lasting=LASTING, now=at, crew_id="crew"
        )
        if not link:
            return secret
        link_id, code = await crew_links.create(
            conn, "crew", by="ops", now=at, expires_at=at + timedelta(hours=12)
        )
        await crew_links.used(conn, link_id, session_id, now=at)
    return code


async def unused_link(api: Api, *, days_ago: float) -> str:
    at = api.clock.now - timedelta(days=days_ago)
    async with store.connect(api.database_url) as conn:
        _, code = await crew_links.create(
            conn, "crew", by="ops", now=at, expires_at=at + timedelta(hours=12)
        )
    return code


async def take_photos(api: Api, *days_ago: int) -> None:
    round_ = a_round()
    await saved_plan(api, round_)
    async with store.connect(api.database_url) as conn:
        for days in days_ago:
            photo = Photo(
                photo_id=uuid4(),
                stop_id=round_.stops[0].stop_id,
                crew_id="crew",
                digest=b"d",
                width=1,
                height=1,
                jpeg=b"x" * 1000,
            )
            at = api.clock.now - timedelta(days=days)
            await photos.add(conn, photo, received_by="t", received_at=at)


def counted(api: Api) -> dict[str, int]:
    """How many rows each table has."""
    with psycopg.connect(api.database_url, row_factory=dict_row) as conn:
        found = conn.execute(COUNTED).fetchone()
    assert found is not None
    return found


async def test_what_is_over_goes_and_what_is_valid_stays(
    api: Api, capsys: pytest.CaptureFixture[str]
) -> None:
    phone = await begin(api, days_ago=9.9)  # an hour or two later it would be out
    used = await begin(api, days_ago=9, link=True)
    fresh = await unused_link(api, days_ago=0.4)
    expired = await unused_link(api, days_ago=29)
    await begin(api, days_ago=41, link=True)  # unused for ten days, and that a month ago
    await unused_link(api, days_ago=31)
    ended = await begin(api, days_ago=32)
    lately = await begin(api, days_ago=32)
    async with store.connect(api.database_url) as conn:
        for secret, days in ((ended, 31), (lately, 29)):
            found = await sessions.find(
                conn, secret, now=api.clock.now - timedelta(days=31, hours=1)
            )
            assert found is not None
            at = api.clock.now - timedelta(days=days)
            await sessions.end(conn, found.session_id, by="ops", now=at)
            await audit.note(conn, who=audit.NOBODY, what="t", subject="s", now=at)
    await take_photos(api, 400, 366, 364)
    assert counted(api) == {"sessions": 5, "crew_links": 5, "photos": 3, "audit": 2}

    async with asyncio.timeout(20), served(api):  # the fixture's server has its clock
        told = ""
        while "housekeeping" not in told:
            await asyncio.sleep(0.05)
            told += capsys.readouterr().out
    # the session that was ended 31 days ago, the one nobody used, and the latter's link
    assert counted(api) == {"sessions": 3, "crew_links": 3, "photos": 1, "audit": 2}
    async with store.connect(api.database_url) as conn:
        now = api.clock.now
        assert await sessions.find(conn, phone, now=now)
        assert await crew_links.find(conn, used, now=now) is Unusable.USED
        assert await crew_links.find(conn, expired, now=now) is Unusable.EXPIRED
        assert not isinstance(await crew_links.find(conn, fresh, now=now), Unusable)
    (line,) = [one for one in told.splitlines() if "housekeeping" in one]
    assert "housekeeping done" in line
    assert line.split()[-4:] == ["crew_links=2", "photos=2", "photos_bytes=2000", "sessions=2"]


async def test_more_than_fit_into_a_batch_go_in_several(api: Api) -> None:
    for _n in range(5):
        await begin(api, days_ago=100, link=True)
    await take_photos(api, *[400] * 5)
    async with store.open_pool(api.database_url, application="test") as pool:
        removed = await tidy(pool, settings(), now=api.clock.now, batch=2)
    assert (removed.sessions, removed.crew_links, removed.photos) == (5, 5, 5)
    assert counted(api) == {"sessions": 0, "crew_links": 0, "photos": 0, "audit": 0}


async def test_a_batch_is_what_one_transaction_removes_at_the_most(api: Api) -> None:
    for _n in range(3):
        await begin(api, days_ago=100, link=True)
    await take_photos(api, 400, 399, 398)
    async with store.connect(api.database_url) as conn:
        now = api.clock.now
        assert await housekeeping.remove_links(conn, before=now, limit=2) == 2
        # that of the link that is left stays with it
        assert await housekeeping.remove_sessions(conn, before=now, limit=3) == 2
        gone = await photos.prune(conn, before=now, max_bytes=10**9, limit=2)
        assert gone.photos == 2
        (left,) = await (await conn.execute("SELECT received_at FROM photos")).fetchall()
    assert left["received_at"] == now - timedelta(days=398)


async def test_one_server_at_a_time(api: Api) -> None:
    await begin(api, days_ago=100)
    async with (
        store.open_pool(api.database_url, application="test") as pool,
        store.connect(api.database_url) as other,
    ):
        assert await housekeeping.alone(other)
        removed = await tidy(pool, settings(), now=api.clock.now)
        assert (removed.whole, removed.sessions) == (False, 0)
        await other.rollback()
        removed = await tidy(pool, settings(), now=api.clock.now)
        assert (removed.whole, removed.sessions) == (True, 1)


async def test_it_is_done_again_each_day(api: Api) -> None:
    async with store.open_pool(api.database_url, application="test") as pool:
        app = create_app(pool, settings(), clock=api.clock)
        async with asyncio.timeout(20), kept_tidy(app, every_s=0.1):
            for _day in range(2):
                await begin(api, days_ago=100)
                while counted(api)["sessions"]:  # noqa: ASYNC110 - only tests wait for it
                    await asyncio.sleep(0.05)


async def test_how_long_they_are_kept_is_a_setting(api: Api) -> None:
    await begin(api, days_ago=12)  # over for two days
    await begin(api, days_ago=10.5)
    short = settings().model_copy(update={"sessions_keep_days": 1})
    async with store.open_pool(api.database_url, application="test") as pool:
        assert (await tidy(pool, short, now=api.clock.now)).sessions == 1
