"""The journal of jobs, and the processes that work on them."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add jobs and processes."""
    _jobs()
    op.create_index("ix_jobs_open_owner_id", "jobs", ["open", "owner_id"])
    op.create_index("ix_jobs_server_id_member_id_job_id", "jobs", _OF_MEMBER)
    op.create_index("ix_jobs_parent_id", "jobs", ["parent_id"])
    op.create_index("ix_jobs_submitted_at", "jobs", ["submitted_at"])
    op.create_table(
        "processes",
        _number("process_id"),
        _number("beats"),
        sa.PrimaryKeyConstraint("process_id", name="pk_processes"),
    )


_OF_MEMBER = ("server_id", "member_id", "job_id")


def _jobs() -> None:
    op.create_table(
        "jobs",
        *(_number(name) for name in ("job_id", "server_id", "channel_id", "member_id")),
        *(_text(name) for name in ("visit", "request", "showing", "deed", "step")),
        *(_truth(name) for name in ("private", "granted", "open")),
        *(_number(name) for name in ("parent_id", "owner_id", "cancel_by")),
        *(_number(name) for name in ("application_id", "file_max_bytes")),
        *(_text(name) for name in ("token", "charge")),
        _moment("accepted_at", nullable=False),
        *(_moment(name, nullable=True) for name in ("submitted_at", "ended_at")),
        *(_number(name, nullable=True) for name in ("message_id", "percent")),
        *(_text(name, nullable=True) for name in ("prediction_id", "made", "error")),
        sa.PrimaryKeyConstraint("job_id", name="pk_jobs"),
    )


def _number(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), autoincrement=False, nullable=nullable)


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _truth(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False)


def _moment(name: str, *, nullable: bool) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)
