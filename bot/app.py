"""The composition root: the only place that builds and wires.

One ``AsyncExitStack`` owns every resource and closes them in the opposite order; whatever is
handed on is borrowed.
"""

import asyncio
import logging
import os
import shutil
import signal
import tempfile
import time
from collections.abc import Coroutine
from contextlib import AsyncExitStack, suppress
from functools import partial
from pathlib import Path
from typing import TypeVar

import aiohttp
import discord

from bot.client.answerer import DiscordAnswerer
from bot.client.bot import ImagineBot, Shards
from bot.client.endings import ExitCode, ending_of
from bot.client.gateway import DiscordUnreachableError, find_gateway, point_library_at
from bot.client.invite import invite_link
from bot.client.sender import USER_AGENT, DiscordSender
from bot.observability.clock import SystemClock
from bot.presentation.fitting import PictureFitter
from bot.presentation.job_messages import JobMessages
from bot.presentation.pacing import ChannelPaces
from bot.providers.image_api import ImageApiOptions, open_image_api
from bot.providers.patience import Patience
from bot.services.generation import Generation
from bot.services.job_run import Workshop
from bot.services.model_access import ModelAccess
from bot.services.slot_line import SlotLine
from bot.settings import DISCORD_API_URL, Settings
from bot.storage.database import DatabaseUnusableError
from bot.storage.memory import MemoryRunningJobs
from bot.storage.opening import open_database
from bot.storage.stores import Stores, open_stores
from cogs.help import Help
from cogs.imagine import Imagine

T = TypeVar("T")

START_WAIT_S = 30.0
DATA_FOLDER = Path("data")
_SPOOL = "spool-"
# No picture is under way for so long, so nothing in a folder that nobody touched is needed.
_SPOOL_ABANDONED_S = 24 * 3600.0
# Uploads in flight at once; each holds a piece of a picture in its connection's buffers.
_SENDER_CONNECTIONS = 64
# First answers in flight at once. A thousand connections opened at the same moment overrun whoever
# takes them; a hundred that are kept take a thousand answers in a second, each a tenth on its way.
_ANSWER_CONNECTIONS = 100

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
    if code is ExitCode.STOPPED:
        _log.info("stopped")
    return code


async def migrate(settings: Settings) -> ExitCode:
    """Bring the database's schema up to date."""
    try:
        async with open_database(settings.database):
            _log.info("database  up to date")
    except DatabaseUnusableError as error:
        _log.error("%s", error)
        return ExitCode.DATABASE_UNUSABLE
    return ExitCode.STOPPED


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
        place, default_model = settings.database, settings.default_model
        opening = open_stores(place, SystemClock(), default_model, start_wait_s)
        stores = await _unless(over, stack.enter_async_context(opening))
        if stores is None:
            return ExitCode.STOPPED
        session = await stack.enter_async_context(_discord_session(_SENDER_CONNECTIONS))
        bot = await _built(settings, stores, session, stack)
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


def _discord_session(connections: int) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=connections),
        headers={"User-Agent": USER_AGENT},
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=10),
        cookie_jar=aiohttp.DummyCookieJar(),
    )


async def _built(
    settings: Settings, stores: Stores, session: aiohttp.ClientSession, stack: AsyncExitStack
) -> ImagineBot:
    clock = SystemClock()
    options = _image_api_options(settings, stack)
    api = await stack.enter_async_context(open_image_api(options, clock))
    await _in_background(api.catalogue.keep_fresh(), stack)
    models = ModelAccess(api.catalogue, settings.ceiling, settings.default_model)
    line = SlotLine(settings.get3w_concurrency)
    workshop = Workshop(api.provider, api.downloads, models, stores.run_times, line, clock)
    generation = Generation(stores.seen, MemoryRunningJobs(), workshop)
    token = settings.discord_token.get_secret_value()
    sender = DiscordSender(session, settings.discord_api_url, token)
    answers = await stack.enter_async_context(_discord_session(_ANSWER_CONNECTIONS))
    answerer = DiscordAnswerer(answers, settings.discord_api_url)
    messages = JobMessages(answerer, sender, ChannelPaces(clock), PictureFitter(), clock)
    shards = Shards(settings.shard_count, settings.shard_ids)
    bot = ImagineBot(shards, generation, partial(generation.drain, settings.shutdown_grace_s))
    bot.bring((Imagine(generation, models, messages), Help(models)))
    return await stack.enter_async_context(bot)


def _image_api_options(settings: Settings, stack: AsyncExitStack) -> ImageApiOptions:
    return ImageApiOptions(
        api_url=settings.get3w_api_url,
        api_key=settings.get3w_api_key.get_secret_value(),
        spool_folder=_spool_folder(stack),
        patience=Patience(
            connect_s=settings.get3w_connect_timeout_s,
            silence_s=settings.get3w_silence_timeout_s,
            progress_s=settings.get3w_progress_timeout_s,
            deadline_s=settings.get3w_deadline_s,
        ),
        stream=settings.get3w_stream,
        pictures_in_memory=settings.pictures_in_memory,
    )


def _spool_folder(stack: AsyncExitStack) -> Path:
    """Make a folder that goes with the process; on the data volume where there is one."""
    parent = None
    with suppress(OSError):
        DATA_FOLDER.mkdir(exist_ok=True)
        parent = DATA_FOLDER if os.access(DATA_FOLDER, os.W_OK) else None
    if parent is not None:
        _remove_abandoned(parent)
    return Path(stack.enter_context(tempfile.TemporaryDirectory(prefix=_SPOOL, dir=parent)))


def _remove_abandoned(parent: Path) -> None:
    """Remove what processes left that were killed; a living one makes its folder anew."""
    for folder in parent.glob(f"{_SPOOL}*"):
        with suppress(OSError):
            if time.time() - folder.stat().st_mtime > _SPOOL_ABANDONED_S:
                shutil.rmtree(folder)


async def _in_background(work: Coroutine[None, None, None], stack: AsyncExitStack) -> None:
    task = asyncio.create_task(work)

    async def end() -> None:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    stack.push_async_callback(end)


async def _serve(
    bot: ImagineBot, settings: Settings, session: aiohttp.ClientSession, start_wait_s: float
) -> None:
    token, api_url = settings.discord_token.get_secret_value(), settings.discord_api_url
    gateway = await find_gateway(session, api_url, token, start_wait_s)
    if api_url != DISCORD_API_URL:
        point_library_at(api_url, gateway)
    await bot.login(token)
    connection = asyncio.create_task(bot.connect())
    connection.add_done_callback(lambda _: bot.connected.set())
    try:
        await _connected(bot, start_wait_s)
        await connection
    finally:
        connection.cancel()
        await asyncio.wait({connection})


async def _connected(bot: ImagineBot, within_s: float) -> None:
    try:
        async with asyncio.timeout(within_s):
            await bot.connected.wait()
    except TimeoutError:
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
