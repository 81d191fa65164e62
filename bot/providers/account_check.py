"""Asking the image API whether it takes the key and what it offers; it costs nothing."""

import asyncio
import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from bot.domain.findings import Cause, Finding, Subject, look, mend, skipped, well
from bot.domain.models import Model, ModelCeiling
from bot.providers.balance import dollars_in
from bot.providers.catalogue import read_models
from bot.providers.http import ApiHttp, NeverSentError, Reply, TransportError
from bot.providers.json_values import read_object

_WITHIN_S = 20.0
_MODELS_MAX_BYTES = 32 << 20
_BALANCE_MAX_BYTES = 1 << 16
# An account without money is refused with these too, so what is left is asked for in any case.
_REFUSALS = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})
_PAYMENT = HTTPStatus.PAYMENT_REQUIRED
# What is booked for a picture whose price nobody tells.
_PRICE_UNKNOWN_USD = 0.05


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """What the settings say of models."""

    default: str
    ceiling: ModelCeiling


@dataclass(frozen=True, slots=True)
class AccountReport:
    """What the image API said, and the date by its clock."""

    findings: list[Finding]
    date: str | None = None


async def check_account(api: ApiHttp, choice: ModelChoice, *, has_key: bool) -> AccountReport:
    """Ask, and say what came of it; never fails.

    Parameters
    ----------
    has_key
        Whether there is a key that can be used; without, it only comes out whether anybody answers.
    """
    try:
        listed = await api.ask("models", max_bytes=_MODELS_MAX_BYTES, timeout_s=_WITHIN_S)
    except TransportError as error:
        return AccountReport(_unreachable(_reason(error), has_key=has_key))
    if not has_key or listed.status in _REFUSALS:
        key = [mend(Subject.KEY, Cause.KEY_REFUSED, status=listed.status)] if has_key else []
        return AccountReport([*key, _answers(), *_after(Subject.KEY)], listed.date)
    if listed.status not in {HTTPStatus.OK, _PAYMENT}:
        return AccountReport(_unreachable(f"status {listed.status}", has_key=True), listed.date)
    models = await asyncio.to_thread(read_models, listed.body)
    balance = _balance(await _asked_for_balance(api), models.get(choice.default))
    found = [well(Subject.KEY, Cause.KEY_TAKEN), _answers(), balance]
    return AccountReport([*found, *_models(models, choice)], listed.date)


def _reason(error: TransportError) -> str:
    return "no connection" if isinstance(error, NeverSentError) else "no answer"


def _answers() -> Finding:
    return well(Subject.IMAGE_API, Cause.API_ANSWERS)


def _unreachable(reason: str, *, has_key: bool) -> list[Finding]:
    return [
        *([skipped(Subject.KEY, Subject.IMAGE_API)] if has_key else ()),
        mend(Subject.IMAGE_API, Cause.API_UNREACHABLE, reason=reason),
        *_after(Subject.IMAGE_API),
    ]


def _after(first: Subject) -> list[Finding]:
    return [skipped(Subject.BALANCE, first), skipped(Subject.MODEL, first)]


async def _asked_for_balance(api: ApiHttp) -> Reply | None:
    try:
        return await api.ask("balance", max_bytes=_BALANCE_MAX_BYTES, timeout_s=_WITHIN_S)
    except TransportError:
        return None


def _balance(reply: Reply | None, model: Model | None) -> Finding:
    usd = None if reply is None else _usd(reply)
    if usd is None:
        return look(Subject.BALANCE, Cause.BALANCE_UNKNOWN)
    price_usd = (model and model.price_usd) or _PRICE_UNKNOWN_USD
    if usd < price_usd:
        return mend(Subject.BALANCE, Cause.BALANCE_EMPTY, usd=usd)
    return well(Subject.BALANCE, Cause.BALANCE_LEFT, usd=usd)


def _usd(reply: Reply) -> float | None:
    if reply.status in {*_REFUSALS, _PAYMENT}:
        return 0.0
    document = read_object(reply.body) if reply.status == HTTPStatus.OK else None
    return None if document is None else dollars_in(document)


def _models(models: Mapping[str, Model], choice: ModelChoice) -> list[Finding]:
    if not models:
        return [look(Subject.MODEL, Cause.MODELS_UNLISTED)]
    if choice.default not in models:
        meant = difflib.get_close_matches(choice.default, models, n=1)
        hint = meant[0] if meant else next(iter(models))
        return [mend(Subject.MODEL, Cause.MODEL_UNKNOWN, model=choice.default, hint=hint)]
    return [_offered(models[choice.default]), *_idle(models, choice)]


def _offered(model: Model) -> Finding:
    if model.price_usd is None:
        return well(Subject.MODEL, Cause.MODEL_UNPRICED, model=model.id)
    return well(Subject.MODEL, Cause.MODEL_OFFERED, model=model.id, usd=model.price_usd)


def _idle(models: Mapping[str, Model], choice: ModelChoice) -> list[Finding]:
    """Tell of patterns in the ceiling that fit nothing, which are mostly slips."""
    patterns = choice.ceiling.patterns
    idle = [p for p in patterns if not any(ModelCeiling((p,)).admits(name) for name in models)]
    if not idle:
        return []
    return [look(Subject.MODEL, Cause.CEILING_IDLE, patterns=", ".join(idle))]
