"""The composition root: the only place that builds and wires.

One ``AsyncExitStack`` owns every resource and closes them in the opposite order; whatever is
handed on is borrowed.
"""

import asyncio
import os
import shutil
import tempfile
import time
from collections.abc import Coroutine
from contextlib import AsyncExitStack, suppress
from functools import partial
from pathlib import Path

import aiohttp

from bot.client.answerer import DiscordAnswerer
from bot.client.bot import ImagineBot, Shards
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
from bot.settings import Settings
from bot.storage.memory import MemoryRunningJobs
from bot.storage.stores import Stores
from cogs.help import Help
from cogs.imagine import Imagine

DATA_FOLDER = Path("data")
_SPOOL = "spool-"
# No picture is under way for so long, so nothing in a folder that nobody touched is needed.
_SPOOL_ABANDONED_S = 24 * 3600.0
# Uploads in flight at once; each holds a piece of a picture in its connection's buffers.
SENDER_CONNECTIONS = 64
# First answers in flight at once. A thousand connections opened at the same moment overrun whoever
# takes them; a hundred that are kept take a thousand answers in a second, each a tenth on its way.
_ANSWER_CONNECTIONS = 100


def discord_session(connections: int) -> aiohttp.ClientSession:
    """Open the connections of one purpose to Discord's REST API, as many as given at most."""
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=connections),
        headers={"User-Agent": USER_AGENT},
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=10),
        cookie_jar=aiohttp.DummyCookieJar(),
    )


async def built_bot(
    settings: Settings, stores: Stores, session: aiohttp.ClientSession, stack: AsyncExitStack
) -> ImagineBot:
    """Build the bot with all that it works with, on stores that are open."""
    clock = SystemClock()
    options = _image_api_options(settings, stack)
    api = await stack.enter_async_context(open_image_api(options, clock))
    await _in_background(api.catalogue.keep_fresh(), stack)
    book, host = RuleBook(stores.policies), settings.host_rules
    models = ModelAccess(api.catalogue, settings.ceiling, book)
    line = SlotLine(settings.get3w_concurrency)
    bookings = Bookings(stores.ledger, book, host, api.catalogue, log, clock)
    workshop = Workshop(
        api.provider,
        api.downloads,
        models,
        stores.run_times,
        Aftermath(bookings),
        line,
        clock,
    )
    generation = Generation(bookings, MemoryRunningJobs(), workshop)
    token = settings.discord_token.get_secret_value()
    sender = DiscordSender(session, settings.discord_api_url, token)
    answers = await stack.enter_async_context(discord_session(_ANSWER_CONNECTIONS))
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
