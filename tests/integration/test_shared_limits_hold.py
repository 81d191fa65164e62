"""No limit gives way that many share: a role's, a server's, the host's."""

import asyncio
from collections.abc import AsyncGenerator

import pytest
import pytest_asyncio

from tests.ruled_server import RuledServer, Town, at_once, refusals, town

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def strict_town(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Town]:
    """Give a bot whose host lets a member have three pictures a day."""
    folder = tmp_path_factory.mktemp("bot")
    async with town(folder, MEMBER_PICTURES_PER_DAY="3") as opened:
        yield opened


async def test_a_crowd_of_members_makes_no_more_than_the_server_allows(
    server: RuledServer,
) -> None:
    await server.limits(server_pictures_per_day="7")
    prompt = f"A crowd in {server.guild.name}"
    server.town.granted.extend([prompt] * 7)
    people = [server.person(name) for name in ("alice", "bob", "carol", "dora", "mod")]

    uses = await asyncio.gather(*(at_once(one, prompt, 6) for one in people))

    refused = [text for answers in uses for text in refusals(answers)]
    assert len(refused) == 23
    assert all("**This server has made 7 pictures today.**" in text for text in refused)


async def test_a_role_s_limit_stands_in_place_of_a_member_s(server: RuledServer) -> None:
    await server.limits(member_pictures_per_day="1")
    artist = server.guild.role("Artist")
    await server.decides("limits set", limit="pictures_per_day", value="2", role=artist)
    dora, alice = server.person("dora"), server.person("alice")

    await server.grants(alice)
    await server.refuses(alice, "**That was your 1st picture today.**")
    await server.grants(dora)
    await server.grants(dora)
    await server.refuses(dora, "**That was your 2nd picture today.**")


async def test_a_new_role_gives_back_nothing_that_was_used(server: RuledServer) -> None:
    await server.limits(member_pictures_per_day="1")
    artist, alice = server.guild.role("Artist"), server.person("alice")
    await server.decides("limits set", limit="pictures_per_day", value="2", role=artist)
    await server.grants(alice)
    server.town.stage.discord.admin.give_role(alice.member, artist)

    await server.grants(alice)

    await server.refuses(alice, "**That was your 2nd picture today.**")


async def test_a_server_s_budget_holds_for_all_its_members(server: RuledServer) -> None:
    await server.limits(server_budget_per_day="$0.03")
    for name in ("alice", "bob"):
        await server.grants(server.person(name))

    refused = await server.refuses(
        server.person("dora"), "**This server has used its budget for today.**"
    )

    assert "It starts again <t:" in refused.text


async def test_a_server_s_budget_of_a_month_holds_too(server: RuledServer) -> None:
    await server.limits(server_budget_per_month="$0.02")
    await server.grants(server.person("alice"))

    await server.refuses(
        server.person("alice"), "**This server has used its budget for this month.**"
    )


async def test_a_picture_dearer_than_the_whole_budget_is_never_made(server: RuledServer) -> None:
    await server.limits(server_budget_per_day="$0.01")

    await server.refuses(server.person("alice"), "**This picture costs more than this server")


async def test_a_server_s_limit_keeps_no_other_server(
    server: RuledServer, neighbour: RuledServer
) -> None:
    await server.limits(
        server_pictures_per_day="1", server_budget_per_day="$0.02", server_at_once="1"
    )
    await server.grants(server.person("alice"))
    await server.refuses(server.person("alice"), "")

    await neighbour.grants(neighbour.person("alice"))


async def test_the_host_s_limit_for_a_member_is_shared_by_all_servers(strict_town: Town) -> None:
    servers = [strict_town.new_server() for _ in range(3)]
    prompt = "Shared by three servers"
    strict_town.granted.extend([prompt] * 3)

    uses = await asyncio.gather(*(at_once(server.person("alice"), prompt, 4) for server in servers))

    refused = [text for answers in uses for text in refusals(answers)]
    assert len(refused) == 9
    assert all("**That was your 3rd picture today.**" in text for text in refused)
    await servers[0].grants(servers[0].person("bob"))


async def test_no_server_is_more_generous_than_the_host(strict_town: Town) -> None:
    server = strict_town.new_server()
    await server.limits(member_pictures_per_day="500")
    for _ in range(3):
        await server.grants(server.person("dora"))

    await server.refuses(server.person("dora"), "**That was your 3rd picture today.**")
