"""What moderators change in a server's policy, as steps from one policy to the next.

A step is pure, since the store may take it twice: what it needs of the outside stands in its deed.
Each gives the policy as it is afterwards, what the moderator is told, and what the log tells. There
model rules are lists of those that are gone and those that are new, written as in a settings file
but for their age; the server's default is among them as a rule without a place.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Generic, TypeVar

from bot.domain import model_changes
from bot.domain.audit_actions import Action
from bot.domain.model_changes import ModelChange
from bot.domain.model_rules import Effect, ModelRule
from bot.domain.models import ModelCeiling
from bot.domain.refusals import BadInputError, Flaw
from bot.domain.role_limits import RoleLimit, with_role_limit
from bot.domain.server_document import SettingChange
from bot.domain.server_policy import (
    AuditEntry,
    JsonValue,
    MemberBlock,
    PolicyChange,
    ServerPolicy,
)
from bot.domain.server_settings import (
    ServerSettings,
    all_settings,
    from_stored,
    setting,
    stored,
    value_of,
    with_values,
)
from bot.domain.setting_declaration import Setting
from bot.domain.terms import TERMS_MAX
from bot.domain.visits import Moderator

Told = TypeVar("Told")

BLOCKS_MAX = 1_000

_ACTIONS: Mapping[Effect, Action] = {
    Effect.ALLOW: Action.RULE_ALLOW,
    Effect.DENY: Action.RULE_DENY,
    Effect.DEFAULT: Action.RULE_DEFAULT,
}


@dataclass(frozen=True, slots=True)
class Outcome(PolicyChange, Generic[Told]):
    """A change of a policy, with what its moderator is told."""

    told: Told = field(kw_only=True)


@dataclass(frozen=True, slots=True)
class TermsChange:
    """The terms that are new, and those that were blocked."""

    added: tuple[str, ...]
    removed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Deed:
    """Who changes something, and when."""

    by: Moderator
    at: datetime

    def entry(
        self, action: Action, subject: str, before: JsonValue, after: JsonValue
    ) -> AuditEntry:
        """Write what the log tells."""
        by = self.by
        return AuditEntry(by.server_id, self.at, by.member_id, action, subject, before, after)


def put_rule(
    policy: ServerPolicy, deed: Deed, rule: ModelRule, ceiling: ModelCeiling
) -> Outcome[ModelChange]:
    """Allow or deny a model, or make it a default."""
    change = model_changes.put_rule(policy.models, rule, ceiling)
    return _with_models(policy, deed, change, (_ACTIONS[rule.effect], rule.model))


def reset_models(
    policy: ServerPolicy, deed: Deed, default: str, place: tuple[int | None, int | None]
) -> Outcome[ModelChange]:
    """Take away the rules of a role and a channel; without either, all."""
    change = model_changes.reset(policy.models, default, *place)
    return _with_models(policy, deed, change, (Action.RULE_RESET, ""))


def drop_rules(
    policy: ServerPolicy, deed: Deed, gone: Collection[ModelRule]
) -> Outcome[ModelChange]:
    """Take single rules away."""
    change = model_changes.without_rules(policy.models, gone)
    return _with_models(policy, deed, change, (Action.RULE_RESET, ""))


def set_value(
    policy: ServerPolicy, deed: Deed, one: Setting, value: object
) -> Outcome[SettingChange]:
    """Give a setting another value."""
    change = setting_change(from_stored(policy.settings), one, value)
    logged = one.dump(change.before), one.dump(value)
    return _with_setting(policy, deed, change, logged)


def setting_change(before: ServerSettings, one: Setting, value: object) -> SettingChange:
    """Tell what another value of a setting would change."""
    after = with_values(before, {one.name: value})
    return SettingChange(one, value_of(before, one.name), value, after)


def set_role_limit(
    policy: ServerPolicy, deed: Deed, role_id: int, name: str, text: str | None
) -> Outcome[SettingChange]:
    """Give a role a limit of its own, or take it away; the log tells of this role alone."""
    one = setting("role_limits")
    table = from_stored(policy.settings).role_limits
    wanted = with_role_limit(table, role_id, name, text)
    # The kind bounds the length of the whole table, which it does where it reads one.
    change = SettingChange(one, table, one.load(one.dump(wanted)))
    logged = one.dump(_of_role(table, role_id)), one.dump(_of_role(wanted, role_id))
    return _with_setting(policy, deed, change, logged)


def add_terms(policy: ServerPolicy, deed: Deed, terms: tuple[str, ...]) -> Outcome[tuple[str, ...]]:
    """Block terms; tell those that are new."""
    known = _by_folded(policy.terms)
    new = tuple(term for folded, term in _by_folded(terms).items() if folded not in known)
    if len(policy.terms) + len(new) > TERMS_MAX:
        raise BadInputError("terms", Flaw.TOO_MANY, str(TERMS_MAX))
    after = replace(policy, terms=tuple(sorted((*policy.terms, *new))))
    entries = [deed.entry(Action.TERM_ADD, "", None, new)] if new else []
    return Outcome(policy, after, tuple(entries), told=new)


def change_terms(
    policy: ServerPolicy, deed: Deed, added: tuple[str, ...], removed: tuple[str, ...]
) -> Outcome[TermsChange]:
    """Block terms and unblock others, both or neither."""
    shorter = remove_terms(policy, deed, removed)
    longer = add_terms(shorter.after, deed, added)
    entries = (*longer.entries, *shorter.entries)
    return Outcome(policy, longer.after, entries, told=TermsChange(longer.told, shorter.told))


def remove_terms(
    policy: ServerPolicy, deed: Deed, terms: tuple[str, ...]
) -> Outcome[tuple[str, ...]]:
    """Unblock terms, whatever their case; tell those that were blocked."""
    wanted = _by_folded(terms)
    gone = tuple(term for term in policy.terms if term.casefold() in wanted)
    after = replace(policy, terms=tuple(term for term in policy.terms if term not in gone))
    entries = [deed.entry(Action.TERM_REMOVE, "", gone, None)] if gone else []
    return Outcome(policy, after, tuple(entries), told=gone)


def block(policy: ServerPolicy, deed: Deed, new: MemberBlock) -> Outcome[MemberBlock]:
    """Block a member, in place of a block that there is; those that are over go."""
    subject = str(new.member_id)
    kept = {
        member_id: one
        for member_id, one in policy.blocks.items()
        if one.holds_at(deed.at) and member_id != new.member_id
    }
    if len(kept) >= BLOCKS_MAX:
        raise BadInputError("member", Flaw.TOO_MANY, str(BLOCKS_MAX))
    before = _block_json(policy.blocks.get(new.member_id))
    entry = deed.entry(Action.MEMBER_BLOCK, subject, before, _block_json(new))
    after = replace(policy, blocks={**kept, new.member_id: new})
    return Outcome(policy, after, (entry,), told=new)


def unblock(policy: ServerPolicy, deed: Deed, member_id: int) -> Outcome[MemberBlock | None]:
    """Take a member's block away; tell it where it was in force."""
    found = policy.blocks.get(member_id)
    if found is None:
        return Outcome(policy, policy, told=None)
    blocks = {key: one for key, one in policy.blocks.items() if key != member_id}
    after = replace(policy, blocks=blocks)
    if not found.holds_at(deed.at):
        return Outcome(policy, after, told=None)
    entry = deed.entry(Action.MEMBER_UNBLOCK, str(member_id), _block_json(found), None)
    return Outcome(policy, after, (entry,), told=found)


