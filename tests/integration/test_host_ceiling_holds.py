"""The host's ceiling holds: the servers and conversations that are served, and the purse."""

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
import pytest_asyncio

from sandbox.discord.person import Person
from sandbox.get3w.catalogue import Model
from tests.held_streams import held_stream
from tests.ruled_server import RuledServer, Town, at_once, public_messages, refusals, town
from tests.stage import Stage, is_final

pytestmark = pytest.mark.asyncio(loop_scope="session")

SCHNELL = "get3w/flux-schnell"
IN_SERVERS_ONLY = "**I make pictures in servers only.**"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def talkative_town(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Town]:
    """Give a bot that takes direct messages, and makes one picture a day for each member."""
    settings = {"DIRECT_MESSAGES": "on", "MEMBER_PICTURES_PER_DAY": "1"}
    async with town(tmp_path_factory.mktemp("bot"), **settings) as opened:
        yield opened


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def strange_server(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[RuledServer]:
    """Give a server that the host doesn't name."""
    folder = tmp_path_factory.mktemp("bot")
    async with town(folder, SERVERS="1234567890123456789") as elsewhere:
        yield elsewhere.new_server()


def in_private(stage: Stage, name: str) -> Person:
    user = stage.discord.world.user(name)
    return Person.of(stage.discord, name, stage.discord.world.direct_channel(user))


async def test_a_server_that_is_not_set_up_is_told_so_kindly_and_nothing_is_made(
    strange_server: RuledServer,
) -> None:
    alice = strange_server.person("alice")

    refused = await strange_server.refuses(alice, "**I'm not set up for this server yet.**")
    await strange_server.refuses(alice.elsewhere("cat-sketches"), "not set up", private=True)

    assert "The host of this bot can add it." in refused.text


async def test_nothing_that_a_moderator_decides_sets_a_server_up(
    strange_server: RuledServer,
) -> None:
    await strange_server.decides("models allow", model="*")

    await strange_server.refuses(strange_server.person("carol"), "not set up", model=SCHNELL)


async def test_the_servers_that_are_named_are_served(tmp_path: Path) -> None:
    async with town(tmp_path) as hometown:
        server, other = hometown.new_server(), hometown.new_server()
        stage = hometown.stage
        await stage.stop_bot()
        await stage.start_bot(SERVERS=f"{server.guild.id}")

        await server.grants(server.person("alice"))
        await other.refuses(other.person("alice"), "not set up")


async def test_direct_messages_are_neither_offered_nor_served_unless_the_host_wants_them(
    tmp_path: Path,
) -> None:
    async with town(tmp_path) as hometown:
        alice = in_private(hometown.stage, "alice")

        with pytest.raises(PermissionError):
            await alice.use("imagine", prompt="Not offered")
        refused = await alice.force("imagine", prompt="Not served")
        hidden = await alice.force("imagine", prompt="Not served", private=True)

        assert IN_SERVERS_ONLY in refused.message.text
        assert IN_SERVERS_ONLY in hidden.message.text
        assert public_messages(alice) == []


async def test_in_direct_messages_the_default_alone_is_made_whatever_roles_allow(
    talkative_town: Town,
) -> None:
    server, dora = talkative_town.new_server(), in_private(talkative_town.stage, "dora")
    await server.decides("models allow", model=SCHNELL, role=server.guild.role("Artist"))

    refused = await dora.use("imagine", prompt="By a role elsewhere", model=SCHNELL)
    await server.grants(dora, "By the default")

    assert "**flux-schnell isn't available" in refused.message.text
    assert refused.message.ephemeral


async def test_in_direct_messages_nobody_decides_anything(talkative_town: Town) -> None:
    carol = in_private(talkative_town.stage, "carol")

    with pytest.raises(PermissionError):
        await carol.use("settings models allow", model=SCHNELL)
    refused = await carol.force("settings models allow", model=SCHNELL)
    hidden = await carol.use("imagine", prompt="Decided by nobody", model=SCHNELL)

    assert refused.message.ephemeral
    assert "isn't available" in hidden.message.text


async def test_the_host_s_limit_for_a_member_holds_in_direct_messages_too(
    talkative_town: Town,
) -> None:
    server, alice = talkative_town.new_server(), in_private(talkative_town.stage, "alice")
    await server.grants(server.person("alice"))

    refused = await alice.use("imagine", prompt="One more by direct message")

    assert "**That was your 1st picture today.**" in refused.message.text
    assert refused.message.ephemeral


async def test_the_host_s_budget_is_spent_once_by_all_servers_together(tmp_path: Path) -> None:
    async with town(tmp_path, BUDGET_USD_PER_DAY="0.03") as hometown:
        servers = [hometown.new_server() for _ in range(3)]
        hometown.granted.extend(["Out of one purse"] * 2)

        uses = await asyncio.gather(
            *(at_once(one.person("alice"), "Out of one purse", 3) for one in servers)
        )

        refused = [text for answers in uses for text in refusals(answers)]
        assert len(refused) == 7
        assert all("**The bot is taking a break.** It starts again <t:" in one for one in refused)


async def test_cancelling_gives_no_money_back_that_may_be_spent(tmp_path: Path) -> None:
    async with town(tmp_path, BUDGET_USD_PER_DAY="0.02") as hometown:
        server = hometown.new_server()
        await spent_on_nothing(hometown, server.person("alice"))

        await server.refuses(server.person("bob"), "**The bot is taking a break.**")


async def spent_on_nothing(hometown: Town, person: Person) -> None:
    """Cancel a picture that the API has begun."""
    api = hometown.stage.api
    hometown.granted.append("Spent on nothing")
    api.script("Spent on nothing", held_stream(0.9, asyncio.Event()))
    use = await person.use("imagine", prompt="Spent on nothing")
    await use.message.until(lambda message: "90 %" in message.text)
    await person.press(use.message, "Cancel")
    await use.message.until(is_final)


async def test_no_server_allows_what_the_host_does_not(tmp_path: Path) -> None:
    async with town(tmp_path, ALLOWED_MODELS="get3w/flux-dev") as hometown:
        server = hometown.new_server()
        await server.decides("models allow", model="*")
        told = await server.decides("models allow", model=SCHNELL)

        await server.refuses(server.person("alice"), "isn't available", model=SCHNELL)
        offered = await server.person("alice").offered("imagine", "model")

        assert [choice.value for choice in offered] == ["get3w/flux-dev"]
        assert "host" in told.text


async def test_a_picker_offers_what_is_allowed_though_the_image_api_is_away(
    tmp_path: Path,
) -> None:
    async with town(tmp_path, GET3W_API_URL="http://127.0.0.1:9/api/v3") as hometown:
        server = hometown.new_server()
        await server.decides("models allow", model=SCHNELL)

        offered = await server.person("alice").offered("imagine", "model", model="FLUX")

        assert [choice.value for choice in offered] == ["get3w/flux-dev", SCHNELL]


async def test_a_catalogue_of_200_models_is_offered_25_at_a_time(tmp_path: Path) -> None:
    async with town(tmp_path) as hometown:
        server, stage = hometown.new_server(), hometown.stage
        await server.decides("models allow", model="*")
        await stage.stop_bot()
        stage.api.account.models = [
            Model(model_id=f"get3w/Many-{number}", usd=0.01, inputs={}) for number in range(200)
        ]
        await stage.start_bot()
        alice = server.person("alice")
        await stage.api.until(lambda: stage.api.ledger.reads)
        async with asyncio.timeout(10):
            while len(await alice.offered("imagine", "model", model="many")) < 25:
                pass

        for typed in ("", "many", "GET3W/MANY", "-1"):
            assert len(await alice.offered("imagine", "model", model=typed)) == 25
