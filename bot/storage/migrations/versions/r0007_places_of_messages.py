"""Where the end of a job really stands."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add the channel of a message that isn't the first answer."""
    # No bounds and no default: older processes write rows without it.
    op.add_column("jobs", sa.Column("message_channel_id", sa.BigInteger(), nullable=True))
