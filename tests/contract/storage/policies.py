"""What moderators of the tests decide."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.domain.model_changes import put_rule, reset
from bot.domain.model_rules import Effect, ModelRule
from bot.domain.models import ModelCeiling
from bot.domain.server_policy import (
    AuditEntry,
    JsonValue,
    MemberBlock,
    PolicyChange,
    ServerPolicy,
)

NOW = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)
HOST_DEFAULT = "get3w/flux-dev"
OTHER = "get3w/flux-schnell"
SERVER = 2**60 + 1
MODERATOR = 2**61 + 7
ANYTHING = ModelCeiling(("*",))

Step = Callable[[ServerPolicy], PolicyChange]


def a_rule(
    model: str = OTHER,
    effect: Effect = Effect.ALLOW,
    role_id: int | None = None,
    channel_id: int | None = None,
    age: int = 0,
) -> ModelRule:
    return ModelRule(model, effect, NOW - timedelta(hours=age), role_id, channel_id)


def put(rule: ModelRule) -> Step:
    """Decide as the command does."""

    def step(policy: ServerPolicy) -> PolicyChange:
        models = put_rule(policy.models, rule, ANYTHING).after
        return PolicyChange(policy, replace(policy, models=models))

    return step


def reset_models(policy: ServerPolicy) -> PolicyChange:
    return PolicyChange(policy, replace(policy, models=reset(policy.models, HOST_DEFAULT).after))


def set_to(**settings: JsonValue) -> Step:
    def step(policy: ServerPolicy) -> PolicyChange:
        return PolicyChange(policy, replace(policy, settings={**policy.settings, **settings}))

    return step


def block(member_id: int, until: datetime | None = None) -> Step:
    blocked = MemberBlock(member_id, until, "spam", MODERATOR, NOW)

    def step(policy: ServerPolicy) -> PolicyChange:
        blocks = {**policy.blocks, member_id: blocked}
        return PolicyChange(policy, replace(policy, blocks=blocks))

    return step


def forbid(*terms: str) -> Step:
    def step(policy: ServerPolicy) -> PolicyChange:
        after = replace(policy, terms=tuple(sorted({*policy.terms, *terms})))
        return PolicyChange(policy, after)

    return step


def to(after: ServerPolicy, *entries: AuditEntry) -> Step:
    return lambda before: PolicyChange(before, after, entries)


def an_entry(action: str = "rule.allow", server_id: int = SERVER) -> AuditEntry:
    return AuditEntry(server_id, NOW, MODERATOR, action, OTHER, None, {"role": str(2**60)})
