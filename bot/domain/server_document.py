"""A server's whole policy as one file: settings, model rules and blocked terms.

A file is read as a whole before anything is changed; the first thing in it that can't be taken
refuses it, by its place (``models.rules[3].effect``). What a file doesn't name stays as it is, and
a list that it names is taken in place of the old one. Blocked members and the log aren't policy and
stay out of it.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.domain.json_reading import entries, members, parsed, text_at
from bot.domain.model_changes import RULES_MAX, ModelChange, model_id, model_pattern
from bot.domain.model_rules import Check, Effect, ModelRule, ServerModels
from bot.domain.named_places import Named, PlaceCheck, Purpose, as_named, checked
from bot.domain.refusals import BadInputError, Flaw
from bot.domain.server_policy import JsonValue
from bot.domain.server_settings import ServerSettings, all_settings, value_of, with_values
from bot.domain.setting_declaration import Setting
from bot.domain.snowflake_kinds import Snowflake, Sort
from bot.domain.terms import TERMS_MAX, parse_term

VERSION = 1
_PARTS = ("version", "settings", "models", "terms")
_MOMENT = "a moment such as 2026-01-31T12:00:00+00:00"
_FIELDS: Mapping[Sort, str] = {Sort.ROLE: "role", Sort.CHANNEL: "channel"}
# Far more than the longest policy has.
DOCUMENT_MAX_CHARACTERS = 500_000


@dataclass(frozen=True, slots=True)
class ServerDocument:
    """All that moderators decide for a server."""

    settings: ServerSettings
    models: ServerModels
    terms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SettingChange:
    """A setting that changes, with its value before and after.

    Attributes
    ----------
    settings
        All settings as they are with it, where they are known.
    """

    setting: Setting
    before: object
    after: object
    settings: ServerSettings | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class DocumentChange:
    """The difference between two policies."""

    settings: tuple[SettingChange, ...]
    models: ModelChange
    terms_removed: tuple[str, ...]
    terms_added: tuple[str, ...]

    @property
    def empty(self) -> bool:
        """Whether nothing changes."""
        models = self.models
        same_default = models.before.default == models.after.default
        rules = models.removed or models.added
        return same_default and not (
            rules or self.settings or self.terms_removed or self.terms_added
        )


def difference(before: ServerDocument, after: ServerDocument) -> DocumentChange:
    """Tell what changes, name by name."""
    was, becomes = before.settings, after.settings
    settings = (
        SettingChange(one, value_of(was, name), value_of(becomes, name), becomes)
        for name, one in all_settings().items()
    )
    return DocumentChange(
        tuple(change for change in settings if change.before != change.after),
        ModelChange(before.models, after.models),
        _without(before.terms, after.terms),
        _without(after.terms, before.terms),
    )


def export(document: ServerDocument) -> str:
    """Write a policy as a file, all of it."""
    settings = {
        name: one.dump(value_of(document.settings, name)) for name, one in all_settings().items()
    }
    models = {
        "default": document.models.default,
        "rules": [_dumped(rule) for rule in document.models.rules],
    }
    whole = {"version": VERSION, "settings": settings, "models": models, "terms": document.terms}
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


def read(
    text: str, current: ServerDocument, now: datetime, places: PlaceCheck = as_named
) -> ServerDocument:
    """Read a file over the current policy, which isn't changed.

    Parameters
    ----------
    now
        The age of new rules that don't tell theirs; a rule that is there stays as old as it is.
    places
        Checks the roles and channels that the file newly names.

    Raises
    ------
    BadInputError
    """
    content = members(parsed(text, "file", DOCUMENT_MAX_CHARACTERS), "file", _PARTS)
    version = content.get("version")
    # In Python, and not in a file, what is true is 1 as well.
    if isinstance(version, bool) or version != VERSION:
        raise BadInputError("version", Flaw.WRONG_TYPE, str(VERSION))
    settings = _settings(content.get("settings", {}), current.settings, places)
    return ServerDocument(
        with_values(current.settings, dict(settings)),
        _models(content.get("models", {}), current.models, _Reading(now, places)),
        _terms(content["terms"]) if "terms" in content else current.terms,
    )


def _without(terms: tuple[str, ...], others: tuple[str, ...]) -> tuple[str, ...]:
    gone = frozenset(others)
    return tuple(term for term in terms if term not in gone)


@dataclass(frozen=True, slots=True)
class _Reading:
    """How rules are read."""

    now: datetime
    places: PlaceCheck


def _settings(
    value: JsonValue, current: ServerSettings, places: PlaceCheck
) -> Iterator[tuple[str, object]]:
    known = all_settings()
    for name, content in members(value, "settings", known).items():
        one = known[name]
        yield name, checked(one, value_of(current, name), one.load(content), places)


def _models(value: JsonValue, current: ServerModels, reading: _Reading) -> ServerModels:
    content = members(value, "models", ("default", "rules"))
    models = current
    if "default" in content:
        default = _default(content["default"])
        own = models.own_default or default != models.default
        models = replace(models, default=default, own_default=own)
    if "rules" in content:
        models = replace(models, rules=_rules(content["rules"], current.rules, reading))
    return models


def _default(value: JsonValue) -> str | None:
    return None if value is None else model_id(text_at(value, "models.default"), "models.default")


def _rules(
    value: JsonValue, current: tuple[ModelRule, ...], reading: _Reading
) -> tuple[ModelRule, ...]:
    there = {_without_age(rule): rule for rule in current}
    known = {thing for rule in current for thing in _named(rule)}
    listed = entries(value, "models.rules", RULES_MAX)
    rules = [_rule(one, f"models.rules[{at}]", reading.now) for at, one in enumerate(listed)]
    placed = [
        _placed(rule, known, reading.places, f"models.rules[{at}]") for at, rule in enumerate(rules)
    ]
    if len({(rule.model, rule.role_id, rule.channel_id) for rule in placed}) < len(placed):
        raise BadInputError("models.rules", Flaw.TWICE)
    return tuple(there.get(_without_age(rule), rule) for rule in placed)


def _without_age(rule: ModelRule) -> tuple[str, Effect, int | None, int | None]:
    return rule.model, rule.effect, rule.role_id, rule.channel_id


def _named(rule: ModelRule) -> Iterator[Named]:
    if rule.role_id is not None:
        yield Sort.ROLE, rule.role_id
    if rule.channel_id is not None:
        yield Sort.CHANNEL, rule.channel_id


def _placed(rule: ModelRule, known: set[Named], places: PlaceCheck, place: str) -> ModelRule:
    """Check what a rule newly names."""
    ids = {
        sort: snowflake
        if (sort, snowflake) in known
        else places((sort, snowflake), Purpose.RULE, f"{place}.{_FIELDS[sort]}")
        for sort, snowflake in _named(rule)
    }
    return replace(rule, role_id=ids.get(Sort.ROLE), channel_id=ids.get(Sort.CHANNEL))


def _rule(value: JsonValue, place: str, now: datetime) -> ModelRule:
    content = members(value, place, ("model", "effect", "role", "channel", "since"))
    rule = ModelRule(
        model_pattern(text_at(content.get("model"), f"{place}.model"), f"{place}.model"),
        _effect(content.get("effect"), f"{place}.effect"),
        _moment(content["since"], f"{place}.since") if "since" in content else now,
        _id(content.get("role"), Sort.ROLE, f"{place}.role"),
        _id(content.get("channel"), Sort.CHANNEL, f"{place}.channel"),
    )
    return _sound(rule, place)


def _sound(rule: ModelRule, place: str) -> ModelRule:
    """Refuse a default that no command could have made."""
    if rule.effect is Effect.DEFAULT:
        model_id(rule.model, f"{place}.model")
        if rule.level is Check.SERVER:
            raise BadInputError(f"{place}.role", Flaw.MISSING)
    return rule


def _effect(value: JsonValue, place: str) -> Effect:
    known = {effect.value: effect for effect in Effect}
    if not isinstance(value, str) or value not in known:
        raise BadInputError(place, Flaw.NOT_A_CHOICE, ", ".join(known))
    return known[value]


def _id(value: JsonValue, sort: Sort, place: str) -> int | None:
    return None if value is None else Snowflake(sort).load(value, place)


def _moment(value: JsonValue, place: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text_at(value, place))
    except ValueError as error:
        raise BadInputError(place, Flaw.WRONG_TYPE, _MOMENT) from error
    if moment.tzinfo is None:
        raise BadInputError(place, Flaw.WRONG_TYPE, _MOMENT)
    return moment


def _terms(value: JsonValue) -> tuple[str, ...]:
    listed = entries(value, "terms", TERMS_MAX)
    read_in = (_term(one, f"terms[{at}]") for at, one in enumerate(listed))
    # In capitals or not, it is one term, as for the command.
    by_folded: dict[str, str] = {}
    for term in read_in:
        by_folded.setdefault(term.casefold(), term)
    return tuple(by_folded.values())


def _term(value: JsonValue, place: str) -> str:
    return parse_term(text_at(value, place), place)


def _dumped(rule: ModelRule) -> JsonValue:
    """Write a rule, without what it doesn't name."""
    whole = {
        "model": rule.model,
        "effect": rule.effect.value,
        "role": None if rule.role_id is None else str(rule.role_id),
        "channel": None if rule.channel_id is None else str(rule.channel_id),
        "since": rule.since.isoformat(),
    }
    return {name: value for name, value in whole.items() if value is not None}
