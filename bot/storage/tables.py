"""The tables, in types that SQLite and PostgreSQL share.

Snowflakes fill 64 bits and are never counted up here. Where an id may be left out, such as a rule's
role, 0 stands for it and not NULL, which no unique constraint compares. Moments are kept in UTC,
money in millionths of a dollar, and what a moderator sets as JSON.

Migrations build these tables (:mod:`bot.storage.migrations`); a test holds the two together. What
they are declared with is in :mod:`bot.storage.declaring`.
"""

from datetime import date, datetime

from sqlalchemy import ColumnClause, Index

from bot.storage.declaring import Table, counted, key

NOBODY = 0


class ServerRow(Table):
    """A server; ``default_model`` is NULL for the host's default, and empty for none."""

    __tablename__ = "servers"

    server_id: ColumnClause[int] = key()
    default_model: ColumnClause[str | None]


class ModelRuleRow(Table):
    """Who may use a model where; 0 for everybody, and for everywhere."""

    __tablename__ = "model_rules"

    server_id: ColumnClause[int] = key()
    role_id: ColumnClause[int] = key()
    channel_id: ColumnClause[int] = key()
    model: ColumnClause[str] = key()
    effect: ColumnClause[str]
    created_at: ColumnClause[datetime]
    created_by: ColumnClause[int]


class ServerSettingRow(Table):
    """One setting of one server that isn't as it comes; ``value`` is JSON."""

    __tablename__ = "server_settings"

    server_id: ColumnClause[int] = key()
    name: ColumnClause[str] = key()
    value: ColumnClause[str]
    changed_at: ColumnClause[datetime]
    changed_by: ColumnClause[int]


class BlockedTermRow(Table):
    """A term that a server's prompts may not contain, as it was typed."""

    __tablename__ = "blocked_terms"

    server_id: ColumnClause[int] = key()
    term: ColumnClause[str] = key()
    created_at: ColumnClause[datetime]
    created_by: ColumnClause[int]


class BlockedMemberRow(Table):
    """A member who makes no pictures in a server; NULL in ``until`` for always."""

    __tablename__ = "blocked_members"

    server_id: ColumnClause[int] = key()
    member_id: ColumnClause[int] = key()
    until: ColumnClause[datetime | None]
    reason: ColumnClause[str]
    created_at: ColumnClause[datetime]
    created_by: ColumnClause[int]


class MemberPreferenceRow(Table):
    """What a member has decided for themselves; empty texts for what is as it comes."""

    __tablename__ = "member_preferences"

    server_id: ColumnClause[int] = key()
    member_id: ColumnClause[int] = key()
    model: ColumnClause[str]
    shape: ColumnClause[str]
    pinged: ColumnClause[bool]


class UsageRow(Table):
    """What one job took, and whether it stands; ``taken_on`` is the day of UTC."""

    __tablename__ = "usage"
    __table_args__ = (
        Index(None, "server_id", "taken_at"),
        Index(None, "member_id", "taken_at"),
        Index(None, "ended_at", "taken_at"),
    )

    job_id: ColumnClause[int] = key()
    server_id: ColumnClause[int]
    member_id: ColumnClause[int]
    model: ColumnClause[str]
    pictures: ColumnClause[int]
    microdollars: ColumnClause[int]
    taken_at: ColumnClause[datetime]
    taken_on: ColumnClause[date]
    ended_at: ColumnClause[datetime | None]
    counted: ColumnClause[bool]
    charged: ColumnClause[bool]


class AccountRow(Table):
    """What a holder has had in the windows that run now; 0 stands for all servers or members."""

    __tablename__ = "accounts"

    server_id: ColumnClause[int] = key()
    member_id: ColumnClause[int] = key()
    hour_at: ColumnClause[datetime]
    hour_pictures: ColumnClause[int]
    day_at: ColumnClause[datetime]
    day_pictures: ColumnClause[int]
    day_microdollars: ColumnClause[int]
    month_at: ColumnClause[datetime]
    month_microdollars: ColumnClause[int]
    at_once: ColumnClause[int]
    latest_at: ColumnClause[datetime | None]


class AuditRow(Table):
    """Who did what in a server; ``before`` and ``after`` are JSON."""

    __tablename__ = "audit"
    __table_args__ = (Index(None, "server_id", "id"), Index(None, "server_id", "happened_at"))

    id: ColumnClause[int] = counted()
    server_id: ColumnClause[int]
    happened_at: ColumnClause[datetime]
    actor_id: ColumnClause[int]
    action: ColumnClause[str]
    subject: ColumnClause[str]
    before: ColumnClause[str]
    after: ColumnClause[str]


class LeftServerRow(Table):
    """A server that the bot was found to have left."""

    __tablename__ = "left_servers"

    server_id: ColumnClause[int] = key()
    left_at: ColumnClause[datetime]


class SeenInteractionRow(Table):
    """An interaction that a version before the journal took; its id says when.

    Nobody writes here any more; the table goes with a later release.
    """

    __tablename__ = "seen_interactions"

    interaction_id: ColumnClause[int] = key()


class GreetedServerRow(Table):
    """A server whose first moderator was told how it begins."""

    __tablename__ = "greeted_servers"

    server_id: ColumnClause[int] = key()
    greeted_at: ColumnClause[datetime]


class RunTimeRow(Table):
    """How long one run of a model took."""

    __tablename__ = "run_times"
    __table_args__ = (Index(None, "model", "id"),)

    id: ColumnClause[int] = counted()
    model: ColumnClause[str]
    seconds: ColumnClause[float]


class JobRow(Table):
    """A job and how far it is; ``visit``, ``request``, ``showing``, ``made``, ``error`` are JSON.

    ``owner_id`` is 0 where no process works on it, ``parent_id`` where it came from no other job;
    ``message_channel_id`` is NULL where its message stands in ``channel_id``.
    """

    __tablename__ = "jobs"
    __table_args__ = (
        Index(None, "open", "owner_id"),
        Index(None, "server_id", "member_id", "job_id"),
        Index(None, "parent_id"),
        Index(None, "submitted_at"),
    )

    job_id: ColumnClause[int] = key()
    server_id: ColumnClause[int]
    channel_id: ColumnClause[int]
    member_id: ColumnClause[int]
    visit: ColumnClause[str]
    request: ColumnClause[str]
    showing: ColumnClause[str]
    private: ColumnClause[bool]
    parent_id: ColumnClause[int]
    deed: ColumnClause[str]
    step: ColumnClause[str]
    open: ColumnClause[bool]
    owner_id: ColumnClause[int]
    granted: ColumnClause[bool]
    cancel_by: ColumnClause[int]
    accepted_at: ColumnClause[datetime]
    submitted_at: ColumnClause[datetime | None]
    ended_at: ColumnClause[datetime | None]
    application_id: ColumnClause[int]
    token: ColumnClause[str]
    message_id: ColumnClause[int | None]
    message_channel_id: ColumnClause[int | None]
    file_max_bytes: ColumnClause[int]
    prediction_id: ColumnClause[str | None]
    percent: ColumnClause[int | None]
    made: ColumnClause[str | None]
    error: ColumnClause[str | None]
    charge: ColumnClause[str]


class ProcessRow(Table):
    """A process that works on jobs; ``beats`` grows while it lives."""

    __tablename__ = "processes"

    process_id: ColumnClause[int] = key()
    beats: ColumnClause[int]
