"""What the benchmark's servers decide: everything, and nothing that refuses its commands."""

from datetime import UTC, datetime

import pytest

from benchmarks.loads import LOADS, Load
from benchmarks.rules import settings_file
from benchmarks.servers import Server, furnish
from bot.domain.model_rules import LEVELS, Asker, ModelChecks, ServerModels
from bot.domain.models import ModelCeiling
from bot.domain.server_document import ServerDocument, read
from bot.domain.server_settings import ServerSettings, all_settings, value_of
from bot.domain.setting_declaration import Page
from bot.domain.terms import BlockedTerms
from sandbox.discord.world import User, World

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
LOAD = LOADS["ruled-thousand"]


@pytest.fixture(scope="module")
def place() -> tuple[Server, tuple[User, ...]]:
    servers, members = furnish(World.empty(), LOAD)
    return servers[0], members


@pytest.fixture(scope="module")
def decided(place: tuple[Server, tuple[User, ...]]) -> ServerDocument:
    untouched = ServerDocument(ServerSettings(), ServerModels("get3w/flux-dev"))
    return read(settings_file(place[0], logged=True), untouched, NOW)


def test_there_are_fifty_rules_of_all_levels_and_two_hundred_terms(decided: ServerDocument) -> None:
    rules = decided.models.rules

    assert (len(rules), len(decided.terms)) == (50, 200)
    assert {rule.level for rule in rules} == set(LEVELS)


def test_every_limit_is_set(decided: ServerDocument) -> None:
    limits = [name for name, one in all_settings().items() if one.page is Page.LIMITS]

    assert all(value_of(decided.settings, name) for name in limits)


def test_every_member_may_use_the_usual_model_and_the_one_that_is_named(
    place: tuple[Server, tuple[User, ...]], decided: ServerDocument
) -> None:
    server, members = place
    ceiling = ModelCeiling(("*",))
    for number, member in enumerate(members):
        roles = frozenset(server.guild.members[member.id].role_ids)
        channel = server.channels[number % len(server.channels)]
        checks = ModelChecks.of(decided.models, Asker(roles, channel.id), ceiling)
        assert checks.usual_model() is not None
        assert checks.allow("get3w/flux-dev")


def test_no_prompt_of_a_load_has_a_blocked_term(decided: ServerDocument) -> None:
    terms = BlockedTerms.of(decided.terms)
    prompts = [f"{load.prompt}, number 999" for load in LOADS.values() if isinstance(load, Load)]

    assert [terms.found_in(prompt) for prompt in prompts] == [None] * len(prompts)
