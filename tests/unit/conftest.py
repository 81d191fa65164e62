"""Unit tests touch nothing, not even time: their event loop jumps."""

import asyncio
from collections.abc import Callable, Mapping

import pytest

from tests.unit.virtual_time import LoopClock, VirtualLoop


def pytest_asyncio_loop_factories() -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    return {"virtual": VirtualLoop}


@pytest.fixture
def clock() -> LoopClock:
    return LoopClock()
