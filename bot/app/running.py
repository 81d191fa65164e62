"""A run of the bot, from its settings to its exit code."""

import asyncio
import logging
import os
import signal
from collections.abc import Coroutine
from contextlib import AsyncExitStack, suppress
from typing import TypeVar

import aiohttp
import discord

from bot.app.health_wiring import open_health, readiness_of
from bot.app.observing import open_observatory
from bot.app.outside import SENDER_CONNECTIONS, discord_session
from bot.app.wiring import built_bot
from bot.client.bot import ImagineBot
from bot.client.endings import ExitCode, ending_of
from bot.client.gateway import DiscordUnreachableError, Gateway, find_gateway, point_library_at
from bot.client.invite import invite_link
from bot.observability.clock import SystemClock
from bot.observability.http_server import PortUnusableError
from bot.settings import Settings
from bot.storage.database import DatabaseUnusableError
from bot.storage.stores import open_stores

T = TypeVar("T")

START_WAIT_S = 30.0

_log = logging.getLogger(__name__)


async def run(settings: Settings, *, start_wait_s: float = START_WAIT_S) -> ExitCode:
    """Run the bot until it is asked to stop, or can't go on.

    Parameters
    ----------
    start_wait_s
        How long a database server, Discord's REST API and its gateway are waited for at the
        start, each.
    """
    # The library would warn at each start that it can't speak, which nobody asked of it.
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
    over = asyncio.Event()
    _hear_signals(over)
    link = invite_link(settings.discord_token.get_secret_value())
    if link is not None:
        _log.info("invite  %s", link)
    try:
        code = await _run_until(over, settings, start_wait_s)
    except DatabaseUnusableError as error:
        _log.error("%s", error)
        return ExitCode.DATABASE_UNUSABLE
    except PortUnusableError as error:
        _log.error("%s", error)
        return ExitCode.SETTINGS
    if code is ExitCode.STOPPED:
        _log.info("stopped")
    return code


def _hear_signals(over: asyncio.Event) -> None:
    """Let the first SIGTERM or SIGINT set the event, and the second end the process at once."""
    heard: list[signal.Signals] = []

    def asked(number: signal.Signals) -> None:
        _log.info("%s  %s", "ended at once" if heard else "stopping", number.name)
        if heard:
            logging.shutdown()
            os._exit(128 + number)
        heard.append(number)
        over.set()

    loop = asyncio.get_running_loop()
    # Windows has none; there Ctrl-C cancels what runs.
    with suppress(NotImplementedError):
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, asked, number)


async def _run_until(over: asyncio.Event, settings: Settings, start_wait_s: float) -> ExitCode:
    async with AsyncExitStack() as stack:
        watch = await open_observatory(stack)
        health = await open_health(settings, watch.desk, stack)
        place, default_model = settings.database, settings.default_model
        opening = open_stores(place, SystemClock(), default_model, start_wait_s, watch.note)
        stores = await _unless(over, stack.enter_async_context(opening))
        if stores is None:
            return ExitCode.STOPPED
        session = await stack.enter_async_context(discord_session(SENDER_CONNECTIONS, watch))
        bot = await built_bot(settings, stores, session, watch, stack)
        health.look = readiness_of(bot, stores.schema)
        serving = asyncio.create_task(_serve(bot, settings, session, start_wait_s))
        serving.add_done_callback(lambda _: over.set())
        try:
            await over.wait()
            asked = not serving.done()
            await bot.close()
        finally:
            serving.cancel()
            await asyncio.wait({serving})
        return _outcome(serving, asked=asked)


async def _unless(over: asyncio.Event, work: Coroutine[None, None, T]) -> T | None:
    """Await something; give it up, and give ``None``, where the end comes first."""
    working, ending = asyncio.create_task(work), asyncio.create_task(over.wait())
    try:
        await asyncio.wait({working, ending}, return_when=asyncio.FIRST_COMPLETED)
        return await working if working.done() else None
    finally:
        working.cancel()
        ending.cancel()
        await asyncio.wait({working, ending})


async def _serve(
    bot: ImagineBot, settings: Settings, session: aiohttp.ClientSession, start_wait_s: float
) -> None:
    gateway = await log_in(bot, settings, session, start_wait_s)
    await bot.gate.until_sessions_left(gateway.starts)
    connection = asyncio.create_task(bot.connect())
    connection.add_done_callback(lambda _: bot.connected.set())
    try:
        await _connected(bot, start_wait_s)
        await connection
    finally:
        connection.cancel()
        await asyncio.wait({connection})


async def log_in(
    bot: ImagineBot, settings: Settings, session: aiohttp.ClientSession, start_wait_s: float
) -> Gateway:
    """Wait for Discord's REST API, and let it know us and our commands."""
    token, api_url = settings.discord_token.get_secret_value(), settings.discord_api_url
    gateway = await find_gateway(session, api_url, token, start_wait_s)
    if settings.discord_moved:
        point_library_at(api_url, gateway.url)
    await bot.login(token)
    return gateway


async def _connected(bot: ImagineBot, within_s: float) -> None:
    while not bot.connected.is_set():
        waited = bot.gate.held
        try:
            async with asyncio.timeout(within_s):
                await bot.connected.wait()
        except TimeoutError:
            # A wait for our turn among other processes says nothing about Discord.
            if not bot.gate.busy and bot.gate.held == waited:
                raise DiscordUnreachableError("its gateway doesn't answer") from None


def _outcome(serving: asyncio.Task[None], *, asked: bool) -> ExitCode:
    """Say how it ended; once asked to stop, it no longer matters that Discord ended it too."""
    error = None if serving.cancelled() else serving.exception()
    if error is None:
        return ExitCode.STOPPED
    ending = ending_of(error)
    if ending is None:
        raise error
    if asked:
        return ExitCode.STOPPED
    _log.error(ending.words)
    return ending.code
