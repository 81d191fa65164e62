"""Which models a member may use in a channel, and why: one chain of checks.

A server has a default model and rules that allow or deny others. A rule holds for the whole server,
for a role, for a channel, or for a role in a channel, and the narrower rule is the stronger one:
the strongest level with a rule that fits decides, and within a level deny wins. Where no rule fits,
the default alone may be used. The operator's ceiling cuts last, and nobody gets round it.

:class:`ModelChecks` answers and explains from the same steps, so that the two can't differ. The
truth table is in ``docs/adr/0011-let-the-narrowest-model-rule-decide.md``.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from functools import cached_property

from bot.domain.models import ModelCeiling
from bot.domain.star_patterns import STAR, StarPatterns


class Effect(Enum):
    """What a rule does: ``DEFAULT`` allows, and is the model where none is named."""

    ALLOW = "allow"
    DENY = "deny"
    DEFAULT = "default"


class Check(Enum):
    """The checks in their order: four levels of rules, strong to weak, and what ends the chain."""

    ROLE_IN_CHANNEL = "role in channel"
    CHANNEL = "channel"
    ROLE = "role"
    SERVER = "server"
    DEFAULT = "default"
    CEILING = "ceiling"


LEVELS = (Check.ROLE_IN_CHANNEL, Check.CHANNEL, Check.ROLE, Check.SERVER)


@dataclass(frozen=True, slots=True)
class Asker:
    """A member in a channel, as far as rules see them.

    Attributes
    ----------
    role_ids
        All of the member's roles; the server's own id, where *@everyone* is to count.
    channel_id
        The channel; in a thread that of its parent, whose rules hold there.
    """

    role_ids: frozenset[int]
    channel_id: int


@dataclass(frozen=True, slots=True)
class ModelRule:
    """One rule of one server.

    Attributes
    ----------
    model
        A model's id, or a pattern with a star (:mod:`bot.domain.star_patterns`).
    since
        When it was made; the oldest server-wide allow follows a default that is denied.
    """

    model: str
    effect: Effect
    since: datetime
    role_id: int | None = None
    channel_id: int | None = None

    @property
    def level(self) -> Check:
        """How much the rule names, which is how strong it is."""
        if self.channel_id is None:
            return Check.SERVER if self.role_id is None else Check.ROLE
        return Check.CHANNEL if self.role_id is None else Check.ROLE_IN_CHANNEL

    @property
    def names_one_model(self) -> bool:
        """Whether it is about a single model and not about a pattern."""
        return STAR not in self.model

    @property
    def is_default(self) -> bool:
        """Whether its model is the one that is used where none is named."""
        return self.effect is Effect.DEFAULT and self.names_one_model

    def concerns(self, asker: Asker) -> bool:
        """Tell whether the rule holds for this member in this channel."""
        return (self.role_id is None or self.role_id in asker.role_ids) and (
            self.channel_id is None or self.channel_id == asker.channel_id
        )

    def fits(self, model: str) -> bool:
        """Tell whether the rule is about this model."""
        return StarPatterns.of([self.model]).fit(model)


@dataclass(frozen=True, slots=True)
class ServerModels:
    """What a server has decided.

    Attributes
    ----------
    default
        ``None`` where it was denied and none follows.
    own_default
        Whether the server decided on its default; otherwise it follows the host's, and reads alike.
    """

    default: str | None
    rules: tuple[ModelRule, ...] = ()
    own_default: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Step:
    """One check of a decision.

    Attributes
    ----------
    says
        ``True`` for yes, ``False`` for no, ``None`` where no rule of this level fits.
    rules
        The rules of this level that fit.
    decided
        Whether the answer is this check's.
    """

    check: Check
    says: bool | None
    rules: tuple[ModelRule, ...]
    decided: bool


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether a model may be used, and each check on the way there, in order."""

    allowed: bool
    steps: tuple[Step, ...]

    @property
    def deciding(self) -> Step:
        """The one step that decided."""
        return next(step for step in self.steps if step.decided)


