"""A server's policy as one file: what importing or resetting it changes, as steps."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from bot.domain.audit_actions import Action
from bot.domain.model_rules import ServerModels
from bot.domain.named_places import PlaceCheck
from bot.domain.server_document import (
    DocumentChange,
    ServerDocument,
    SettingChange,
    difference,
    read,
)
from bot.domain.server_policy import JsonValue, ServerPolicy
from bot.domain.server_settings import ServerSettings, from_stored
from bot.services.moderation_steps import Deed, Outcome, rules_json, with_settings


def document_of(policy: ServerPolicy) -> ServerDocument:
    """Give the part of a policy that a file holds."""
    return ServerDocument(from_stored(policy.settings), policy.models, policy.terms)


def untouched(default_model: str) -> ServerDocument:
    """Give the policy of a server where nothing was decided."""
    return ServerDocument(ServerSettings(), ServerModels(default_model))


def bring_in(
    policy: ServerPolicy, deed: Deed, text: str, places: PlaceCheck
) -> Outcome[DocumentChange]:
    """Take what a file says in place of what is decided."""
    wanted = read(text, document_of(policy), deed.at, places)
    return _with_document(policy, deed, Action.POLICY_IMPORT, wanted)


def reset(policy: ServerPolicy, deed: Deed, default_model: str) -> Outcome[DocumentChange]:
    """Go back to a server where nothing was decided; blocked members stay blocked."""
    return _with_document(policy, deed, Action.POLICY_RESET, untouched(default_model))


def _with_document(
    policy: ServerPolicy, deed: Deed, action: Action, wanted: ServerDocument
) -> Outcome[DocumentChange]:
    change = difference(document_of(policy), wanted)
    if change.empty:
        return Outcome(policy, policy, told=change)
    terms = tuple(sorted(wanted.terms))
    after = with_settings(replace(policy, models=wanted.models, terms=terms), wanted.settings)
    entry = deed.entry(action, "", *_logged(change))
    return Outcome(policy, after, (entry,), told=change)


def _logged(change: DocumentChange) -> tuple[JsonValue, JsonValue]:
    """Write only what changes."""
    gone, new = rules_json(change.models)
    before = _parts(_before(change.settings), gone, change.terms_removed)
    return before, _parts(_after(change.settings), new, change.terms_added)


def _parts(
    settings: Mapping[str, JsonValue], rules: JsonValue, terms: tuple[str, ...]
) -> JsonValue:
    parts: dict[str, JsonValue] = {"settings": settings, "rules": rules, "terms": terms}
    return {name: value for name, value in parts.items() if value}


def _before(changes: Iterable[SettingChange]) -> dict[str, JsonValue]:
    return {one.setting.name: one.setting.dump(one.before) for one in changes}


def _after(changes: Iterable[SettingChange]) -> dict[str, JsonValue]:
    return {one.setting.name: one.setting.dump(one.after) for one in changes}
