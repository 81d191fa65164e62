"""Servers' policies as rows of five tables, there and back."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import NamedTuple

from sqlalchemy import BigInteger, Connection, Executable, bindparam, literal, select, union_all

from bot.domain.model_rules import Effect, ModelRule, ServerModels
from bot.domain.server_policy import JsonValue, MemberBlock, ServerPolicy
from bot.storage.declaring import Moment, Table
from bot.storage.statements import Row
from bot.storage.tables import (
    NOBODY,
    BlockedMemberRow,
    BlockedTermRow,
    ModelRuleRow,
    ServerRow,
    ServerSettingRow,
)

# Kept as the default of a server that has none; NULL means the host's.
NO_MODEL = ""


class _Part(NamedTuple):
    """A row of any of the tables."""

    kind: str
    text: str
    more: str
    id: int
    other_id: int
    since: datetime | None
    until: datetime | None
    by_id: int


def read_policy(connection: Connection, server_id: int, host_default: str) -> ServerPolicy:
    """Read everything of one server, by one query."""
    rows = connection.execute(_selection(), {"server_id": server_id})
    return _policy([_Part(*row) for row in rows], host_default)


@cache
def _selection() -> Executable:
    # Its words never change: building it anew takes as long as running it.
    text, number, never = literal(""), literal(NOBODY), literal(None, Moment())
    server_id = bindparam("server_id", type_=BigInteger())
    rule, block, term, setting = ModelRuleRow, BlockedMemberRow, BlockedTermRow, ServerSettingRow
    return union_all(
        select(
            literal("rule"),
            rule.model,
            rule.effect,
            rule.role_id,
            rule.channel_id,
            rule.created_at,
            never,
            rule.created_by,
        ).where(rule.server_id == server_id),
        select(
            literal("block"),
            block.reason,
            text,
            block.member_id,
            number,
            block.created_at,
            block.until,
            block.created_by,
        ).where(block.server_id == server_id),
        select(
            literal("term"), term.term, text, number, number, never, never, term.created_by
        ).where(term.server_id == server_id),
        select(
            literal("setting"), setting.name, setting.value, number, number, never, never, number
        ).where(setting.server_id == server_id),
        select(
            literal("default"), ServerRow.default_model, text, number, number, never, never, number
        ).where(ServerRow.server_id == server_id, ServerRow.default_model.is_not(None)),
    )


def _policy(parts: Sequence[_Part], host_default: str) -> ServerPolicy:
    rules = tuple(sorted(map(_rule, _of(parts, "rule")), key=_age))
    own = [part.text or None for part in _of(parts, "default")]
    return ServerPolicy(
        models=ServerModels(own[0] if own else host_default, rules, own_default=bool(own)),
        settings={part.text: json.loads(part.more) for part in _of(parts, "setting")},
        terms=tuple(sorted(part.text for part in _of(parts, "term"))),
        blocks={part.id: _block(part) for part in _of(parts, "block")},
    )


def _of(parts: Iterable[_Part], kind: str) -> Iterable[_Part]:
    return (part for part in parts if part.kind == kind)


def _rule(part: _Part) -> ModelRule:
    return ModelRule(
        model=part.text,
        effect=Effect(part.more),
        since=_known(part.since),
        role_id=part.id or None,
        channel_id=part.other_id or None,
    )


def _age(rule: ModelRule) -> tuple[datetime, str]:
    return rule.since, rule.model


def _block(part: _Part) -> MemberBlock:
    return MemberBlock(part.id, part.until, part.text, part.by_id, _known(part.since))


def _known(moment: datetime | None) -> datetime:
    if moment is None:
        raise ValueError("a row that has to tell its age doesn't")
    return moment


@dataclass(frozen=True, slots=True)
class PolicyRows:
    """Writes a policy as rows; ``by_id`` and ``now`` are of the change that writes them."""

    server_id: int
    by_id: int
    now: datetime
    host_default: str

    def of(self, policy: ServerPolicy) -> Mapping[type[Table], tuple[Row, ...]]:
        """Write a policy, table by table; what is as it comes has no row."""
        return {
            ServerRow: tuple(self._default(policy.models)),
            ModelRuleRow: tuple(map(self._rule, policy.models.rules)),
            BlockedMemberRow: tuple(map(self._block, policy.blocks.values())),
            BlockedTermRow: tuple(map(self._term, policy.terms)),
            ServerSettingRow: tuple(
                self._setting(name, value) for name, value in policy.settings.items()
            ),
        }

    def _default(self, models: ServerModels) -> Iterator[Row]:
        """Leave out a default that nobody here decided on: the host may change it."""
        if models.own_default or models.default != self.host_default:
            yield {"server_id": self.server_id, "default_model": models.default or NO_MODEL}

    def _rule(self, rule: ModelRule) -> Row:
        return {
            "server_id": self.server_id,
            "role_id": rule.role_id or NOBODY,
            "channel_id": rule.channel_id or NOBODY,
            "model": rule.model,
            "effect": rule.effect.value,
            "created_at": rule.since,
            "created_by": self.by_id,
        }

    def _block(self, block: MemberBlock) -> Row:
        return {
            "server_id": self.server_id,
            "member_id": block.member_id,
            "until": block.until,
            "reason": block.reason,
            "created_at": block.since,
            "created_by": block.by_id,
        }

    def _term(self, term: str) -> Row:
        return {
            "server_id": self.server_id,
            "term": term,
            "created_at": self.now,
            "created_by": self.by_id,
        }

    def _setting(self, name: str, value: JsonValue) -> Row:
        return {
            "server_id": self.server_id,
            "name": name,
            "value": json.dumps(value, sort_keys=True),
            "changed_at": self.now,
            "changed_by": self.by_id,
        }