@dataclass(frozen=True, slots=True)
class _Level:
    """The rules of one level that concern the asker."""

    check: Check
    rules: tuple[ModelRule, ...]
    denied: StarPatterns
    allowed: StarPatterns

    @classmethod
    def of(cls, check: Check, rules: tuple[ModelRule, ...]) -> "_Level":
        denied = StarPatterns.of(rule.model for rule in rules if rule.effect is Effect.DENY)
        allowed = StarPatterns.of(rule.model for rule in rules if rule.effect is not Effect.DENY)
        return cls(check, rules, denied, allowed)

    def says(self, model: str) -> bool | None:
        if self.denied.fit(model):
            return False
        return True if self.allowed.fit(model) else None


@dataclass(frozen=True)
class ModelChecks:
    """The checks that one member meets in one channel, ready for any number of models."""

    default: str | None
    levels: tuple[_Level, ...]
    ceiling: ModelCeiling

    @classmethod
    def of(cls, models: ServerModels, asker: Asker, ceiling: ModelCeiling) -> "ModelChecks":
        """Pick the rules that concern the asker, level by level."""
        ours = [rule for rule in models.rules if rule.concerns(asker)]
        levels = (
            _Level.of(check, tuple(rule for rule in ours if rule.level is check))
            for check in LEVELS
        )
        return cls(models.default, tuple(levels), ceiling)

    def allow(self, model: str) -> bool:
        """Tell whether a model may be used."""
        return self._decided(model)[1]

    def decide(self, model: str) -> Decision:
        """Tell whether a model may be used, with every check."""
        decided_by, allowed = self._decided(model)
        return Decision(
            allowed,
            tuple(
                Step(check, says, rules, decided=check is decided_by)
                for check, says, rules in self._said(model)
            ),
        )

    def usual_model(self) -> str | None:
        """Give the model for a command that names none; ``None`` where a name is needed.

        It is the default of the strongest level that has one which may be used, within a level
        the oldest, and the server's at last.
        """
        return self._usual

    @cached_property
    def _usual(self) -> str | None:
        return next(filter(self.allow, self._defaults()), None)

    def offered(self, known: Iterable[str]) -> list[str]:
        """List what may be used: the usual model, what rules name, then of what is known."""
        return list(self.offers(known))

    def named(self, ending: str) -> Iterator[str]:
        """Give what may be used, whether it is known or not, and ends so, in capitals or not."""
        return (model for model in self._named() if _ends(model, ending) and self.allow(model))

    def offers(self, known: Iterable[str]) -> Iterator[str]:
        """Give the same one by one, each checked only when it is asked for."""
        return filter(self.allow, dict.fromkeys([*self._named(), *known]))

    def _named(self) -> Iterator[str]:
        yield from self._defaults()
        for level in self.levels:
            yield from (rule.model for rule in level.rules if _offers(rule))

    def _defaults(self) -> Iterator[str]:
        for level in self.levels:
            defaults = (rule for rule in level.rules if rule.is_default)
            yield from (rule.model for rule in sorted(defaults, key=_age))
        if self.default is not None:
            yield self.default

    def _decided(self, model: str) -> tuple[Check, bool]:
        check, allowed = self._ruled(model)
        if allowed and not self.ceiling.admits(model):
            return Check.CEILING, False
        return check, allowed

    def _ruled(self, model: str) -> tuple[Check, bool]:
        for level in self.levels:
            says = level.says(model) if level.rules else None
            if says is not None:
                return level.check, says
        return Check.DEFAULT, model == self.default

    def _said(self, model: str) -> Iterator[tuple[Check, bool | None, tuple[ModelRule, ...]]]:
        for level in self.levels:
            fitting = tuple(rule for rule in level.rules if rule.fits(model))
            yield level.check, level.says(model), fitting
        yield Check.DEFAULT, model == self.default, ()
        yield Check.CEILING, self.ceiling.admits(model), ()


def _age(rule: ModelRule) -> datetime:
    return rule.since


def _offers(rule: ModelRule) -> bool:
    return rule.names_one_model and rule.effect is not Effect.DENY


def _ends(model: str, ending: str) -> bool:
    return model.casefold().endswith(ending)
