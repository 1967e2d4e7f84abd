"""A pool, as the planner has it."""

from collections.abc import AsyncIterator

import pytest

import store
from tests.services.databases import on_one_engine as pytest_generate_tests

__all__ = ["pytest_generate_tests"]


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[store.Pool]:
    async with store.open_pool(database_url, application="test") as opened:
        yield opened
