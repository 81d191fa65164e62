"""What the commands about models do to a server's rules, as steps from one state to the next.

Nothing is kept here: each function takes what the server has decided, and gives it back changed,
with what a moderator should hear beyond before and after.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum, auto

from bot.domain.model_rules import Check, Effect, ModelRule, ServerModels
from bot.domain.models import MODEL_ID_MAX_CHARACTERS, ModelCeiling, is_model_id
from bot.domain.refusals import BadInputError, Flaw
from bot.domain.star_patterns import STAR

# A moderator reads them all on one page, and a picker meets them all in a few milliseconds.
RULES_MAX = 200

# What an id may have in it, with a star at least at one end.
_STARRED = re.compile(r"\*[A-Za-z0-9._/-]*\*?|[A-Za-z0-9._/-]+\*")


class Note(Enum):
    """What a moderator should hear about a change."""

    DEFAULT_FOLLOWED = auto()
    """The default was denied, and the oldest server-wide allow took its place."""
    DEFAULT_GONE = auto()
    """The default was denied, and nothing follows it: members must name a model."""
    DEFAULT_FOUND = auto()
    """There was no default, and the model that was allowed became it."""
    FORMER_DEFAULT_CLOSED = auto()
    """The former default is no longer allowed for the server, since no rule allows it."""
    ABOVE_CEILING = auto()
    """The operator doesn't allow the model, so the rule has no effect at present."""
    OUTWEIGHED = auto()
    """Another rule for the same members and channels denies the model, so this has no effect."""


@dataclass(frozen=True, slots=True)
class ModelChange:
    """What a server had decided, what it has now, and what is to be said about it."""

    before: ServerModels
    after: ServerModels
    notes: tuple[Note, ...] = ()

    @property
    def removed(self) -> tuple[ModelRule, ...]:
        """The rules that are gone."""
        return _without(self.before.rules, self.after.rules)

    @property
    def added(self) -> tuple[ModelRule, ...]:
        """The rules that are new."""
        return _without(self.after.rules, self.before.rules)


def model_id(text: str, field: str = "model") -> str:
    """Read one model's id as a moderator typed it; no catalogue has to list it.

    Raises
    ------
    BadInputError
    """
    model = _bounded(text, field)
    if not is_model_id(model):
        raise BadInputError(field, Flaw.NOT_A_MODEL)
    return model


def model_pattern(text: str, field: str = "model") -> str:
    """Read a model's id, or a pattern with a star at its beginning or its end.

    Raises
    ------
    BadInputError
    """
    pattern = _bounded(text, field)
    if STAR in pattern.strip(STAR):
        raise BadInputError(field, Flaw.STAR_INSIDE)
    return pattern if _STARRED.fullmatch(pattern) else model_id(pattern, field)


def _bounded(text: str, field: str) -> str:
    if len(text.strip()) > MODEL_ID_MAX_CHARACTERS:
        raise BadInputError(field, Flaw.TOO_LONG, str(MODEL_ID_MAX_CHARACTERS))
    return text.strip()


def put_rule(models: ServerModels, rule: ModelRule, ceiling: ModelCeiling) -> ModelChange:
    """Allow or deny a model, or make it a default, in place of what held for it there.

    A rule that is already there stays as old as it is.

    Raises
    ------
    BadInputError
        Where a default is no single model, or the server has as many rules as it may have.
    """
    if rule.effect is Effect.DEFAULT:
        model_id(rule.model)
    after = _with_rule(models, rule)
    if len(after.rules) > max(RULES_MAX, len(models.rules)):
        raise BadInputError("models", Flaw.TOO_MANY, str(RULES_MAX))
    default = _default(after, rule, ceiling)
    own = after.own_default or default != models.default
    after = replace(after, default=default, own_default=own)
    return ModelChange(models, after, tuple(_notes(models, after, rule, ceiling)))


def reset(
    models: ServerModels, default: str, role_id: int | None = None, channel_id: int | None = None
) -> ModelChange:
    """Take away the rules of a role, a channel or a role in a channel; without either, all.

    ``default`` is the operator's, to which a whole reset goes back.
    """
    place = (role_id, channel_id)
    if place == (None, None):
        return ModelChange(models, ServerModels(default))
    kept = tuple(rule for rule in models.rules if (rule.role_id, rule.channel_id) != place)
    return ModelChange(models, replace(models, rules=kept))


