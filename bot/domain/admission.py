"""Who may have a picture made: every gate on the way to one, in order.

The host's gates come first, then those of the server; the limits come last, since they alone book
something. :func:`verdicts` walks through the gates. The decision stops at the first that is shut;
an explanation walks on. Both are one walk, so that they can't differ.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from functools import cached_property
from typing import NamedTuple

from bot.domain.errors import (
    DirectMessageError,
    MissingPermissionError,
    ModelNotAllowedError,
    RefusalError,
)
from bot.domain.ledgers import HOST_ACCOUNT, Holder, Limit
from bot.domain.limits import Limits
from bot.domain.model_rules import ModelChecks
from bot.domain.models import Model, ModelCeiling, is_model_id, short_name
from bot.domain.protected_terms import is_forbidden
from bot.domain.refusals import (
    BlockedMemberError,
    BlockedTermError,
    ChannelNotOpenError,
    ModelMissingError,
    NotSetUpError,
    OthersPicturesOffError,
    PausedError,
    PrivateOffError,
    ProtectedTermsError,
    SafetyPauseError,
    UploadsOffError,
)
from bot.domain.server_policy import ServerPolicy
from bot.domain.server_settings import ServerSettings
from bot.domain.terms import BlockedTerms
from bot.domain.visits import Visit

_ALLOWED_NAMED_MAX = 25


class Gate(Enum):
    """The gates, in their order; the log keeps the values."""

    PLACE = "place"
    PAUSE = "pause"
    SAFETY = "safety"
    MEMBER = "member"
    CHANNEL = "channel"
    PRIVATE = "private"
    UPLOADS = "uploads"
    OTHERS = "others"
    MODEL = "model"
    PROTECTED = "protected"
    TERMS = "terms"
    PERMISSION = "permission"
    LIMITS = "limits"


@dataclass(frozen=True)
class HostRules:
    """What the operator decides for all servers together; no server can be wider.

    Attributes
    ----------
    server_ids
        Where the bot works; ``None`` for everywhere.
    direct_messages
        Whether it works in direct conversations too.
    microdollars_per_day, member_pictures_per_day
        ``None`` for no limit.
    """

    ceiling: ModelCeiling
    server_ids: frozenset[int] | None = None
    direct_messages: bool = False
    microdollars_per_day: int | None = None
    member_pictures_per_day: int | None = None

    def refusal_at(self, visit: Visit) -> RefusalError | None:
        """Say why the bot doesn't work where the visit is from; ``None`` where it does."""
        if visit.direct:
            return None if self.direct_messages else DirectMessageError()
        return None if self.serves(visit.server_id) else NotSetUpError()

    def serves(self, server_id: int) -> bool:
        """Tell whether the bot works in a server."""
        return self.server_ids is None or server_id in self.server_ids

    @cached_property
    def shared_limits(self) -> Limits:
        """What all servers together may use."""
        return Limits(microdollars_per_day=self.microdollars_per_day)

    @cached_property
    def member_limits(self) -> Limits:
        """What each member may use, in all servers together."""
        return Limits(pictures_per_day=self.member_pictures_per_day)


@dataclass(frozen=True, slots=True)
class HostStanding:
    """What the host has in force at a moment.

    Attributes
    ----------
    pause
        Why nothing is made anywhere.
    safety_pause_until
        Until when this member makes nothing, for the sake of the host's account.
    """

    pause: PausedError | None = None
    safety_pause_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class ServerRules:
    """What a server has decided, ready for any number of checks."""

    policy: ServerPolicy
    settings: ServerSettings
    terms: BlockedTerms


@dataclass(frozen=True, slots=True)
class Wish:
    """What a member asks for.

    Attributes
    ----------
    model
        The model's id; ``None`` where none was named and the server has no default.
    prompt
        ``None`` where only the right to ask is in question. What the picture shall not show isn't
        looked at: there, to name a thing is to avoid it.
    upload
        Whether it begins with a picture of the member's own.
    others
        Whether it begins with what somebody else brought or had made.
    """

    visit: Visit
    model: str | None
    at: datetime
    prompt: str | None = None
    private: bool = False
    upload: bool = False
    others: bool = False


@dataclass(frozen=True, slots=True)
class Rules:
    """All that a wish is held against.

    Attributes
    ----------
    models
        The model rules as they are for this visit.
    listed
        What the catalogue lists, for naming what a member may use instead.
    with_image
        Whether the wish begins with a picture.
    """

    host: HostRules
    state: HostStanding
    server: ServerRules
    models: ModelChecks
    listed: Sequence[Model] = ()
    with_image: bool = False

    def known_models(self) -> Iterator[str]:
        """Give the ids of what could make this, whether it may be used or not."""
        return (model.id for model in self.listed if model.paints(with_image=self.with_image))


