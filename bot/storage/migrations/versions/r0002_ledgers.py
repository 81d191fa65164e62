"""What pictures took from whom."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the jobs' takings and the holders' accounts."""
    _usage()
    _accounts()


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), autoincrement=False, nullable=False)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _usage() -> None:
    op.create_table(
        "usage",
        _number("job_id"),
        _number("server_id"),
        _number("member_id"),
        sa.Column("model", sa.Text(), nullable=False),
        _number("pictures"),
        _number("microdollars"),
        _moment("taken_at"),
        sa.Column("taken_on", sa.Date(), nullable=False),
        _moment("ended_at", nullable=True),
        sa.Column("counted", sa.Boolean(), nullable=False),
        sa.Column("charged", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("job_id", name="pk_usage"),
    )
    op.create_index("ix_usage_server_id_taken_at", "usage", ["server_id", "taken_at"])
    op.create_index("ix_usage_member_id_taken_at", "usage", ["member_id", "taken_at"])
    op.create_index("ix_usage_ended_at_taken_at", "usage", ["ended_at", "taken_at"])


def _accounts() -> None:
    op.create_table(
        "accounts",
        _number("server_id"),
        _number("member_id"),
        _moment("hour_at"),
        _number("hour_pictures"),
        _moment("day_at"),
        _number("day_pictures"),
        _number("day_microdollars"),
        _moment("month_at"),
        _number("month_microdollars"),
        _number("at_once"),
        _moment("latest_at", nullable=True),
        sa.PrimaryKeyConstraint("server_id", "member_id", name="pk_accounts"),
    )
