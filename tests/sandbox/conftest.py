"""A sandbox for each test, and an app that listens to it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import pytest

from tests.sandbox.harbor import Ears, Harbor, running

Listening = Callable[[Harbor], Awaitable[Ears]]


@pytest.fixture
async def harbor() -> AsyncIterator[Harbor]:
    async with running() as one:
        yield one


@pytest.fixture
async def listening() -> AsyncIterator[Listening]:
    """Connects an app to a harbor, and takes it away again at the end."""
    async with AsyncExitStack() as stack:

        async def connect(harbor: Harbor) -> Ears:
            ears = Ears(harbor)
            await ears.handler.connect_async()
            stack.push_async_callback(ears.handler.close_async)
            return ears

        yield connect


@pytest.fixture
async def ears(harbor: Harbor, listening: Listening) -> Ears:
    return await listening(harbor)
