"""Wires what is asked about the bot from outside of it."""

import logging
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack

from bot.client.bot import ImagineBot
from bot.domain.errors import StoreUnavailableError
from bot.health import read_place
from bot.observability.exposition import MetricsDesk
from bot.observability.health import HealthDesk, Readiness
from bot.observability.http_server import PortUnusableError, open_http_server
from bot.settings import Settings
from bot.storage.schema import StoredSchema

_log = logging.getLogger(__name__)


async def open_health(
    settings: Settings, metrics: MetricsDesk, stack: AsyncExitStack
) -> HealthDesk:
    """Listen for questions; without a word about it where the host wants none.

    Raises
    ------
    PortUnusableError
        Where the host has named a port that can't be listened on. That nobody can listen where
        nobody was asked to is worth a warning.
    """
    desk = HealthDesk()
    address, port = read_place(settings.http_port)
    if port:
        try:
            routes = (*desk.routes(), *metrics.routes())
            await stack.enter_async_context(open_http_server(address, port, routes))
        except PortUnusableError as error:
            if "http_port" in settings.model_fields_set:
                raise
            _log.warning("%s", error)
    return desk


def readiness_of(bot: ImagineBot, schema: StoredSchema) -> Callable[[], Awaitable[Readiness]]:
    """Give what tells how ready a bot is."""

    async def look() -> Readiness:
        try:
            current, reachable = await schema.is_current(), True
        except StoreUnavailableError:
            current = reachable = False
        return Readiness(
            shards=bot.shards_served,
            connected=len(bot.shard_watch.connected),
            database=reachable,
            schema=current,
            stopping=bot.stopping,
        )

    return look
