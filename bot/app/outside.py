"""The doors to the outside: Discord, the image API, and the folder for what is in between."""

import os
import shutil
import tempfile
import time
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import aiohttp

from bot.app.background import in_background
from bot.app.observing import Observatory
from bot.client.answerer import DiscordAnswerer
from bot.client.sender import USER_AGENT, DiscordSender
from bot.domain.picture_ports import OwnPictures
from bot.domain.ports import Clock
from bot.observability.clock import SystemClock
from bot.providers.image_api import ImageApi, ImageApiOptions, open_image_api
from bot.providers.patience import Patience
from bot.services.past_pictures import KeptPictures
from bot.settings import Settings
from bot.storage.picture_archive import ArchiveRoom, DiskPictures, open_picture_archive
from bot.storage.stores import Stores

DATA_FOLDER = Path("data")
_CATALOGUE_FILE = DATA_FOLDER / "models.json"
PICTURES_FOLDER = DATA_FOLDER / "pictures"
_MEGABYTE = 1_000_000
_SPOOL = "spool-"
# No picture is under way for so long, so nothing in a folder that nobody touched is needed.
_SPOOL_ABANDONED_S = 24 * 3600.0
# Uploads in flight at once; each holds a piece of a picture in its connection's buffers.
SENDER_CONNECTIONS = 64
# First answers in flight at once. A thousand connections opened at the same moment overrun whoever
# takes them; a hundred that are kept take a thousand answers in a second, each a tenth on its way.
_ANSWER_CONNECTIONS = 100


@dataclass(frozen=True, slots=True)
class Outside:
    """All that reaches beyond the process, open."""

    stores: Stores
    archive: DiskPictures
    api: ImageApi
    sender: DiscordSender
    answerer: DiscordAnswerer
    clock: Clock
    watch: Observatory


async def open_outside(
    settings: Settings,
    stores: Stores,
    session: aiohttp.ClientSession,
    watch: Observatory,
    stack: AsyncExitStack,
) -> Outside:
    """Open what isn't open yet; the stack closes it."""
    clock = SystemClock()
    archive = await _open_archive(settings, clock, stack)
    own_pictures = KeptPictures(archive, stores.journal)
    options = _image_api_options(settings, own_pictures, watch, stack)
    api = await stack.enter_async_context(open_image_api(options, clock))
    await in_background(api.catalogue.keep_fresh(), stack)
    token = settings.discord_token.get_secret_value()
    answers = await stack.enter_async_context(discord_session(_ANSWER_CONNECTIONS))
    return Outside(
        stores,
        archive,
        api,
        DiscordSender(session, settings.discord_api_url, token),
        DiscordAnswerer(answers, settings.discord_api_url, watch.discord),
        clock,
        watch,
    )


async def _open_archive(settings: Settings, clock: Clock, stack: AsyncExitStack) -> DiskPictures:
    kept_for = timedelta(days=settings.retention_days_max)
    room = ArchiveRoom(settings.pictures_on_disk_mb * _MEGABYTE, kept_for)
    archive = await stack.enter_async_context(open_picture_archive(PICTURES_FOLDER, room))

    async def clear_away() -> None:
        await archive.tidy(clock.now())

    await in_background(clear_away(), stack)
    return archive


def discord_session(connections: int, watch: Observatory | None = None) -> aiohttp.ClientSession:
    """Open the connections of one purpose to Discord's REST API, as many as given at most."""
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=connections),
        headers={"User-Agent": USER_AGENT},
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=10),
        cookie_jar=aiohttp.DummyCookieJar(),
        trace_configs=[] if watch is None else [watch.discord.config()],
    )


def _image_api_options(
    settings: Settings, own_pictures: OwnPictures, watch: Observatory, stack: AsyncExitStack
) -> ImageApiOptions:
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
        catalogue_file=_CATALOGUE_FILE,
        moved_discord_url=settings.discord_api_url if settings.discord_moved else None,
        own_pictures=own_pictures,
        traces=(watch.upstream(),),
        observe=watch.note,
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
