"""The journal's writer: many changes, one transaction.

A commit costs the same for one change as for a hundred, and a thousand first answers may wait for
theirs at the same moment. So changes gather while a transaction runs, and the next one takes all of
them, in their order. Nobody is told before the commit.

A change that fails takes its group with it, and then the group runs again with a savepoint for each
change, which costs more but fails only whoever was wrong. A change may therefore run twice, and may
have no effect but on the database. A database that is away for a moment is tried again until the
callers give up, unless the connection broke during the commit: nobody knows then whether the
changes were kept, and a second run might do them twice.

Changes that are alike can be made together, where what they read is the same for all.
"""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from itertools import groupby
from typing import TypeVar, cast

from sqlalchemy import Connection

from bot.domain.errors import StoreTrouble, StoreUnavailableError
from bot.storage.database import PATIENCE_S, Database
from bot.storage.failures import trouble_of

T = TypeVar("T")
A = TypeVar("A")
# Makes changes that are alike, in the order in which they came, and gives what each one returns.
Changes = Callable[[Connection, Sequence[A]], Sequence[T]]

# A commit for this many costs little more than for all, and the first of a thousand hear of theirs
# while the others are written: half of them in two thirds of the time that groups of 250 take.
_GROUP_MAX = 100
_PAUSE_S = 0.05
_MAY_PASS = frozenset({StoreTrouble.AWAY, StoreTrouble.LOCKED})


class _Write:
    """A change, and the caller who waits for it.

    Attributes
    ----------
    changes
        What makes it, with those beside it that the same makes.
    about
        What it is given.
    """

    def __init__(
        self, changes: Changes[object, object], about: object, caller: asyncio.Future[object]
    ) -> None:
        self.changes = changes
        self.about = about
        self._caller = caller
        self._tell: Callable[[], None] | None = None

    @property
    def wanted(self) -> bool:
        """Whether anybody still waits."""
        return not self._caller.done()

    def done(self, result: object) -> None:
        """Keep what came of it."""
        self._tell = partial(self._caller.set_result, result)

    def fail(self, error: Exception) -> None:
        """Keep the caller's own error."""
        self._tell = partial(self._caller.set_exception, error)

    def tell(self) -> None:
        """Let the caller go on, who may have left meanwhile."""
        if self.wanted and self._tell is not None:
            self._tell()


