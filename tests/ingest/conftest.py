from collections.abc import AsyncIterator

import pytest

import store
from tests.ingest.parts import settle_town


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[store.Pool]:
    """A pool on a database with the small town in it."""
    await settle_town(database_url)
    async with store.open_pool(database_url, application="test", timeout_s=5) as opened:
        yield opened
