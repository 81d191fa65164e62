"""The pictures that members begin with: uploads, from Discord and from nowhere else, and our own.

A member names no address: Discord says where an upload lies. Still, what arrives over the gateway
is a text, and a later version of Discord may put anything there. So the door for uploads has a list
of hosts. It is the guarded door otherwise: https, public addresses, bounds in size and time, and a
picture by its own bytes.

What a job of ours made is on disk. Where it isn't any more, the API may still have it, and it comes
in through the door for outputs, as it did the first time.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace

from aiohttp import ClientSession
from yarl import URL

from bot.domain.errors import (
    PictureUnfetchableError,
    SourceTrouble,
    SourceUnusableError,
    StoreUnavailableError,
)
from bot.domain.picture_ports import OwnPictures
from bot.domain.pictures import UPLOAD_FORMATS, OutputLink, Picture
from bot.domain.requests import UPLOAD_MAX_BYTES, OwnPicture, Source, Upload
from bot.providers.downloads import GuardedDownloads
from bot.providers.picture_body import (
    DownloadFaultError,
    DownloadRefusedError,
    DownloadTooLargeError,
)
from bot.providers.picture_header import UnreadablePictureError
from bot.providers.picture_store import SpoolError

# https://docs.discord.com/developers/reference#cdn-endpoints
DISCORD_HOSTS = frozenset({"cdn.discordapp.com", "media.discordapp.net"})
_HTTPS_PORT = 443

_log = logging.getLogger(__name__)


class ForeignAddressError(DownloadRefusedError):
    """The address isn't one of Discord's."""


@dataclass(frozen=True, slots=True)
class DiscordDoors:
    """The ways to what was uploaded to Discord.

    Attributes
    ----------
    foreign
        A session whose connector makes public sockets only.
    own
        A session without that guard, for a Discord that the operator has moved.
    moved_origin
        Scheme, host and port of that; ``None`` where Discord is where it always is.
    """

    foreign: ClientSession
    own: ClientSession
    moved_origin: URL | None = None

    def session_for(self, url: URL) -> ClientSession:
        """Choose the way for an address.

        Raises
        ------
        ForeignAddressError
            When there is none.
        """
        if not url.host or url.user is not None or url.password is not None:
            raise ForeignAddressError
        if self.moved_origin is not None and url.origin() == self.moved_origin:
            return self.own
        if url.scheme != "https" or url.port != _HTTPS_PORT or url.host not in DISCORD_HOSTS:
            raise ForeignAddressError
        return self.foreign


class NoOwnPictures:
    """Stands where nothing is kept of the pictures that were made."""

    async def kept(self, source: OwnPicture) -> None:
        """Give nothing."""
        del source

    async def address(self, source: OwnPicture) -> None:
        """Tell of nothing."""
        del source


@dataclass(frozen=True, slots=True)
class MembersPictures:
    """Fulfils :class:`bot.domain.ports.SourcePictures`.

    Attributes
    ----------
    downloads
        The door for uploads.
    outputs
        The door for what the API made.
    own
        Where the pictures are that jobs of ours made.
    """

    downloads: GuardedDownloads
    outputs: GuardedDownloads
    own: OwnPictures

    def open(self, source: Source) -> AbstractAsyncContextManager[Picture]:
        """Fetch a picture; its bytes are at hand, in memory or in a file, until the block ends.

        Raises
        ------
        SourceUnusableError
            Where it isn't there any more, or can't be used.
        """
        match source:
            case OwnPicture():
                return self._own(source)
            case Upload(url):
                return self._uploaded(url)

    @asynccontextmanager
    async def _own(self, source: OwnPicture) -> AsyncGenerator[Picture]:
        picture = await self._read(source)
        if picture is None:
            picture = await self._fetched_output(source)
        try:
            if picture.format not in UPLOAD_FORMATS:
                raise SourceUnusableError(SourceTrouble.NOT_A_PICTURE)
            if picture.size_bytes > UPLOAD_MAX_BYTES:
                raise SourceUnusableError(SourceTrouble.TOO_LARGE)
            yield picture
        finally:
            await self.outputs.discard(picture)

    async def _read(self, source: OwnPicture) -> Picture | None:
        """Read a picture from disk, whose file may be gone the next moment."""
        picture = await self.own.kept(source)
        if picture is None or picture.path is None or picture.size_bytes > UPLOAD_MAX_BYTES:
            return picture and replace(picture, path=None)
        try:
            data = await asyncio.to_thread(picture.path.read_bytes)
        except OSError as error:
            _log.info("A picture on disk can't be read: %s.", type(error).__name__)
            return None
        return replace(picture, data=data, path=None)

    async def _fetched_output(self, source: OwnPicture) -> Picture:
        try:
            link = await self.own.address(source)
        except StoreUnavailableError:
            link = None
        if link is None:
            raise SourceUnusableError(SourceTrouble.GONE)
        try:
            return await self.outputs.fetch(link)
        except PictureUnfetchableError:
            raise SourceUnusableError(SourceTrouble.GONE) from None

    @asynccontextmanager
    async def _uploaded(self, url: str) -> AsyncGenerator[Picture]:
        picture = await self._fetched(url)
        try:
            if picture.format not in UPLOAD_FORMATS:
                raise SourceUnusableError(SourceTrouble.NOT_A_PICTURE)
            yield picture
        finally:
            await self.downloads.discard(picture)

    async def _fetched(self, url: str) -> Picture:
        try:
            return await self.downloads.taken(OutputLink(url))
        except tuple(_TROUBLES) as error:
            _log.info("An upload can't be used: %s.", type(error).__name__)
            raise SourceUnusableError(_trouble_of(error)) from None


# The narrower first.
_TROUBLES: Mapping[type[Exception], SourceTrouble] = {
    ForeignAddressError: SourceTrouble.FOREIGN,
    DownloadTooLargeError: SourceTrouble.TOO_LARGE,
    UnreadablePictureError: SourceTrouble.NOT_A_PICTURE,
    DownloadRefusedError: SourceTrouble.NOT_FETCHED,
    DownloadFaultError: SourceTrouble.NOT_FETCHED,
    SpoolError: SourceTrouble.NOT_FETCHED,
    OSError: SourceTrouble.NOT_FETCHED,
}


def _trouble_of(error: Exception) -> SourceTrouble:
    return next(trouble for kind, trouble in _TROUBLES.items() if isinstance(error, kind))
