"""The schema's steps, and the way up them.

The whole way is one transaction: a step that fails leaves the schema as it was.

A process that is older than the schema which it finds has to know whether it may work on it. Only
the newer one could tell, and it tells by the step's own name: ``0012-from-0009`` says that programs
whose newest step is 0009 or later go on working, because nothing of theirs was taken away. A name
that says nothing of the kind, or nothing that can be read, is refused.
"""

import logging
import re
from enum import Enum
from functools import cache
from pathlib import Path

from sqlalchemy import Connection, inspect, text

HEAD = "head"
_VERSIONS = Path(__file__).parent / "versions"
_NAME = re.compile(r'^revision = "(.+)"$', re.MULTILINE)
_STEP = re.compile(r"\d{4}(-from-\d{4})?")
_FLOOR = re.compile(r"\d{4}-from-(\d{4})")
_NUMBER_CHARACTERS = 4

_log = logging.getLogger(__name__)


class SchemaAge(Enum):
    """How a schema stands to this program."""

    NONE = "none"
    OLDER = "older"
    SAME = "same"
    NEWER_TAKEN = "newer, and this program may work on it"
    NEWER = "newer"


class SchemaNewerError(Exception):
    """The schema was made by a newer program, which took away what this one needs.

    Attributes
    ----------
    found, known
        The schema's step, and the newest that this program knows.
    """

    def __init__(self, found: str, known: str) -> None:
        super().__init__(found, known)
        self.found = found
        self.known = known


def migrate(connection: Connection, target: str = HEAD) -> str:
    """Bring the schema up to a step, inside the connection's transaction; give where it is then.

    Raises
    ------
    SchemaNewerError
        Where it is newer, and nothing says that this program may work on it.
    """
    found = step_of(connection)
    age = age_of(found)
    if age is SchemaAge.NEWER:
        raise SchemaNewerError(found or "", newest_step())
    if age is SchemaAge.NEWER_TAKEN:
        _log.warning("database  its schema %s is newer than this version of the bot", found)
        return found or ""
    if age is SchemaAge.SAME:
        return found or ""
    reached = _climbed(connection, target)
    if reached != found:
        _log.info("database  %s, schema %s", "upgraded" if found else "new", reached)
    return reached


def _climbed(connection: Connection, target: str) -> str:
    # Alembic takes 3 MB for as long as the bot runs, and most starts find no step to take.
    from bot.storage.migrations.climbing import climb  # noqa: PLC0415  see above

    return climb(connection, target)


def age_of(found: str | None) -> SchemaAge:
    """Compare a schema, or none, with the newest that this program knows."""
    known = steps_downwards()
    if found is None:
        return SchemaAge.NONE
    if found in known:
        return SchemaAge.SAME if found == known[0] else SchemaAge.OLDER
    floor = _FLOOR.fullmatch(found)
    taken = floor is not None and floor[1] <= known[0][:_NUMBER_CHARACTERS]
    return SchemaAge.NEWER_TAKEN if taken else SchemaAge.NEWER


def is_current(connection: Connection) -> bool:
    """Tell a process that works on a schema already whether no step of it is missing.

    One that became newer meanwhile counts, whatever its name says to programs that start: nothing
    but its end helps a process for which it is too new, and a rolling update that waits for it to
    be well would never get to that.
    """
    found, known = step_of(connection), newest_step()
    return found == known or _is_after(known, found)


def _is_after(known: str, found: str | None) -> bool:
    step = _STEP.fullmatch(found or "")
    return step is not None and step[0][:_NUMBER_CHARACTERS] > known[:_NUMBER_CHARACTERS]


def newest_step() -> str:
    """Name the newest step that this program knows."""
    return steps_downwards()[0]


def steps_upwards() -> list[str]:
    """Name all steps, the first one first."""
    return [*reversed(steps_downwards())]


@cache
def steps_downwards() -> tuple[str, ...]:
    """Name all steps, the newest first; they are read from files, whose names count them."""
    files = sorted(_VERSIONS.glob("r*.py"), reverse=True)
    return tuple(_name_in(file.read_text(encoding="utf-8")) for file in files)


def _name_in(source: str) -> str:
    """Read a step's name without running it, for which all of Alembic would be loaded."""
    (name,) = _NAME.findall(source)
    return str(name)


def step_of(connection: Connection) -> str | None:
    """Tell where a schema is; ``None`` where there is none yet."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found
