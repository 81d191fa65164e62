"""The composition root: the only place that builds and wires.

One ``AsyncExitStack`` owns every resource and closes them in the opposite order; whatever is
handed on is borrowed.
"""

import asyncio
import logging
import os
import signal
import tempfile
from collections.abc import Coroutine
from contextlib import AsyncExitStack, suppress
from enum import IntEnum
from functools import partial
from pathlib import Path

import aiohttp
import discord

from bot.client.answerer import DiscordAnswerer
from bot.client.bot import ImagineBot, Shards
from bot.client.gateway import (
    DiscordUnreachableError,
    TokenRefusedError,
    find_gateway,
    point_library_at,
)
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
from bot.storage.memory import MemoryRunningJobs, MemoryRunTimes, MemorySeenInteractions
from cogs.help import Help
from cogs.imagine import Imagine

START_WAIT_S = 30.0
DATA_FOLDER = Path("data")
# Uploads in flight at once; each holds a piece of a picture in its connection's buffers.
_SENDER_CONNECTIONS = 64
# First answers are small and have three seconds; aiohttp takes 0 for no limit.
_UNLIMITED = 0
# https://discord.com/developers/docs/topics/opcodes-and-status-codes#gateway-gateway-close-event-codes
_REFUSED_CLOSE_CODES = (4004, 4010, 4011, 4012, 4013, 4014)

_log = logging.getLogger(__name__)


class ExitCode(IntEnum):
    """How the program ended, for whatever starts it again."""

    STOPPED = 0
    OUR_BUG = 1
    SETTINGS = 2
    DISCORD_REFUSED = 3
    DISCORD_UNREACHABLE = 4


async def run(settings: Settings) -> ExitCode:
    """Run the bot until it is asked to stop, or can't go on."""
    # The library would warn at each start that it can't speak, which nobody asked of it.
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
    stop = _stop_on_signals()
    link = invite_link(settings.discord_token.get_secret_value())
    if link is not None:
        _log.info("invite  %s", link)
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(_discord_session(_SENDER_CONNECTIONS))
        bot = await _built(settings, session, stack)
        serving = asyncio.create_task(_serve(bot, settings, session))
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if not serving.done():
            await bot.close()
            serving.cancel()
        return await _outcome(serving)


def _stop_on_signals() -> asyncio.Event:
    stop = asyncio.Event()

    def asked(number: signal.Signals) -> None:
        if stop.is_set():
            logging.shutdown()
            os._exit(128 + number)
        _log.info("stopping  %s", number.name)
        stop.set()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, asked, number)
    return stop


def _discord_session(connections: int) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=connections),
        headers={"User-Agent": USER_AGENT},
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=10),
        cookie_jar=aiohttp.DummyCookieJar(),
    )


async def _built(
    settings: Settings, session: aiohttp.ClientSession, stack: AsyncExitStack
) -> ImagineBot:
    clock = SystemClock()
    options = _image_api_options(settings, stack)
    api = await stack.enter_async_context(open_image_api(options, clock))
    await _in_background(api.catalogue.keep_fresh(), stack)
    models = ModelAccess(api.catalogue, settings.ceiling, settings.default_model)
    line = SlotLine(settings.get3w_concurrency)
    workshop = Workshop(api.provider, api.downloads, models, MemoryRunTimes(), line, clock)
    generation = Generation(MemorySeenInteractions(), MemoryRunningJobs(), workshop)
    token = settings.discord_token.get_secret_value()
    sender = DiscordSender(session, settings.discord_api_url, token)
    answers = await stack.enter_async_context(_discord_session(_UNLIMITED))
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
    return Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="spool-", dir=parent)))


async def _in_background(work: Coroutine[None, None, None], stack: AsyncExitStack) -> None:
    task = asyncio.create_task(work)

    async def end() -> None:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    stack.push_async_callback(end)


async def _serve(bot: ImagineBot, settings: Settings, session: aiohttp.ClientSession) -> None:
    token, api_url = settings.discord_token.get_secret_value(), settings.discord_api_url
    gateway = await find_gateway(session, api_url, token, START_WAIT_S)
    if api_url != DISCORD_API_URL:
        point_library_at(api_url, gateway)
    await bot.login(token)
    connection = asyncio.create_task(bot.connect())
    connected = asyncio.create_task(bot.connected.wait())
    await asyncio.wait(
        {connection, connected}, timeout=START_WAIT_S, return_when=asyncio.FIRST_COMPLETED
    )
    connected.cancel()
    if not connection.done() and not bot.connected.is_set():
        connection.cancel()
        raise DiscordUnreachableError
    await connection


async def _outcome(serving: asyncio.Task[None]) -> ExitCode:
    await asyncio.wait({serving})
    error = None if serving.cancelled() else serving.exception()
    match error:
        case None:
            return ExitCode.STOPPED
        case TokenRefusedError() | discord.LoginFailure():
            _log.error("Discord refuses DISCORD_TOKEN. Reset it in the developer portal (Bot).")
            return ExitCode.DISCORD_REFUSED
        case discord.PrivilegedIntentsRequired() | discord.ConnectionClosed():
            return _closed_by_discord(error)
        case DiscordUnreachableError() | aiohttp.ClientError() | discord.DiscordServerError():
            _log.error("Discord can't be reached at DISCORD_API_URL. Look at this host's network.")
            return ExitCode.DISCORD_UNREACHABLE
        case _:
            raise error


def _closed_by_discord(error: discord.ClientException) -> ExitCode:
    code = error.code if isinstance(error, discord.ConnectionClosed) else 4014
    if code not in _REFUSED_CLOSE_CODES:
        raise error
    what = "DISCORD_TOKEN" if code == _REFUSED_CLOSE_CODES[0] else "SHARD_COUNT and SHARD_IDS"
    _log.error("Discord closed the connection (%d). Look at %s.", code, what)
    return ExitCode.DISCORD_REFUSED
