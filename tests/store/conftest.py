"""A pool on each engine, for what takes several transactions."""

from collections.abc import AsyncIterator

import pytest

import store


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[store.Pool]:
    async with store.open_pool(database_url, application="test") as opened:
        yield opened
