"""All stores of one database, opened and closed together."""

import math
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from bot.domain.happenings import Observe, unobserved
from bot.domain.ports import Clock
from bot.storage.audit import StoredAudit
from bot.storage.cached_policies import KEPT_S, CachedPolicies
from bot.storage.database import Database
from bot.storage.greetings import StoredGreetings
from bot.storage.identify_turns import StoredIdentifyTurns
from bot.storage.job_history import StoredJobHistory
from bot.storage.journal import StoredJournal
from bot.storage.ledger import StoredLedger
from bot.storage.line import StoredLine
from bot.storage.member_records import StoredMemberRecords
from bot.storage.observed import ObservedDatabase
from bot.storage.opening import START_WAIT_S, open_database
from bot.storage.policies import StoredPolicies
from bot.storage.preferences import StoredPreferences
from bot.storage.retention import StoredRetention
from bot.storage.run_times import StoredRunTimes
from bot.storage.schema import StoredSchema
from bot.storage.urls import DatabasePlace, SqliteFile
from bot.storage.writer import JournalWriter, open_writer

_HOST_KEPT_S = 0.8


@dataclass(frozen=True, slots=True)
class Stores:
    """What the bot keeps, behind the domain's ports.

    Attributes
    ----------
    host
        The host's own decisions, such as a pause, under the id ``server_policy.HOST``; what
        another process changes is known within a second.
    """

    policies: CachedPolicies
    host: CachedPolicies
    audit: StoredAudit
    ledger: StoredLedger
    journal: StoredJournal
    line: StoredLine
    history: StoredJobHistory
    records: StoredMemberRecords
    retention: StoredRetention
    preferences: StoredPreferences
    greetings: StoredGreetings
    run_times: StoredRunTimes
    schema: StoredSchema
    identify_turns: StoredIdentifyTurns


@asynccontextmanager
async def open_stores(
    place: DatabasePlace,
    clock: Clock,
    host_default: str,
    wait_s: float = START_WAIT_S,
    observe: Observe = unobserved,
) -> AsyncGenerator[Stores]:
    """Open the database and read what has to be at hand.

    Parameters
    ----------
    host_default
        The model that is used in a server that hasn't decided on one.
    wait_s
        How long a server that isn't there yet is waited for.
    observe
        What is told of each time that the database doesn't do its part.

    Raises
    ------
    DatabaseUnusableError
        Where the database can't be opened.
    """
    async with AsyncExitStack() as stack:
        opened = await stack.enter_async_context(open_database(place, wait_s))
        database = ObservedDatabase(opened, observe)
        writer = await stack.enter_async_context(open_writer(database))
        policies = StoredPolicies(database, writer, clock, host_default)
        at_hand = CachedPolicies(policies, clock, _policies_kept_s(place))
        host = CachedPolicies(policies, clock, _HOST_KEPT_S)
        stores = _stores(database, writer, (at_hand, host), clock)
        await stores.run_times.load()
        yield stores


def _stores(
    database: Database,
    writer: JournalWriter,
    policies: tuple[CachedPolicies, CachedPolicies],
    clock: Clock,
) -> Stores:
    return Stores(
        policies=policies[0],
        host=policies[1],
        audit=StoredAudit(database, writer),
        ledger=StoredLedger(database, writer),
        journal=StoredJournal(database, writer),
        line=StoredLine(database, writer),
        history=StoredJobHistory(database, writer),
        records=StoredMemberRecords(database, writer),
        retention=StoredRetention(database, writer),
        preferences=StoredPreferences(database, writer, clock),
        greetings=StoredGreetings(writer),
        run_times=StoredRunTimes(database, writer),
        schema=StoredSchema(database),
        identify_turns=StoredIdentifyTurns(writer),
    )


def _policies_kept_s(place: DatabasePlace) -> float:
    """Tell for how long what was read of a server is true: in a file of ours until we change it."""
    return math.inf if isinstance(place, SqliteFile) else KEPT_S