def with_settings(policy: ServerPolicy, settings: ServerSettings) -> ServerPolicy:
    """Keep other settings; what a newer version of the bot keeps beside them stays."""
    known = all_settings()
    foreign = {name: one for name, one in policy.settings.items() if name not in known}
    return replace(policy, settings={**foreign, **stored(settings)})


def rules_json(change: ModelChange) -> tuple[JsonValue, JsonValue]:
    """Write the rules that are gone and those that are new; ``None`` for none."""
    gone, new = _rules_json(change.removed), _rules_json(change.added)
    if change.before.default != change.after.default:
        gone += _default_json(change.before.default)
        new += _default_json(change.after.default)
    return gone or None, new or None


def _with_models(
    policy: ServerPolicy, deed: Deed, change: ModelChange, logged: tuple[Action, str]
) -> Outcome[ModelChange]:
    entries = [deed.entry(*logged, *rules_json(change))] if change.before != change.after else []
    after = replace(policy, models=change.after)
    return Outcome(policy, after, tuple(entries), told=change)


def _with_setting(
    policy: ServerPolicy, deed: Deed, change: SettingChange, logged: tuple[JsonValue, JsonValue]
) -> Outcome[SettingChange]:
    if change.before == change.after:
        return Outcome(policy, policy, told=change)
    name = change.setting.name
    settings = with_values(from_stored(policy.settings), {name: change.after})
    entry = deed.entry(Action.SETTING_CHANGE, name, *logged)
    return Outcome(policy, with_settings(policy, settings), (entry,), told=change)


def _of_role(table: tuple[RoleLimit, ...], role_id: int) -> tuple[RoleLimit, ...]:
    return tuple(limit for limit in table if limit.role_id == role_id)


def _by_folded(terms: Iterable[str]) -> dict[str, str]:
    return {term.casefold(): term for term in terms}


def _rules_json(rules: Iterable[ModelRule]) -> list[JsonValue]:
    return [_rule_json(rule) for rule in rules]


def _default_json(model: str | None) -> list[JsonValue]:
    return [] if model is None else [{"model": model, "effect": Effect.DEFAULT.value}]


def _rule_json(rule: ModelRule) -> JsonValue:
    whole = {
        "model": rule.model,
        "effect": rule.effect.value,
        "role": None if rule.role_id is None else str(rule.role_id),
        "channel": None if rule.channel_id is None else str(rule.channel_id),
    }
    return {name: value for name, value in whole.items() if value is not None}


def _block_json(one: MemberBlock | None) -> JsonValue:
    if one is None:
        return None
    return {"until": one.until.isoformat() if one.until else None, "reason": one.reason}