class JournalWriter:
    """Takes changes from anybody on its event loop; made and ended by :func:`open_writer`."""

    def __init__(self, database: Database, patience_s: float = PATIENCE_S) -> None:
        self._database = database
        self._patience_s = patience_s
        self._waiting: deque[_Write] = deque()
        self._called = asyncio.Event()
        self._closing = False
        self._trouble = StoreTrouble.AWAY

    async def write(self, change: Callable[[Connection], T]) -> T:
        """Make a change; return what it returns, once it is kept.

        Parameters
        ----------
        change
            May run twice; it has no effect but on the database, and fails by raising.

        Raises
        ------
        StoreUnavailableError
            After its patience, or when the database can't be written at all. Nothing was changed
            then, unless that moment, or a broken connection, fell into the commit.
        """
        return await self.write_alike(partial(_alone, change), None)

    async def write_alike(self, changes: Changes[A, T], about: A) -> T:
        """Make a change together with those that wait beside it and are made by the same function.

        Parameters
        ----------
        changes
            Given to every call as the same object. May run twice, and fails by raising, for all.
        about
            What tells this change from the others.

        Raises
        ------
        StoreUnavailableError
            As :meth:`write` does.
        """
        if self._closing:
            raise StoreUnavailableError(StoreTrouble.AWAY)
        loop = asyncio.get_running_loop()
        caller: asyncio.Future[object] = loop.create_future()
        # A function and what it is given stay together from here on.
        self._waiting.append(_Write(cast("Changes[object, object]", changes), about, caller))
        self._called.set()
        # `asyncio.timeout` takes five times as long, and `wait_for` loses a cancel that comes
        # together with the result in Python 3.11.
        patience = loop.call_later(self._patience_s, self._give_up, caller)
        try:
            return cast("T", await caller)
        finally:
            patience.cancel()

    def _give_up(self, caller: asyncio.Future[object]) -> None:
        if not caller.done():
            caller.set_exception(StoreUnavailableError(self._trouble))

    def close(self) -> None:
        """Take nothing more; what has been taken is still written."""
        self._closing = True
        self._called.set()

    async def run(self) -> None:
        """Write until it is closed."""
        while not self._closing or self._waiting:
            await self._called.wait()
            group = self._gathered()
            if group:
                await self._keep(group)

    def _gathered(self) -> list[_Write]:
        group: list[_Write] = []
        while self._waiting and len(group) < _GROUP_MAX:
            write = self._waiting.popleft()
            if write.wanted:
                group.append(write)
        if not self._waiting and not self._closing:
            self._called.clear()
        return group

    async def _keep(self, group: Sequence[_Write]) -> None:
        attempt = _Attempt(group)
        try:
            await self._database.write(attempt.all_together)
        except StoreUnavailableError as error:
            await self._try_later(attempt, error)
        except Exception:  # noqa: BLE001  whose it is comes out below
            await self._keep_one_by_one(group)
        else:
            _tell(group)

    async def _keep_one_by_one(self, group: Sequence[_Write]) -> None:
        attempt = _Attempt(group)
        try:
            await self._database.write(attempt.one_by_one)
        except StoreUnavailableError as error:
            await self._try_later(attempt, error)
        except Exception as error:  # noqa: BLE001  it is told to every caller
            _fail(group, error)
        else:
            _tell(group)

    async def _try_later(self, attempt: "_Attempt", error: StoreUnavailableError) -> None:
        self._trouble = error.trouble
        if attempt.finished or error.trouble not in _MAY_PASS:
            _fail(attempt.group, error)
            return
        self._waiting.extendleft(reversed(attempt.group))
        self._called.set()
        await asyncio.sleep(_PAUSE_S)


class _Attempt:
    """One transaction of a group; ``finished`` once nothing is left of it but the commit."""

    def __init__(self, group: Sequence[_Write]) -> None:
        self.group = group
        self.finished = False

    def all_together(self, connection: Connection) -> None:
        for _, alike in groupby(self.group, key=_changes_of):
            _run(connection, list(alike))
        self.finished = True

    def one_by_one(self, connection: Connection) -> None:
        for write in self.group:
            try:
                with connection.begin_nested():
                    _run(connection, [write])
            except Exception as error:
                if trouble_of(error) is not None:
                    raise
                write.fail(error)
        self.finished = True


def _alone(change: Callable[[Connection], T], connection: Connection, _: object) -> Sequence[T]:
    return [change(connection)]


def _changes_of(write: _Write) -> Changes[object, object]:
    return write.changes


def _run(connection: Connection, alike: Sequence[_Write]) -> None:
    """Make changes that are alike, but for those that nobody waits for any more."""
    wanted = [write for write in alike if write.wanted]
    if not wanted:
        return
    results = wanted[0].changes(connection, [write.about for write in wanted])
    for write, result in zip(wanted, results, strict=True):
        write.done(result)


def _tell(group: Sequence[_Write]) -> None:
    for write in group:
        write.tell()


def _fail(group: Sequence[_Write], error: Exception) -> None:
    for write in group:
        write.fail(error)
    _tell(group)


@asynccontextmanager
async def open_writer(
    database: Database, patience_s: float = PATIENCE_S
) -> AsyncGenerator[JournalWriter]:
    """Let a writer work for a while; what it was given by then is written before it ends.

    Parameters
    ----------
    patience_s
        How long a caller waits for its change.
    """
    writer = JournalWriter(database, patience_s)
    working = asyncio.create_task(writer.run(), name="journal writer")
    try:
        yield writer
    finally:
        writer.close()
        await working