class Verdict(NamedTuple):
    """What a gate says; no refusal means that it is open. Each picture asks for a dozen."""

    gate: Gate
    refusal: RefusalError | None


def verdicts(wish: Wish, rules: Rules) -> Iterator[Verdict]:
    """Walk through all gates but the limits."""
    for gate, judge in _JUDGES:
        yield Verdict(gate, judge(wish, rules))


def shut_gate(wish: Wish, rules: Rules) -> Verdict | None:
    """Give the first gate that is shut; ``None`` where only the limits are left."""
    return next((verdict for verdict in verdicts(wish, rules) if verdict.refusal), None)


def limits_on(visit: Visit, settings: ServerSettings, host: HostRules) -> Collection[Limit]:
    """Give all limits that hold for whoever asks: the host's, the server's, the member's."""
    member = settings.member_limits(visit.role_ids)
    return (
        *host.shared_limits.of(HOST_ACCOUNT),
        *host.member_limits.of(Holder(member_id=visit.member_id)),
        *settings.server_limits.of(Holder(visit.server_id)),
        *member.of(Holder(visit.server_id, visit.member_id)),
    )


def _place(wish: Wish, rules: Rules) -> RefusalError | None:
    return rules.host.refusal_at(wish.visit)


def _pause(_: Wish, rules: Rules) -> RefusalError | None:
    return rules.state.pause


def _safety(wish: Wish, rules: Rules) -> RefusalError | None:
    until = rules.state.safety_pause_until
    return None if until is None or until <= wish.at else SafetyPauseError(until)


def _member(wish: Wish, rules: Rules) -> RefusalError | None:
    block = rules.server.policy.blocks.get(wish.visit.member_id)
    return BlockedMemberError(block.until) if block and block.holds_at(wish.at) else None


def _channel(wish: Wish, rules: Rules) -> RefusalError | None:
    opened = rules.server.settings.open_channels
    return None if not opened or wish.visit.channel_id in opened else ChannelNotOpenError(opened)


def _private(wish: Wish, rules: Rules) -> RefusalError | None:
    on = rules.server.settings.private_pictures or wish.visit.direct
    return PrivateOffError() if wish.private and not on else None


def _uploads(wish: Wish, rules: Rules) -> RefusalError | None:
    roles = wish.visit.role_ids.intersection(rules.server.settings.upload_roles)
    return None if roles or not wish.upload else UploadsOffError()


def _others(wish: Wish, rules: Rules) -> RefusalError | None:
    off = wish.others and not rules.server.settings.others_pictures
    return OthersPicturesOffError() if off else None


def _model(wish: Wish, rules: Rules) -> RefusalError | None:
    checks = rules.models
    if wish.model is not None and checks.allow(wish.model):
        return None
    allowed = tuple(checks.offered(rules.known_models())[:_ALLOWED_NAMED_MAX])
    if wish.model is None:
        return ModelMissingError(allowed)
    return ModelNotAllowedError(_as_known(wish.model), allowed)


def _as_known(typed: str) -> str:
    """Name a model as members know it, and what is none as it was typed."""
    return short_name(typed) if is_model_id(typed) else typed


def _protected(wish: Wish, _: Rules) -> RefusalError | None:
    return ProtectedTermsError() if wish.prompt and is_forbidden(wish.prompt) else None


def _terms(wish: Wish, rules: Rules) -> RefusalError | None:
    found = rules.server.terms.found_in(wish.prompt) if wish.prompt else None
    return None if found is None else BlockedTermError()


def _permission(wish: Wish, _: Rules) -> RefusalError | None:
    lacking = wish.visit.lacking
    return MissingPermissionError(lacking) if lacking else None


_JUDGES = (
    (Gate.PLACE, _place),
    (Gate.PAUSE, _pause),
    (Gate.SAFETY, _safety),
    (Gate.MEMBER, _member),
    (Gate.CHANNEL, _channel),
    (Gate.PRIVATE, _private),
    (Gate.UPLOADS, _uploads),
    (Gate.OTHERS, _others),
    (Gate.MODEL, _model),
    (Gate.PROTECTED, _protected),
    (Gate.TERMS, _terms),
    (Gate.PERMISSION, _permission),
)
