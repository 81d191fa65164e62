"""Waiting for a condition without polling.

A predicate can only turn true when something has changed, so it is looked at again after changes
and at no other time. Changes of one turn of the event loop count as one.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


class Watch:
    """A place to wait at until something has changed and a condition holds."""

    def __init__(self) -> None:
        self._next_change = asyncio.Event()

    def changed(self) -> None:
        """Wake whoever waits, to look again."""
        self._next_change.set()
        self._next_change = asyncio.Event()

    async def until(self, predicate: Callable[[], T], timeout_s: float = 5.0) -> T:
        """Wait until `predicate` gives something true, and return that.

        Raises
        ------
        TimeoutError
            `timeout_s` of real time have passed without it.
        """
        async with asyncio.timeout(timeout_s):
            while not (value := predicate()):
                await self._next_change.wait()
        return value
