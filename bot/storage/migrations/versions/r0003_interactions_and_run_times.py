"""Which interactions were taken, and how long pictures take."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add what jobs need to begin once and to tell how long they take."""
    op.create_table(
        "seen_interactions",
        sa.Column("interaction_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("interaction_id", name="pk_seen_interactions"),
    )
    op.create_table(
        "run_times",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column[float]("seconds", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_run_times"),
    )
    op.create_index("ix_run_times_model_id", "run_times", ["model", "id"])
