"""Short ways to write a server's rules."""

import sys
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.model_rules import (
    Asker,
    Decision,
    Effect,
    ModelChecks,
    ModelRule,
    ServerModels,
)
from bot.domain.models import ModelCeiling

ROLE, OTHER_ROLE = 701, 702
CHANNEL, OTHER_CHANNEL = 801, 802
MEMBER = Asker(frozenset({ROLE}), CHANNEL)
OPEN = ModelCeiling(("*",))
DAY_ONE = datetime(2026, 1, 1, tzinfo=UTC)


def a_rule(
    effect: Effect, model: str, role: int | None = None, channel: int | None = None, day: int = 0
) -> ModelRule:
    return ModelRule(model, effect, DAY_ONE + timedelta(days=day), role, channel)


def allow(
    model: str, role: int | None = None, channel: int | None = None, day: int = 0
) -> ModelRule:
    return a_rule(Effect.ALLOW, model, role, channel, day)


def deny(
    model: str, role: int | None = None, channel: int | None = None, day: int = 0
) -> ModelRule:
    return a_rule(Effect.DENY, model, role, channel, day)


def default(
    model: str, role: int | None = None, channel: int | None = None, day: int = 0
) -> ModelRule:
    return a_rule(Effect.DEFAULT, model, role, channel, day)


def decide(models: ServerModels, asker: Asker, model: str, ceiling: ModelCeiling) -> Decision:
    return ModelChecks.of(models, asker, ceiling).decide(model)


def offered(
    models: ServerModels, asker: Asker, known: Iterable[str], ceiling: ModelCeiling
) -> list[str]:
    return ModelChecks.of(models, asker, ceiling).offered(known)


# What takes time is measured where nothing traces it, as coverage does.
untraced = pytest.mark.skipif(sys.gettrace() is not None, reason="tracing takes most of the time")
