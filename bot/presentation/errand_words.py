"""What the commands say that do one thing and end."""

import shlex
from collections.abc import Mapping

PG_DUMP = (
    "The database is on a PostgreSQL server, which has its own way to copy it:\n"
    ' pg_dump --format=custom --file=imagine.dump "$DATABASE_URL"'
)
PG_RESTORE = (
    "The database is on a PostgreSQL server, which has its own way to restore it."
    " Stop the bot, then:\n"
    ' pg_restore --clean --if-exists --single-transaction --dbname="$DATABASE_URL" imagine.dump\n'
    "and close what was under way in the dump, as docs/backup.md says."
)
NO_DATABASE = "There is no database yet: the first start of the bot makes it."
NO_COPY = "There is no copy to restore. The bot makes one a day; name a file to restore another."
NO_SUCH_COPY = "There is no such file."
MOVE_FROM_FILE = (
    "move goes from a SQLite file to a PostgreSQL server, and DATABASE_URL names a server already."
)
MOVE_TO_SERVER = (
    "--to should be the address of a PostgreSQL server, such as"
    " postgresql://user:password@host:5432/database, or - to read it from the standard input."
)
TARGET_NOT_EMPTY = (
    "The server's database holds data of a bot already, and nothing was moved."
    " Name an empty database."
)


def synced(commands: int, *, sent: bool) -> str:
    """Tell what became of the commands at Discord."""
    if sent:
        return f"commands  {commands} registered"
    return f"commands  {commands}, as Discord has them already"


def migrated(before: str | None, after: str) -> str:
    """Tell where the schema is, and where it was."""
    if before is None:
        return f"database  new, schema {after}"
    if before == after:
        return f"database  up to date, schema {after}"
    return f"database  upgraded from schema {before} to {after}"


_NOTHING_CHANGED = "Nothing was changed; name another copy."


def unfit_damaged(path: str) -> str:
    """Say of a file why it isn't restored."""
    return f"{path} is damaged, or no database. {_NOTHING_CHANGED}"


def unfit_itself(path: str) -> str:
    """Say that a database isn't restored from itself."""
    return f"{path} is the database itself. {_NOTHING_CHANGED}"


def unfit_foreign(path: str) -> str:
    """Say that a file is another program's."""
    return f"{path} isn't a database of the bot. {_NOTHING_CHANGED}"


def unfit_newer(path: str, found: str, known: str) -> str:
    """Say that a copy is of a newer program."""
    return (
        f"{path} has the schema {found} of a newer version of the bot; this one knows {known}."
        " Nothing was changed; restore it with that version."
    )


def restored(
    path: str, schema: str, kept: str | None, closed_jobs: int, continued_jobs: int
) -> str:
    """Tell what was restored, and how that is taken back."""
    lines = [f"restored  {path}, schema {schema}"]
    if closed_jobs:
        lines.append(
            f"jobs      {closed_jobs} under way in it are closed, so that none is paid for twice"
        )
    if continued_jobs:
        lines.append(f"jobs      {continued_jobs} that waited in it go on at the next start")
    if kept is not None:
        lines.append(f"kept      {kept}")
        lines.append(f"undo      python -m bot restore {shlex.quote(kept)}")
    return "\n".join(lines)


def moved(rows: Mapping[str, int], file: str) -> str:
    """Tell what was moved, and what comes next."""
    width = max(len(name) for name in rows)
    counts = [f"{name:<{width}}  {count:,}" for name, count in rows.items()]
    lines = [
        *counts,
        "",
        f"All of it was read back and is equal. {file} stays as it was.",
        "Now set DATABASE_URL to the server's address, and start the bot.",
    ]
    return "\n".join(lines)


def target_unusable(place: str, trouble: str) -> str:
    """Say that nothing can be moved to a server."""
    return f"{place} {trouble}, and nothing was moved. Look at the address after --to."


def unequal(table: str) -> str:
    """Say that a move was given up."""
    return f"What arrived in the table {table} isn't what was sent, and nothing was moved."
