"""Opening the database, whichever it is, and saying to its host why it can't be opened."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager

from bot.domain.errors import StoreTrouble, StoreUnavailableError
from bot.storage.database import PATIENCE_S, Database, DatabaseUnusableError
from bot.storage.file_access import obstacle_to_writing
from bot.storage.migrations import SchemaNewerError
from bot.storage.sqlite import open_sqlite
from bot.storage.urls import DatabasePlace, PostgresServer, SqliteFile

# A server often starts beside the bot.
START_WAIT_S = 30.0
_PAUSE_S = 0.5
_WORTH_WAITING = frozenset({StoreTrouble.AWAY, StoreTrouble.LOCKED})
# What SQLite says of a file whose rights are wrong.
_OF_RIGHTS = frozenset({StoreTrouble.READ_ONLY, StoreTrouble.AWAY})
MENDED_BY: Mapping[StoreTrouble, str] = {
    StoreTrouble.LOCKED: "Close whatever else has it open.",
    StoreTrouble.FULL: "Make room there.",
    StoreTrouble.READ_ONLY: "Let the bot's user write to it and to its folder.",
    StoreTrouble.AWAY: "Look at whether it is there, and at DATABASE_URL.",
    StoreTrouble.REFUSED: "Look at DATABASE_URL, and at what that user may do.",
    StoreTrouble.DAMAGED: "Put a backup in its place, or set another DATABASE_URL.",
}

_log = logging.getLogger(__name__)


@asynccontextmanager
async def open_database(
    place: DatabasePlace, wait_s: float = START_WAIT_S, *, patience_s: float = PATIENCE_S
) -> AsyncGenerator[Database]:
    """Open a database with its newest schema; wait a while for a server that isn't there yet.

    Parameters
    ----------
    wait_s
        How long to wait for the server.
    patience_s
        How long a query may take; a first answer waits no longer.

    Raises
    ------
    DatabaseUnusableError
        Where it can't be opened.
    """
    async with AsyncExitStack() as stack:
        try:
            database = await _opened(place, stack, wait_s, patience_s)
        except StoreUnavailableError as error:
            raise unusable(place, error.trouble) from error
        except SchemaNewerError as error:
            raise newer(place, error) from None
        yield database


async def _opened(
    place: DatabasePlace, stack: AsyncExitStack, wait_s: float, patience_s: float
) -> Database:
    if isinstance(place, SqliteFile):
        return await stack.enter_async_context(open_sqlite(place.path, patience_s))
    return await _joined(place, stack, wait_s, patience_s)


async def _joined(
    server: PostgresServer, stack: AsyncExitStack, wait_s: float, patience_s: float
) -> Database:
    # Its driver and dialect take 6 MB, which a bot on a file can do without.
    from bot.storage.postgresql import open_postgres  # noqa: PLC0415  see above

    loop = asyncio.get_running_loop()
    until_s = loop.time() + wait_s
    told = False
    while True:
        try:
            return await stack.enter_async_context(open_postgres(server, patience_s))
        except StoreUnavailableError as error:
            if error.trouble not in _WORTH_WAITING or loop.time() >= until_s:
                raise
            if not told:
                _log.warning("%s %s; asking again", called(server), error.trouble.value)
            told = True
        await asyncio.sleep(_PAUSE_S)


def unusable(place: DatabasePlace, trouble: StoreTrouble) -> DatabaseUnusableError:
    """Say of a database why it can't be used, and what mends it."""
    obstacle = obstacle_to_writing(place.path) if isinstance(place, SqliteFile) else None
    if obstacle is not None and trouble in _OF_RIGHTS:
        return DatabaseUnusableError(f"{called(place)} {StoreTrouble.READ_ONLY.value}. {obstacle}")
    return DatabaseUnusableError(f"{called(place)} {trouble.value}. {MENDED_BY[trouble]}")


def newer(place: DatabasePlace, error: SchemaNewerError) -> DatabaseUnusableError:
    """Say of a database that it is a newer program's."""
    return DatabaseUnusableError(
        f"{called(place)} has the schema {error.found} of a newer version of the bot; this one"
        f" knows {error.known}. Start the newer version again, or restore a copy from before the"
        " upgrade."
    )


def called(place: DatabasePlace) -> str:
    """Name a database as the beginning of a sentence, without anything secret."""
    if isinstance(place, SqliteFile):
        return f"The database {place.path}"
    return f"The database on {place.host or 'this machine'}"
