"""The tables, in types that SQLite and PostgreSQL share.

Snowflakes fill 64 bits and are never counted up here. Where an id may be left out, such as a rule's
role, 0 stands for it and not NULL, which no unique constraint compares. Moments are kept in UTC,
money in millionths of a dollar, and what a moderator sets as JSON.

Migrations build these tables (:mod:`bot.storage.migrations`); a test holds the two together.
"""

from datetime import UTC, date, datetime

from sqlalchemy import (
    BigInteger,
    Date,
    DateTime,
    Dialect,
    Index,
    Integer,
    MetaData,
    Text,
    TypeDecorator,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from typing_extensions import override

NOBODY = 0


class Moment(TypeDecorator[datetime]):
    """A moment in UTC; SQLite, which knows no zones, keeps it without one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @override
    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC)

    @override
    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None or value.tzinfo is not None:
            return value
        return value.replace(tzinfo=UTC)


class Table(DeclarativeBase):
    """What all tables share: Python's types in the database's, and how constraints are named."""

    type_annotation_map = {int: BigInteger, str: Text, datetime: Moment, date: Date}  # noqa: RUF012  SQLAlchemy has it so
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class ServerRow(Table):
    """A server; ``default_model`` is NULL for the host's default, and empty for none."""

    __tablename__ = "servers"

    server_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    default_model: Mapped[str | None]


class ModelRuleRow(Table):
    """Who may use a model where; 0 for everybody, and for everywhere."""

    __tablename__ = "model_rules"

    server_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    role_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    channel_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    model: Mapped[str] = mapped_column(primary_key=True)
    effect: Mapped[str]
    created_at: Mapped[datetime]
    created_by: Mapped[int]


class ServerSettingRow(Table):
    """One setting of one server that isn't as it comes; ``value`` is JSON."""

    __tablename__ = "server_settings"

    server_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]
    changed_at: Mapped[datetime]
    changed_by: Mapped[int]


class BlockedTermRow(Table):
    """A term that a server's prompts may not contain, as it was typed."""

    __tablename__ = "blocked_terms"

    server_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    term: Mapped[str] = mapped_column(primary_key=True)
    created_at: Mapped[datetime]
    created_by: Mapped[int]


class BlockedMemberRow(Table):
    """A member who makes no pictures in a server; NULL in ``until`` for always."""

    __tablename__ = "blocked_members"

    server_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    member_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    until: Mapped[datetime | None]
    reason: Mapped[str]
    created_at: Mapped[datetime]
    created_by: Mapped[int]


class UsageRow(Table):
    """What one job took, and whether it stands; ``taken_on`` is the day of UTC."""

    __tablename__ = "usage"
    __table_args__ = (
        Index(None, "server_id", "taken_at"),
        Index(None, "member_id", "taken_at"),
        Index(None, "ended_at", "taken_at"),
    )

    job_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    server_id: Mapped[int]
    member_id: Mapped[int]
    model: Mapped[str]
    pictures: Mapped[int]
    microdollars: Mapped[int]
    taken_at: Mapped[datetime]
    taken_on: Mapped[date]
    ended_at: Mapped[datetime | None]
    counted: Mapped[bool]
    charged: Mapped[bool]


class AccountRow(Table):
    """What a holder has had in the windows that run now; 0 stands for all servers or members."""

    __tablename__ = "accounts"

    server_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    member_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    hour_at: Mapped[datetime]
    hour_pictures: Mapped[int]
    day_at: Mapped[datetime]
    day_pictures: Mapped[int]
    day_microdollars: Mapped[int]
    month_at: Mapped[datetime]
    month_microdollars: Mapped[int]
    at_once: Mapped[int]
    latest_at: Mapped[datetime | None]


class AuditRow(Table):
    """Who did what in a server; ``before`` and ``after`` are JSON."""

    __tablename__ = "audit"
    __table_args__ = (Index(None, "server_id", "id"), Index(None, "server_id", "happened_at"))

    # SQLite counts up only what it calls INTEGER, which has 64 bits there.
    id: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True
    )
    server_id: Mapped[int]
    happened_at: Mapped[datetime]
    actor_id: Mapped[int]
    action: Mapped[str]
    subject: Mapped[str]
    before: Mapped[str]
    after: Mapped[str]


class LeftServerRow(Table):
    """A server that the bot was found to have left."""

    __tablename__ = "left_servers"

    server_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    left_at: Mapped[datetime]


class SeenInteractionRow(Table):
    """An interaction that a version before the journal took; its id says when.

    Nobody writes here any more; the table goes with a later release.
    """

    __tablename__ = "seen_interactions"

    interaction_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


class GreetedServerRow(Table):
    """A server whose first moderator was told how it begins."""

    __tablename__ = "greeted_servers"

    server_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    greeted_at: Mapped[datetime]


class RunTimeRow(Table):
    """How long one run of a model took."""

    __tablename__ = "run_times"
    __table_args__ = (Index(None, "model", "id"),)

    id: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True
    )
    model: Mapped[str]
    seconds: Mapped[float]


class JobRow(Table):
    """A job and how far it is; ``visit``, ``request``, ``showing``, ``made``, ``error`` are JSON.

    ``owner_id`` is 0 where no process works on it, ``parent_id`` where it came from no other job.
    """

    __tablename__ = "jobs"
    __table_args__ = (
        Index(None, "open", "owner_id"),
        Index(None, "server_id", "member_id", "job_id"),
        Index(None, "parent_id"),
        Index(None, "submitted_at"),
    )

    job_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    server_id: Mapped[int]
    channel_id: Mapped[int]
    member_id: Mapped[int]
    visit: Mapped[str]
    request: Mapped[str]
    showing: Mapped[str]
    private: Mapped[bool]
    parent_id: Mapped[int]
    deed: Mapped[str]
    step: Mapped[str]
    open: Mapped[bool]
    owner_id: Mapped[int]
    granted: Mapped[bool]
    cancel_by: Mapped[int]
    accepted_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    application_id: Mapped[int]
    token: Mapped[str]
    message_id: Mapped[int | None]
    file_max_bytes: Mapped[int]
    prediction_id: Mapped[str | None]
    percent: Mapped[int | None]
    made: Mapped[str | None]
    error: Mapped[str | None]
    charge: Mapped[str]


class ProcessRow(Table):
    """A process that works on jobs; ``beats`` grows while it lives."""

    __tablename__ = "processes"

    process_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    beats: Mapped[int]
