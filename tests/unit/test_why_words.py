"""What is told of each check: whose word it is, whether it decided, where it is changed."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.admission import Gate, HostRules
from bot.domain.models import ModelCeiling
from bot.domain.server_policy import MemberBlock
from bot.domain.server_settings import ServerSettings
from bot.domain.setting_declaration import Page
from bot.presentation.why_words import explained, page_of
from bot.services.admission import Explanation
from tests.unit.books import DEFAULT, MEMBER_ID, Counter, Policies, a_policy, a_visit
from tests.unit.jobs import a_job
from tests.unit.ruled import allow, deny
from tests.unit.virtual_time import START

TEXT_MAX_CHARACTERS = 4_000
OPEN = ModelCeiling(("*",))


async def asked(counter: Counter, model: str | None = DEFAULT) -> Explanation:
    return await counter.admission.explain(a_visit(), model)


def under(**settings: object) -> Policies:
    return Policies(a_policy(settings=ServerSettings(**settings)))  # type: ignore[arg-type]  # any


def told(explanation: Explanation) -> str:
    return "\n".join(explained(explanation))


async def after_a_picture(counter: Counter) -> Explanation:
    await counter.bookings.take(replace(a_job(), visit=a_visit()))
    return await asked(counter)


async def test_each_gate_is_told_of_whatever_was_decided() -> None:
    explanation = await asked(Counter())

    assert [verdict.gate for verdict in explanation.verdicts] == list(Gate)
    assert told(explanation).count("**") >= 2 * len(Gate)


async def test_where_all_is_open_the_models_page_stands_beside() -> None:
    explanation = await asked(Counter())

    assert told(explanation).startswith(f"## Yes\n<@{MEMBER_ID}> can make pictures")
    assert page_of(explanation) is Page.MODELS


@pytest.mark.parametrize(
    ("counter", "sentence"),
    [
        (Counter(host=HostRules(OPEN, frozenset({1}))), "hasn't set me up for this server."),
        (Counter(paused=True), "I'm taking a break. The host decided that."),
        (Counter(host=HostRules(ModelCeiling(("a/*",)))), "Host: doesn't allow it ← decided"),
    ],
    ids=["another server", "a break", "the ceiling"],
)
async def test_what_the_host_decides_has_no_page(counter: Counter, sentence: str) -> None:
    explanation = await asked(counter)

    assert sentence in told(explanation)
    assert "Only the host of this bot can change that." in told(explanation)
    assert page_of(explanation) is None


@pytest.mark.parametrize(
    ("counter", "sentence"),
    [
        (
            Counter(host=HostRules(OPEN, member_pictures_per_day=1)),
            "The host lets a member make 1 pictures a day, in all servers together.",
        ),
        (
            Counter(host=HostRules(OPEN, microdollars_per_day=60_000)),
            "The host's budget for all servers is used up.",
        ),
    ],
    ids=["of members", "of all"],
)
async def test_the_hosts_limits_have_no_page(counter: Counter, sentence: str) -> None:
    explanation = await after_a_picture(counter)

    assert sentence in told(explanation)
    assert page_of(explanation) is None


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"member_pictures_per_hour": 1}, "Member pictures per hour is 1. The next picture"),
        ({"member_pictures_per_day": 1}, "Member pictures per day is 1. The next picture"),
        ({"member_at_once": 1}, "Member at once is 1. One of them has to finish first."),
        ({"member_cooldown": 90}, "Member cooldown is 1m 30s. The next picture can be made <t:"),
        ({"server_at_once": 1}, "Server at once is 1. One of them has to finish first."),
        ({"server_budget_per_day": 60_000}, "Server budget per day is $0.06. The next picture"),
        ({"server_budget_per_month": 60_000}, "Server budget per month is $0.06. The next"),
        ({"server_budget_per_day": 10_000}, "Server budget per day is $0.01. This model costs"),
    ],
)
async def test_a_servers_limit_is_named_as_the_setting_that_changes_it(
    settings: dict[str, object], sentence: str
) -> None:
    counter = Counter(policies=under(**settings))
    fits_once = settings.get("server_budget_per_day") != 10_000

    explanation = await (after_a_picture(counter) if fits_once else asked(counter))

    assert sentence in told(explanation)
    assert page_of(explanation) is Page.LIMITS


async def test_closed_channels_are_told_with_the_open_ones() -> None:
    explanation = await asked(Counter(policies=under(open_channels=(7, 8))))

    assert "⛔ **Channels** · Pictures are made in other channels only: <#7>, <#8>." in told(
        explanation
    )
    assert page_of(explanation) is Page.ACCESS


async def test_the_first_of_several_shut_gates_decides_and_the_others_are_shown() -> None:
    block = MemberBlock(MEMBER_ID, START + timedelta(days=1), "spam", 5, START)
    policy = replace(a_policy(), blocks={MEMBER_ID: block})
    explanation = await asked(Counter(policies=Policies(policy)), "a/nothing")

    assert explanation.deciding is not None
    assert explanation.deciding.gate is Gate.MEMBER
    assert "⛔ **Model** · It can't be used.\n" in told(explanation)
    assert "spam" not in told(explanation)


async def test_a_server_without_a_usual_model_says_so() -> None:
    explanation = await asked(Counter(policies=Policies(a_policy(default=None))), None)

    assert "None was named, and there is no usual one here. ← decided" in told(explanation)
    assert page_of(explanation) is Page.MODELS


async def test_many_rules_are_counted_and_the_text_fits() -> None:
    model = "x" * 90 + "/y"
    models = replace(
        a_policy().models,
        rules=(deny(model), *(allow("x" * (9 + n) + "*") for n in range(60))),
    )
    explanation = await asked(Counter(policies=Policies(replace(a_policy(), models=models))), model)

    assert " and 58 more" in told(explanation)
    assert len(told(explanation)) < TEXT_MAX_CHARACTERS
