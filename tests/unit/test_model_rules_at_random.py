"""On any rules whatever, the decision agrees with a naive second one, and the picker with both.

``RULE_SETS`` in the environment sets how many random rule sets are tried.
"""

import os
from collections.abc import Sequence
from fnmatch import fnmatchcase

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.model_rules import (
    Asker,
    Check,
    Effect,
    ModelRule,
    ServerModels,
)
from bot.domain.models import ModelCeiling
from tests.unit.ruled import a_rule, decide, offered

RULE_SETS = int(os.environ.get("RULE_SETS", "200"))
# Some milliseconds for each; a hundred thousand take minutes.
pytestmark = pytest.mark.timeout(120 + RULE_SETS * 0.02)
MODELS = ("a/one", "a/two", "b/one", "b/two-pro")
PATTERNS = (*MODELS, "a/*", "b/*", "*/one", "*-pro", "*two*", "*")
ROLES = (None, 1, 2, 3)
CHANNELS = (None, 11, 12)

at_length = settings(
    max_examples=RULE_SETS, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


@st.composite
def rule_sets(draw: st.DrawFn) -> ServerModels:
    rule = st.builds(
        a_rule,
        st.sampled_from(Effect),
        st.sampled_from(PATTERNS),
        st.sampled_from(ROLES),
        st.sampled_from(CHANNELS),
        st.integers(0, 9),
    )
    rules = draw(st.lists(rule, max_size=12))
    return ServerModels(draw(st.none() | st.sampled_from(MODELS)), tuple(rules))


askers = st.builds(Asker, st.frozensets(st.sampled_from([1, 2, 3])), st.sampled_from([11, 12, 13]))
ceilings = st.lists(st.sampled_from(PATTERNS), max_size=3).map(tuple)


def naive(
    models: ServerModels, asker: Asker, model: str, ceiling: Sequence[str]
) -> tuple[bool, Check]:
    """Decide as the moderators' page tells it, with no thought for speed."""
    answer, check = model == models.default, Check.DEFAULT
    for level, role_named, channel_named in (
        (Check.SERVER, False, False),
        (Check.ROLE, True, False),
        (Check.CHANNEL, False, True),
        (Check.ROLE_IN_CHANNEL, True, True),
    ):
        fitting = [
            rule
            for rule in models.rules
            if (rule.role_id is not None) == role_named
            and (rule.channel_id is not None) == channel_named
            and is_for(rule, asker)
            and fnmatchcase(model, rule.model)
        ]
        if fitting:
            answer, check = all(rule.effect is not Effect.DENY for rule in fitting), level
    if answer and not any(fnmatchcase(model, pattern) for pattern in ceiling):
        return False, Check.CEILING
    return answer, check


def is_for(rule: ModelRule, asker: Asker) -> bool:
    role_fits = rule.role_id is None or rule.role_id in asker.role_ids
    channel_fits = rule.channel_id is None or rule.channel_id == asker.channel_id
    return role_fits and channel_fits


@at_length
@given(rule_sets(), askers, st.sampled_from(MODELS), ceilings)
def test_the_decision_and_its_reason_agree_with_a_naive_one(
    models: ServerModels, asker: Asker, model: str, ceiling: tuple[str, ...]
) -> None:
    decision = decide(models, asker, model, ModelCeiling(ceiling))

    assert (decision.allowed, decision.deciding.check) == naive(models, asker, model, ceiling)


@at_length
@given(rule_sets(), askers, ceilings)
def test_the_picker_offers_what_the_decision_allows_and_nothing_else(
    models: ServerModels, asker: Asker, ceiling: tuple[str, ...]
) -> None:
    allowed = {m for m in MODELS if decide(models, asker, m, ModelCeiling(ceiling)).allowed}

    assert set(offered(models, asker, MODELS, ModelCeiling(ceiling))) == allowed


@at_length
@given(rule_sets(), askers, st.sampled_from(MODELS), ceilings)
def test_the_explanation_leads_to_the_decision(
    models: ServerModels, asker: Asker, model: str, ceiling: tuple[str, ...]
) -> None:
    decision = decide(models, asker, model, ModelCeiling(ceiling))
    *rules, within = decision.steps
    first = next(step for step in rules if step.says is not None)

    assert [step.check for step in decision.steps] == list(Check)
    assert decision.allowed is bool(first.says and within.says)
    assert decision.deciding == (first if within.says or not first.says else within)
