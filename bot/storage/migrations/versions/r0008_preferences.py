"""What members decide for themselves."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add the members' preferences."""
    op.create_table(
        "member_preferences",
        sa.Column("server_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("member_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("shape", sa.Text(), nullable=False),
        sa.Column("pinged", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("server_id", "member_id", name="pk_member_preferences"),
    )
