"""Which model may be used holds however it is asked for: other words, other places, old rights."""

import pytest

from tests.ruled_server import RuledServer

pytestmark = pytest.mark.asyncio(loop_scope="session")

SCHNELL = "get3w/flux-schnell"
NOT_HERE = "isn't available in this channel."


async def test_typing_a_model_that_the_picker_hides_gets_nothing(server: RuledServer) -> None:
    alice = server.person("alice")

    offered = await alice.offered("imagine", "model")
    refused = await server.refuses(alice, f"**flux-schnell {NOT_HERE}**", model=SCHNELL)

    assert SCHNELL not in [choice.value for choice in offered]
    assert "You can use flux-dev here." in refused.text


@pytest.mark.parametrize(
    "typed",
    [
        "flux-schnell",
        "FLUX-SCHNELL",
        " get3w/flux-schnell ",
        "get3w/Flux-Schnell",
        "get3w//flux-schnell",
        "get3w/flux-schnell/",
        "get3w/./flux-schnell",
        "get3w/flux-dev/../flux-schnell",
        "get3w/flux%2Dschnell",
        "get3w/flux-schnell?model=get3w/flux-dev",
        "get3w/flux-schnell#get3w/flux-dev",
        "get3w/flux\u2010schnell",
        "get3w/*",
        "*",
    ],
)
async def test_no_spelling_leads_round_a_denied_model(server: RuledServer, typed: str) -> None:
    await server.decides("models allow", model="get3w/*")
    await server.decides("models deny", model=SCHNELL)

    await server.refuses(server.person("alice"), NOT_HERE, model=typed)


async def test_a_denied_default_is_used_by_nobody_though_no_model_is_named(
    server: RuledServer,
) -> None:
    await server.decides("models deny", model="flux-dev")

    refused = await server.refuses(server.person("alice"), "model")

    assert "flux-dev" not in refused.text


async def test_another_channel_s_rule_helps_nobody(server: RuledServer) -> None:
    pictures = server.guild.channel("pictures")
    await server.decides("models allow", model=SCHNELL, channel=pictures)

    await server.refuses(server.person("alice"), NOT_HERE, model=SCHNELL)
    await server.grants(server.person("alice", pictures), model=SCHNELL)


async def test_another_role_s_rule_helps_nobody(server: RuledServer) -> None:
    await server.decides("models allow", model=SCHNELL, role=server.guild.role("Artist"))

    await server.refuses(server.person("alice"), NOT_HERE, model=SCHNELL)
    await server.grants(server.person("dora"), model=SCHNELL)


async def test_a_role_that_is_taken_away_helps_no_longer(server: RuledServer) -> None:
    artist, dora = server.guild.role("Artist"), server.person("dora")
    await server.decides("models allow", model=SCHNELL, role=artist)
    await server.grants(dora, model=SCHNELL)

    server.town.stage.discord.admin.take_role(dora.member, artist)

    await server.refuses(dora, NOT_HERE, model=SCHNELL)


async def test_a_role_of_the_same_name_in_another_server_helps_nobody(
    server: RuledServer, neighbour: RuledServer
) -> None:
    for one in (server, neighbour):
        await one.decides("models allow", model=SCHNELL, role=one.guild.role("Artist"))
    admin = server.town.stage.discord.admin
    admin.give_role(neighbour.person("alice").member, neighbour.guild.role("Artist"))

    await server.refuses(server.person("alice"), NOT_HERE, model=SCHNELL)
    await neighbour.grants(neighbour.person("alice"), model=SCHNELL)


async def test_a_thread_has_the_rules_of_its_channel(server: RuledServer) -> None:
    await server.decides("models allow", model=SCHNELL)
    await server.decides("models deny", model=SCHNELL, channel=server.guild.channel("pictures"))

    await server.refuses(server.person("alice", "cat-sketches"), NOT_HERE, model=SCHNELL)


async def test_a_thread_that_the_bot_never_heard_of_has_the_rules_of_its_channel(
    server: RuledServer,
) -> None:
    pictures = server.guild.channel("pictures")
    await server.decides("models allow", model=SCHNELL)
    await server.decides("models deny", model=SCHNELL, channel=pictures)
    unheard = server.town.stage.discord.world.add_channel(server.guild, "unheard", pictures)

    await server.refuses(server.person("alice", unheard), NOT_HERE, model=SCHNELL)


async def test_a_rule_made_for_a_thread_holds_in_its_channel(server: RuledServer) -> None:
    await server.decides("models allow", model=SCHNELL)
    thread = server.guild.channel("cat-sketches")
    await server.decides("models deny", model=SCHNELL, channel=thread)

    await server.refuses(server.person("alice", "pictures"), NOT_HERE, model=SCHNELL)


async def test_a_rule_holds_from_the_moment_it_is_made(server: RuledServer) -> None:
    alice = server.person("alice")
    await server.decides("models allow", model=SCHNELL)
    await server.grants(alice, model=SCHNELL)

    await server.decides("models deny", model=SCHNELL)

    await server.refuses(alice, NOT_HERE, model=SCHNELL)


async def test_a_picker_offers_25_models_at_most_whatever_is_typed(
    server: RuledServer,
) -> None:
    await server.decides("models allow", model="*")
    alice = server.person("alice")

    everything = await alice.offered("imagine", "model")
    capitals = await alice.offered("imagine", "model", model="SCHNELL")

    assert len(everything) <= 25
    assert [choice.value for choice in capitals] == [SCHNELL]