def without_rules(models: ServerModels, gone: Collection[ModelRule]) -> ModelChange:
    """Take away single rules; those that aren't there any more are gone already."""
    kept = tuple(rule for rule in models.rules if rule not in gone)
    return ModelChange(models, replace(models, rules=kept))


def _with_rule(models: ServerModels, rule: ModelRule) -> ServerModels:
    if rule.effect is Effect.DEFAULT and rule.level is Check.SERVER:
        denial = replace(rule, effect=Effect.DENY)
        kept = (old for old in models.rules if not _says_the_same(old, denial))
        return ServerModels(rule.model, tuple(kept), own_default=True)
    if any(_says_the_same(old, rule) for old in models.rules):
        return models
    kept = (old for old in models.rules if not _gives_way(old, rule))
    return replace(models, rules=(*kept, rule))


def _says_the_same(old: ModelRule, rule: ModelRule) -> bool:
    return replace(old, since=rule.since) == rule


def _gives_way(old: ModelRule, rule: ModelRule) -> bool:
    """Tell whether an older rule goes: one for the same model, or the place's former default."""
    both_defaults = old.effect is Effect.DEFAULT and rule.effect is Effect.DEFAULT
    return _same_place(old, rule) and (old.model == rule.model or both_defaults)


def _same_place(one: ModelRule, other: ModelRule) -> bool:
    return (one.role_id, one.channel_id) == (other.role_id, other.channel_id)


def _default(models: ServerModels, rule: ModelRule, ceiling: ModelCeiling) -> str | None:
    """Give the server's default once a rule is in force."""
    denied = models.default is not None and rule.effect is Effect.DENY and rule.fits(models.default)
    if rule.level is Check.SERVER and (denied or models.default is None):
        return _successor(models, ceiling)
    return models.default


def _successor(models: ServerModels, ceiling: ModelCeiling) -> str | None:
    allowed = (rule for rule in _server_wide(models, Effect.ALLOW) if rule.names_one_model)
    usable = (
        rule.model
        for rule in sorted(allowed, key=_age)
        if ceiling.admits(rule.model) and not _fitting(models, Effect.DENY, rule.model)
    )
    return next(usable, None)


def _server_wide(models: ServerModels, effect: Effect) -> Iterator[ModelRule]:
    return (rule for rule in models.rules if rule.level is Check.SERVER and rule.effect is effect)


def _fitting(models: ServerModels, effect: Effect, model: str) -> bool:
    return any(rule.fits(model) for rule in _server_wide(models, effect))


def _age(rule: ModelRule) -> datetime:
    return rule.since


def _without(rules: Iterable[ModelRule], others: Iterable[ModelRule]) -> tuple[ModelRule, ...]:
    gone = frozenset(others)
    return tuple(rule for rule in rules if rule not in gone)


def _notes(
    before: ServerModels, after: ServerModels, rule: ModelRule, ceiling: ModelCeiling
) -> Iterator[Note]:
    if before.default != after.default:
        yield from _notes_on_default(before, after, rule)
    if rule.effect is Effect.DENY or not rule.names_one_model:
        return
    if not ceiling.admits(rule.model):
        yield Note.ABOVE_CEILING
    if any(_outweighs(other, rule) for other in after.rules):
        yield Note.OUTWEIGHED


def _notes_on_default(before: ServerModels, after: ServerModels, rule: ModelRule) -> Iterator[Note]:
    if before.default is None:
        yield from [Note.DEFAULT_FOUND] if rule.effect is Effect.ALLOW else []
    elif after.default is None:
        yield Note.DEFAULT_GONE
    elif rule.effect is Effect.DENY:
        yield Note.DEFAULT_FOLLOWED
    elif not _fitting(after, Effect.ALLOW, before.default):
        yield Note.FORMER_DEFAULT_CLOSED


def _outweighs(other: ModelRule, rule: ModelRule) -> bool:
    return other.effect is Effect.DENY and _same_place(other, rule) and other.fits(rule.model)
