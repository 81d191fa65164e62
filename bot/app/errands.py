"""The commands that do one thing and end: register commands, upgrade, copy, restore, move."""

import asyncio
import tempfile
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from pydantic import SecretStr

from bot.app.observing import open_observatory
from bot.app.outside import SENDER_CONNECTIONS, discord_session
from bot.app.running import START_WAIT_S, log_in
from bot.app.wiring import built_bot
from bot.client.endings import ExitCode, ending_of
from bot.client.registration import Registration
from bot.domain.errors import StoreUnavailableError
from bot.observability.clock import SystemClock
from bot.presentation import errand_words as words
from bot.settings import Settings
from bot.storage.copies import Reason, make_copy
from bot.storage.database import DatabaseUnusableError
from bot.storage.database_check import schema_at
from bot.storage.migrations import SchemaNewerError, step_of
from bot.storage.moving import MoveUnequalError, TargetNotEmptyError, move
from bot.storage.opening import called, newer, open_database, unusable
from bot.storage.restoring import CopyUnfitError, NoCopyError, newest_copy, restore
from bot.storage.stores import open_stores
from bot.storage.urls import (
    DatabaseUrlError,
    PostgresServer,
    SqliteFile,
    read_database_url,
)


class Outcome(NamedTuple):
    """How an errand ended; what it says goes to the standard output where that is well."""

    code: ExitCode
    text: str


async def sync(settings: Settings, *, start_wait_s: float = START_WAIT_S) -> Outcome:
    """Register the commands at Discord where it has others; no database is needed for it."""
    try:
        registration = await _registered(settings, start_wait_s)
    except Exception as error:
        ending = ending_of(error)
        if ending is None:
            raise
        return Outcome(ending.code, ending.words)
    return Outcome(ExitCode.STOPPED, words.synced(registration.commands, sent=registration.sent))


async def _registered(settings: Settings, start_wait_s: float) -> Registration:
    async with AsyncExitStack() as stack:
        # Commands are built on stores. The bot's own may be in use, so they get some of their own.
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        place = SqliteFile(Path(folder, "sync.sqlite3"))
        elsewhere = {
            "database_url": SecretStr(f"sqlite:///{place.path}"),
            "shard_ids": (),
            "shard_count": None,
        }
        alone = settings.model_copy(update=elsewhere)
        opening = open_stores(place, SystemClock(), settings.default_model)
        stores = await stack.enter_async_context(opening)
        session = await stack.enter_async_context(discord_session(SENDER_CONNECTIONS))
        bot = await built_bot(alone, stores, session, await open_observatory(stack), stack)
        await log_in(bot, alone, session, start_wait_s)
        return bot.registration or Registration(0, sent=False)


async def migrate(settings: Settings) -> Outcome:
    """Bring the database's schema up to date."""
    place = settings.database
    try:
        before = await schema_at(place)
        async with open_database(place) as database:
            after = await database.read(step_of)
    except StoreUnavailableError as error:
        return _unusable(unusable(place, error.trouble))
    except DatabaseUnusableError as error:
        return _unusable(error)
    return Outcome(ExitCode.STOPPED, words.migrated(before, after or ""))


async def backup(settings: Settings) -> Outcome:
    """Copy the database, also while the bot runs, and print where the copy is."""
    place = settings.database
    if isinstance(place, PostgresServer):
        return Outcome(ExitCode.SETTINGS, words.PG_DUMP)
    if not place.path.exists():
        return Outcome(ExitCode.DATABASE_UNUSABLE, words.NO_DATABASE)
    try:
        copy = await asyncio.to_thread(make_copy, place.path, Reason.ASKED, datetime.now(UTC))
    except StoreUnavailableError as error:
        return _unusable(unusable(place, error.trouble))
    return Outcome(ExitCode.STOPPED, str(copy))


async def restored(settings: Settings, source: Path | None) -> Outcome:
    """Put a copy in the database's place, the newest one where none is named."""
    place = settings.database
    if isinstance(place, PostgresServer):
        return Outcome(ExitCode.SETTINGS, words.PG_RESTORE)
    try:
        chosen = newest_copy(place.path).path if source is None else source
        done = await asyncio.to_thread(restore, place.path, chosen, datetime.now(UTC))
    except NoCopyError:
        return Outcome(ExitCode.SETTINGS, words.NO_SUCH_COPY if source else words.NO_COPY)
    except CopyUnfitError as error:
        return Outcome(ExitCode.SETTINGS, _unfit(error))
    except StoreUnavailableError as error:
        return _unusable(unusable(place, error.trouble))
    except DatabaseUnusableError as error:
        return _unusable(error)
    kept = None if done.kept is None else str(done.kept)
    text = words.restored(
        str(done.source), done.schema, kept, done.closed_jobs, done.continued_jobs
    )
    return Outcome(ExitCode.STOPPED, text)


def _unfit(error: CopyUnfitError) -> str:
    path = str(error.path)
    if error.damaged:
        return words.unfit_damaged(path)
    if error.itself:
        return words.unfit_itself(path)
    if error.newer_schema:
        return words.unfit_newer(path, error.newer_schema, error.known_schema)
    return words.unfit_foreign(path)


async def moved(settings: Settings, address: str) -> Outcome:
    """Move all that is kept from the file to a server."""
    place = settings.database
    if isinstance(place, PostgresServer):
        return Outcome(ExitCode.SETTINGS, words.MOVE_FROM_FILE)
    server = _server(address)
    if server is None:
        return Outcome(ExitCode.SETTINGS, words.MOVE_TO_SERVER)
    if not place.path.exists():
        return Outcome(ExitCode.DATABASE_UNUSABLE, words.NO_DATABASE)
    return await _moved(place, server)


def _server(address: str) -> PostgresServer | None:
    try:
        place = read_database_url(address.strip())
    except DatabaseUrlError:
        return None
    return place if isinstance(place, PostgresServer) else None


async def _moved(file: SqliteFile, server: PostgresServer) -> Outcome:
    try:
        rows = await move(file.path, server)
    except TargetNotEmptyError:
        return Outcome(ExitCode.DATABASE_UNUSABLE, words.TARGET_NOT_EMPTY)
    except MoveUnequalError as error:
        return Outcome(ExitCode.DATABASE_UNUSABLE, words.unequal(error.table))
    except DatabaseUnusableError as error:
        return _unusable(error)
    except SchemaNewerError as error:
        return _unusable(newer(server, error))
    except StoreUnavailableError as error:
        text = words.target_unusable(called(server), error.trouble.value)
        return Outcome(ExitCode.DATABASE_UNUSABLE, text)
    return Outcome(ExitCode.STOPPED, words.moved(rows, str(file.path)))


def _unusable(error: DatabaseUnusableError) -> Outcome:
    return Outcome(ExitCode.DATABASE_UNUSABLE, str(error))
