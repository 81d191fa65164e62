"""One reading for all who ask while it lasts.

A lock would let those who wait go on one by one, each in a turn of the event loop of its own, and
with the database away each would try anew for as long as its patience lasts. Here all hear at the
same moment, of the result or of the failure.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from bot.domain.errors import StoreUnavailableError

T = TypeVar("T")


class OneReading(Generic[T]):
    """Reads one thing for whoever asks, never twice at the same time."""

    def __init__(self) -> None:
        self._under_way: asyncio.Future[T | StoreUnavailableError] | None = None

    async def of(self, read: Callable[[], Awaitable[T]]) -> T:
        """Give what the reading that is under way finds, or begin one.

        Raises
        ------
        StoreUnavailableError
        """
        while (reading := self._under_way) is not None:
            await asyncio.wait({reading})
            # Whoever read was cancelled; then one of those who wait reads.
            if not reading.cancelled():
                return _told(reading.result())
        return await self._begin(read)

    async def _begin(self, read: Callable[[], Awaitable[T]]) -> T:
        reading = self._under_way = asyncio.get_running_loop().create_future()
        try:
            found = await read()
        except StoreUnavailableError as error:
            reading.set_result(error)
            raise
        else:
            reading.set_result(found)
            return found
        finally:
            # Has no effect on what is known already.
            reading.cancel()
            self._under_way = None


def _told(found: T | StoreUnavailableError) -> T:
    if isinstance(found, StoreUnavailableError):
        raise StoreUnavailableError(found.trouble) from found
    return found
