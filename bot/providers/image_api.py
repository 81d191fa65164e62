"""Everything of the image API, opened together and closed together."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import ClientSession, DummyCookieJar, TCPConnector
from aiohttp.abc import AbstractResolver
from yarl import URL

from bot.domain.ports import Clock
from bot.providers.addresses import public_socket
from bot.providers.balance import Get3WBalance
from bot.providers.catalogue import Get3WCatalogue
from bot.providers.downloads import Doors, GuardedDownloads, download_timeout
from bot.providers.get3w import Get3WProvider
from bot.providers.http import ApiHttp
from bot.providers.patience import Patience
from bot.providers.picture_store import PictureStore
from bot.providers.submission import Upstream

# A stream's events are short, and hundreds of streams are open at once.
_STREAM_BUFFER_BYTES = 1 << 14
# A picture's chunks should be few.
_PICTURE_BUFFER_BYTES = 1 << 16


@dataclass(frozen=True, slots=True)
class ImageApi:
    """The image API, as the inside sees it."""

    provider: Get3WProvider
    catalogue: Get3WCatalogue
    downloads: GuardedDownloads
    balance: Get3WBalance


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageApiOptions:
    """How to reach the image API.

    Attributes
    ----------
    api_url
        Its base address, such as ``https://api.get3w.com/api/v3``.
    stream
        Whether streams are wished for; without, every task is polled.
    pictures_in_memory
        How many fetched pictures at most are held in memory.
    spool_folder
        Where the other pictures go.
    resolver
        Who resolves the names of foreign addresses; the system's, where none is given.
    catalogue_file
        Where the list of models is kept from one start to the next; nowhere, where none is given.
    """

    api_url: str
    api_key: str
    spool_folder: Path
    patience: Patience = field(default_factory=Patience)
    stream: bool = True
    pictures_in_memory: int = 16
    resolver: AbstractResolver | None = None
    catalogue_file: Path | None = None


@asynccontextmanager
async def open_image_api(options: ImageApiOptions, clock: Clock) -> AsyncGenerator[ImageApi, None]:
    """Open the sessions and wire what works with them; all is closed at the end of the block."""
    async with AsyncExitStack() as stack:
        api = await _open_http(stack, options)
        catalogue = Get3WCatalogue(api, clock, options.catalogue_file)
        await catalogue.remember()
        yield ImageApi(
            provider=Get3WProvider(
                Upstream(api, clock, options.patience, options.stream, unstreamed=set())
            ),
            catalogue=catalogue,
            downloads=await _open_downloads(stack, options),
            balance=Get3WBalance(api),
        )


async def _open_http(stack: AsyncExitStack, options: ImageApiOptions) -> ApiHttp:
    submissions = _api_session(TCPConnector(limit=0, force_close=True))
    questions = _api_session(TCPConnector(limit=0))
    return ApiHttp(
        await stack.enter_async_context(submissions),
        await stack.enter_async_context(questions),
        options.api_url,
        options.api_key,
    )


def _api_session(connector: TCPConnector) -> ClientSession:
    return ClientSession(
        connector=connector, cookie_jar=DummyCookieJar(), read_bufsize=_STREAM_BUFFER_BYTES
    )


async def _open_downloads(stack: AsyncExitStack, options: ImageApiOptions) -> GuardedDownloads:
    store = PictureStore(options.spool_folder, pictures_in_memory=options.pictures_in_memory)
    stack.push_async_callback(store.close)
    guarded = TCPConnector(socket_factory=public_socket, resolver=options.resolver)
    doors = Doors(
        foreign=await stack.enter_async_context(_download_session(guarded)),
        own=await stack.enter_async_context(_download_session(TCPConnector())),
        own_origin=URL(options.api_url).origin(),
    )
    return GuardedDownloads(doors, store)


def _download_session(connector: TCPConnector) -> ClientSession:
    return ClientSession(
        connector=connector,
        cookie_jar=DummyCookieJar(),
        timeout=download_timeout(),
        headers={"Accept": "image/*", "Accept-Encoding": "identity"},
        auto_decompress=False,
        trust_env=False,
        read_bufsize=_PICTURE_BUFFER_BYTES,
    )
