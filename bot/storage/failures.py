"""What a driver's error means: the border at which the libraries' exceptions end.

Both drivers tell a cause by a code and not by a class, so codes are what is looked at. A code that
isn't here is a mistake of ours, such as a broken constraint, and passes through as it is.
"""

import errno
import sqlite3
from collections.abc import Generator, Mapping
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from bot.domain.errors import StoreTrouble, StoreUnavailableError

# https://www.sqlite.org/rescode.html#primary_result_code_list
_SQLITE: Mapping[int, StoreTrouble] = {
    sqlite3.SQLITE_BUSY: StoreTrouble.LOCKED,
    sqlite3.SQLITE_LOCKED: StoreTrouble.LOCKED,
    sqlite3.SQLITE_FULL: StoreTrouble.FULL,
    sqlite3.SQLITE_READONLY: StoreTrouble.READ_ONLY,
    sqlite3.SQLITE_PERM: StoreTrouble.READ_ONLY,
    sqlite3.SQLITE_CANTOPEN: StoreTrouble.AWAY,
    sqlite3.SQLITE_IOERR: StoreTrouble.AWAY,
    sqlite3.SQLITE_CORRUPT: StoreTrouble.DAMAGED,
    sqlite3.SQLITE_NOTADB: StoreTrouble.DAMAGED,
}
_SQLITE_PRIMARY = 0xFF
# Codes, or their first two letters for a class; a whole code goes before its class.
# https://www.postgresql.org/docs/current/errcodes-appendix.html
_POSTGRES: Mapping[str, StoreTrouble] = {
    "08": StoreTrouble.AWAY,  # connection lost
    "25006": StoreTrouble.READ_ONLY,  # a standby
    "25P03": StoreTrouble.AWAY,  # the server ended an idle transaction
    "28": StoreTrouble.REFUSED,  # the login
    "3D": StoreTrouble.REFUSED,  # there is no such database
    "42501": StoreTrouble.REFUSED,  # the user lacks a right
    "40": StoreTrouble.LOCKED,  # deadlock, serialisation
    "53": StoreTrouble.AWAY,  # out of connections or memory
    "53100": StoreTrouble.FULL,
    "55P03": StoreTrouble.LOCKED,
    "57014": StoreTrouble.LOCKED,  # a statement took too long
    "57P": StoreTrouble.AWAY,  # starting up, shutting down, crashed
    "58": StoreTrouble.AWAY,  # input or output of the server's system
    "XX001": StoreTrouble.DAMAGED,
    "XX002": StoreTrouble.DAMAGED,
}
_CODE_LENGTHS = (5, 3, 2)
_SYSTEM: Mapping[int, StoreTrouble] = {
    errno.EACCES: StoreTrouble.READ_ONLY,
    errno.EPERM: StoreTrouble.READ_ONLY,
    errno.EROFS: StoreTrouble.READ_ONLY,
    errno.ENOSPC: StoreTrouble.FULL,
}


@contextmanager
def driver_errors_told() -> Generator[None]:
    """Turn what a driver raises into an error of the domain.

    Raises
    ------
    StoreUnavailableError
        Where the database can't be used now.
    """
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error, OSError) as error:
        trouble = trouble_of(error)
        if trouble is None:
            raise
        raise StoreUnavailableError(trouble) from error


def trouble_of(error: BaseException) -> StoreTrouble | None:
    """Tell what is wrong with the database; ``None`` where the statement is what is wrong."""
    if isinstance(error, DBAPIError):
        lost = StoreTrouble.AWAY if error.connection_invalidated else None
        return _by_code(error.orig) or lost
    if isinstance(error, OSError):
        return _SYSTEM.get(error.errno or 0, StoreTrouble.AWAY)
    # A wait for a free connection that took too long.
    return StoreTrouble.AWAY if isinstance(error, PoolTimeoutError) else _by_code(error)


def _by_code(error: BaseException | None) -> StoreTrouble | None:
    code = getattr(error, "sqlite_errorcode", None)
    if isinstance(code, int):
        return _SQLITE.get(code & _SQLITE_PRIMARY)
    state = getattr(error, "sqlstate", None)
    if isinstance(state, str):
        known = (_POSTGRES.get(state[:length]) for length in _CODE_LENGTHS)
        return next((trouble for trouble in known if trouble is not None), None)
    return None
