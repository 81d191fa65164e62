"""The schema's steps, and the way up them.

The whole way is one transaction: a step that fails leaves the schema as it was. Steps only add, so
that an older process goes on working on a newer schema; where it meets a step that it doesn't know,
it leaves everything as it is.
"""

import logging
from functools import cache
from pathlib import Path

from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

HEAD = "head"

_log = logging.getLogger(__name__)


def migrate(connection: Connection, target: str = HEAD) -> None:
    """Bring the schema up to a step, inside the connection's transaction."""
    steps = ScriptDirectory(str(Path(__file__).parent))
    context = MigrationContext.configure(connection)
    found = context.get_current_revision()
    if found not in _known(steps):
        _log.warning("database  its schema %s is newer than this version of the bot", found)
        return
    with Operations.context(context):
        for step in reversed(list(steps.iterate_revisions(target, found or "base"))):
            step.module.upgrade()
            context.stamp(steps, step.revision)
    reached = context.get_current_revision()
    if reached != found:
        _log.info("database  %s, schema %s", "upgraded" if found else "new", reached)


def is_current(connection: Connection) -> bool:
    """Tell whether no step is left to take; a schema that is newer than we know has them all."""
    found = MigrationContext.configure(connection).get_current_revision()
    newest, known = _ends()
    return found == newest or found not in known


@cache
def _ends() -> tuple[str | None, frozenset[str | None]]:
    """Give the last step that we know, and all of them; they are read from files."""
    steps = ScriptDirectory(str(Path(__file__).parent))
    return steps.get_current_head(), frozenset(_known(steps))


def _known(steps: ScriptDirectory) -> set[str | None]:
    return {None, *(step.revision for step in steps.walk_revisions())}
