"""The image provider over the Get3W API."""

import logging
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager

from bot.domain.errors import ConnectionLostError
from bot.domain.events import GenerationEvent
from bot.domain.requests import ImageRequest
from bot.providers.generation import Generation
from bot.providers.http import TransportError
from bot.providers.identifiers import is_prediction_id
from bot.providers.submission import Upstream

_CANCEL_WITHIN_S = 5.0

_log = logging.getLogger(__name__)


class Get3WProvider:
    """Fulfils :class:`bot.domain.ports.ImageProvider`."""

    def __init__(self, upstream: Upstream) -> None:
        self._up = upstream

    @asynccontextmanager
    async def generate(
        self, request: ImageRequest
    ) -> AsyncGenerator[AsyncIterator[GenerationEvent], None]:
        """Submit a request and tell what happens to it.

        Raises
        ------
        GenerationError
            While iterating, where the task ends in any way but ``Completed``.
        """
        generation = Generation(request, self._up)
        try:
            yield generation
        finally:
            generation.close()

    @asynccontextmanager
    async def resume(
        self, request: ImageRequest, prediction_id: str
    ) -> AsyncGenerator[AsyncIterator[GenerationEvent], None]:
        """Tell what happens to a task that was submitted before; nothing is submitted.

        Raises
        ------
        GenerationError
            As in :meth:`generate`.
        """
        if not is_prediction_id(prediction_id):
            raise ConnectionLostError
        generation = Generation(request, self._up, prediction_id)
        try:
            yield generation
        finally:
            generation.close()

    async def cancel(self, prediction_id: str) -> None:
        """Ask the API to stop a task; whatever it answers is only logged."""
        if not is_prediction_id(prediction_id):
            return
        try:
            path = f"predictions/{prediction_id}"
            status = await self._up.api.delete(path, timeout_s=_CANCEL_WITHIN_S)
        except TransportError as error:
            _log.warning("A task couldn't be cancelled upstream: %s.", type(error).__name__)
        else:
            _log.info("The image API was asked to cancel a task; its answer was %d.", status)
