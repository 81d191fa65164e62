"""Everything of the image API, opened together and closed together."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import ClientSession, DummyCookieJar, TCPConnector, TraceConfig
from aiohttp.abc import AbstractResolver
from yarl import URL

from bot.domain.happenings import Observe, unobserved
from bot.domain.picture_ports import OwnPictures
from bot.domain.ports import Clock
from bot.domain.requests import UPLOAD_MAX_BYTES
from bot.providers.addresses import public_socket
from bot.providers.balance import Get3WBalance
from bot.providers.billing import Get3WBilling
from bot.providers.catalogue import Get3WCatalogue
from bot.providers.downloads import Doors, GuardedDownloads, download_timeout
from bot.providers.get3w import Get3WProvider
from bot.providers.http import ApiHttp
from bot.providers.patience import Patience
from bot.providers.picture_store import PictureStore
from bot.providers.source_pictures import DiscordDoors, MembersPictures, NoOwnPictures
from bot.providers.source_uploads import SourceUploads
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
    billing: Get3WBilling


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
    moved_discord_url
        Where Discord is, if it isn't where it always is; uploads may come from there too then.
    own_pictures
        Where the pictures are that were made before.
    traces
        What looks at each request to the API.
    observe
        What is told of streams that were lost.
    """

    api_url: str
    api_key: str
    spool_folder: Path
    patience: Patience = field(default_factory=Patience)
    stream: bool = True
    pictures_in_memory: int = 16
    resolver: AbstractResolver | None = None
    catalogue_file: Path | None = None
    moved_discord_url: str | None = None
    own_pictures: OwnPictures = field(default_factory=NoOwnPictures)
    traces: Sequence[TraceConfig] = ()
    observe: Observe = unobserved


@asynccontextmanager
async def open_image_api(options: ImageApiOptions, clock: Clock) -> AsyncGenerator[ImageApi, None]:
    """Open the sessions and wire what works with them; all is closed at the end of the block."""
    async with AsyncExitStack() as stack:
        api = await _open_http(stack, options)
        catalogue = Get3WCatalogue(api, clock, options.catalogue_file)
        await catalogue.remember()
        doors = await _open_doors(stack, options)
        outputs = GuardedDownloads(_outputs_door(options, doors), doors.store)
        sources = SourceUploads(api, _sources(options, doors, outputs), clock)
        patience, streaming = options.patience, options.stream
        upstream = Upstream(
            api, clock, patience, streaming, set(), catalogue.takes, sources, options.observe
        )
        yield ImageApi(
            provider=Get3WProvider(upstream),
            catalogue=catalogue,
            downloads=outputs,
            balance=Get3WBalance(api),
            billing=Get3WBilling(api),
        )


@dataclass(frozen=True, slots=True)
class _Doors:
    """What pictures come in through, from wherever: with the guard, without, and where they go."""

    guarded: ClientSession
    unguarded: ClientSession
    store: PictureStore


def _outputs_door(options: ImageApiOptions, doors: _Doors) -> Doors:
    return Doors(doors.guarded, doors.unguarded, URL(options.api_url).origin())


def _sources(options: ImageApiOptions, doors: _Doors, outputs: GuardedDownloads) -> MembersPictures:
    moved = options.moved_discord_url
    origin = None if moved is None else URL(moved).origin()
    uploads = DiscordDoors(doors.guarded, doors.unguarded, origin)
    downloads = GuardedDownloads(uploads, doors.store, UPLOAD_MAX_BYTES)
    return MembersPictures(downloads, outputs, options.own_pictures)


@asynccontextmanager
async def open_questions(api_url: str, api_key: str) -> AsyncGenerator[ApiHttp, None]:
    """Open the way for what costs nothing alone."""
    async with _api_session(TCPConnector(limit=0)) as session:
        yield ApiHttp(session, session, api_url, api_key)


async def _open_http(stack: AsyncExitStack, options: ImageApiOptions) -> ApiHttp:
    submissions = _api_session(TCPConnector(limit=0, force_close=True), options.traces)
    questions = _api_session(TCPConnector(limit=0), options.traces)
    return ApiHttp(
        await stack.enter_async_context(submissions),
        await stack.enter_async_context(questions),
        options.api_url,
        options.api_key,
    )


def _api_session(connector: TCPConnector, traces: Sequence[TraceConfig] = ()) -> ClientSession:
    return ClientSession(
        connector=connector,
        cookie_jar=DummyCookieJar(),
        read_bufsize=_STREAM_BUFFER_BYTES,
        trace_configs=list(traces),
    )


async def _open_doors(stack: AsyncExitStack, options: ImageApiOptions) -> _Doors:
    store = PictureStore(options.spool_folder, pictures_in_memory=options.pictures_in_memory)
    stack.push_async_callback(store.close)
    guarded = TCPConnector(socket_factory=public_socket, resolver=options.resolver)
    return _Doors(
        guarded=await stack.enter_async_context(_download_session(guarded)),
        unguarded=await stack.enter_async_context(_download_session(TCPConnector())),
        store=store,
    )


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
