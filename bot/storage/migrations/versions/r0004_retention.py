"""What has to be known to forget in time."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the servers that were left, and a way to the log's entries by their age."""
    op.create_table(
        "left_servers",
        sa.Column("server_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("server_id", name="pk_left_servers"),
    )
    op.create_index("ix_audit_server_id_happened_at", "audit", ["server_id", "happened_at"])
