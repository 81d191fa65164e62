"""The way up the steps; this loads Alembic, so it is imported where there is a step to take."""

from pathlib import Path

from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection


def climb(connection: Connection, target: str) -> str:
    """Take all steps up to one, or to ``head``; give the schema that is reached."""
    steps = ScriptDirectory(str(Path(__file__).parent))
    context = MigrationContext.configure(connection)
    found = context.get_current_revision()
    with Operations.context(context):
        for step in reversed(list(steps.iterate_revisions(target, found or "base"))):
            step.module.upgrade()
            context.stamp(steps, step.revision)
    return context.get_current_revision() or ""
