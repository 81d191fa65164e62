"""What runs in the background: ended by its stack, and never without a word."""

import asyncio
from contextlib import AsyncExitStack

import pytest

from bot.app.background import in_background


async def for_ever() -> None:
    await asyncio.Event().wait()


async def mistaken() -> None:
    raise ValueError("a mistake of ours")


async def test_what_ends_by_an_error_is_told_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    async with AsyncExitStack() as stack:
        await in_background(mistaken(), stack)
        await asyncio.sleep(0)
        await asyncio.sleep(0)

        [record] = caplog.records
        assert record.levelname == "ERROR"
        assert record.getMessage() == "a background task ended by an error"
        assert "a mistake of ours" in caplog.text


async def test_what_its_stack_ends_is_not_worth_a_word(caplog: pytest.LogCaptureFixture) -> None:
    async with AsyncExitStack() as stack:
        await in_background(for_ever(), stack)
        await asyncio.sleep(0)

    assert caplog.records == []
