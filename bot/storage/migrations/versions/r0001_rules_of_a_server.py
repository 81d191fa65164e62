"""What moderators decide, and what they did."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Add the rules of a server and its log."""
    _servers()
    _model_rules()
    _server_settings()
    _blocked_terms()
    _blocked_members()
    _audit()


def _id(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), autoincrement=False, nullable=False)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _moment(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)


def _servers() -> None:
    op.create_table(
        "servers",
        _id("server_id"),
        sa.Column("default_model", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("server_id", name="pk_servers"),
    )


def _model_rules() -> None:
    op.create_table(
        "model_rules",
        _id("server_id"),
        _id("role_id"),
        _id("channel_id"),
        _text("model"),
        _text("effect"),
        _moment("created_at"),
        _id("created_by"),
        sa.PrimaryKeyConstraint(
            "server_id", "role_id", "channel_id", "model", name="pk_model_rules"
        ),
    )


def _server_settings() -> None:
    op.create_table(
        "server_settings",
        _id("server_id"),
        _text("name"),
        _text("value"),
        _moment("changed_at"),
        _id("changed_by"),
        sa.PrimaryKeyConstraint("server_id", "name", name="pk_server_settings"),
    )


def _blocked_terms() -> None:
    op.create_table(
        "blocked_terms",
        _id("server_id"),
        _text("term"),
        _moment("created_at"),
        _id("created_by"),
        sa.PrimaryKeyConstraint("server_id", "term", name="pk_blocked_terms"),
    )


def _blocked_members() -> None:
    op.create_table(
        "blocked_members",
        _id("server_id"),
        _id("member_id"),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        _text("reason"),
        _moment("created_at"),
        _id("created_by"),
        sa.PrimaryKeyConstraint("server_id", "member_id", name="pk_blocked_members"),
    )


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        _id("server_id"),
        _moment("happened_at"),
        _id("actor_id"),
        _text("action"),
        _text("subject"),
        _text("before"),
        _text("after"),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
    )
    op.create_index("ix_audit_server_id_id", "audit", ["server_id", "id"])
