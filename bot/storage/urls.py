"""Where the database is, read from ``DATABASE_URL``.

Hosting services hand out addresses in the dialect of libpq, people copy them from examples of
SQLAlchemy; both are taken. What can't be read is told without repeating any of it, since a
password may stand at any place of an address that is wrong. Nothing here opens anything, and no
library is needed, so that the settings can be checked before anything else is loaded.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, get_args
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

# https://www.postgresql.org/docs/current/libpq-ssl.html#LIBPQ-SSL-PROTECTION
SslMode = Literal["disable", "allow", "prefer", "require", "verify-ca", "verify-full"]

_SQLITE = frozenset({"sqlite", "sqlite+aiosqlite", "sqlite+pysqlite"})
_POSTGRES = frozenset({"postgres", "postgresql", "postgresql+asyncpg"})
# Taken, but without effect: Neon writes it into every address, and our driver can't bind channels.
_IGNORED = frozenset({"channel_binding"})
_OPTIONS = frozenset({"host", "port", "sslmode", "sslrootcert", "application_name"})
_SLASHES = (
    "should have three slashes before a relative path and four before an absolute one,"
    " such as sqlite:///data/imagine.sqlite3"
)
_SHAPE = "should look like postgresql://user:password@host:5432/database"
_ENCODE = "; letters such as # / ? in a password are written as %23 %2F %3F"


class DatabaseUrlError(ValueError):
    """The address can't be used; its text says why and contains nothing of the address."""


@dataclass(frozen=True, slots=True)
class SqliteFile:
    """A database in one file, which belongs to one process at a time."""

    path: Path


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """A database on a PostgreSQL server; ``None`` leaves a choice to the driver.

    Attributes
    ----------
    host
        A name, an address, or the folder of the server's Unix socket.
    sslmode
        As libpq has it; ``None`` tries an encrypted connection first.
    sslrootcert
        A file with the authorities that ``verify-ca`` and ``verify-full`` trust.
    """

    host: str | None = None
    port: int | None = None
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    database: str | None = None
    sslmode: SslMode | None = None
    sslrootcert: Path | None = None
    application_name: str | None = None


DatabasePlace = SqliteFile | PostgresServer


def read_database_url(text: str) -> DatabasePlace:
    """Read an address.

    Raises
    ------
    DatabaseUrlError
        Where it can't be used; the text begins with a verb, for after the setting's name.
    """
    scheme, separator, rest = text.partition("://")
    if separator and scheme.lower() in _SQLITE:
        return _sqlite_file(rest)
    if separator and scheme.lower() in _POSTGRES:
        return _postgres_server(text)
    raise DatabaseUrlError("should begin with sqlite:/// or postgresql://")


def _sqlite_file(rest: str) -> SqliteFile:
    path = rest.removeprefix("/")
    if path in {"", ":memory:"}:
        raise DatabaseUrlError("should name a file; a database in memory would forget its limits")
    if not rest.startswith("/"):
        raise DatabaseUrlError(_SLASHES)
    if "?" in path or path.startswith("file:"):
        raise DatabaseUrlError("should be a plain path; options for SQLite aren't taken")
    return SqliteFile(Path(path))


def _postgres_server(text: str) -> PostgresServer:
    try:
        parts = urlsplit(text)
        options = _options(parts)
        port = int(options["port"]) if "port" in options else parts.port
    except DatabaseUrlError:
        raise
    except ValueError:
        raise DatabaseUrlError(_SHAPE + _ENCODE) from None
    if parts.fragment:
        raise DatabaseUrlError(_SHAPE + _ENCODE)
    root = options.get("sslrootcert")
    return PostgresServer(
        host=options.get("host") or _host(parts),
        port=port,
        user=_decoded(parts.username),
        password=_decoded(parts.password),
        database=_decoded(parts.path.removeprefix("/")),
        sslmode=_ssl_mode(options),
        sslrootcert=Path(root) if root else None,
        application_name=options.get("application_name"),
    )


def _options(parts: SplitResult) -> Mapping[str, str]:
    options = dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query)))
    if options.keys() - _OPTIONS - _IGNORED:
        raise DatabaseUrlError(f"has an option that isn't among {', '.join(sorted(_OPTIONS))}")
    return options


def _ssl_mode(options: Mapping[str, str]) -> SslMode | None:
    wanted = options.get("sslmode")
    if wanted is None:
        return None
    for mode in get_args(SslMode):
        if wanted == mode:
            known: SslMode = mode
            return known
    raise DatabaseUrlError(f"has an sslmode that isn't among {', '.join(get_args(SslMode))}")


def _host(parts: SplitResult) -> str | None:
    """Give the host; a socket's folder may stand in its place, encoded, in upper and lower case."""
    place = parts.netloc.rpartition("@")[2]
    if place.lower().startswith("%2f"):
        return unquote(place.partition(":")[0])
    return parts.hostname


def _decoded(part: str | None) -> str | None:
    return unquote(part) if part else None
