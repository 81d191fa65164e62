"""What a server decides holds however a member asks: places, people, words, showing."""

import pytest

from sandbox.discord.components import walk
from sandbox.discord.json_types import objects
from sandbox.discord.messages import SandboxMessage
from sandbox.get3w import Scenario
from tests.ruled_server import RuledServer
from tests.stage import is_final

pytestmark = pytest.mark.asyncio(loop_scope="session")

SCHNELL = "get3w/flux-schnell"
NOT_HERE = "isn't available in this channel."
DISGUISES = (
    "a DRAGON",
    "a drágön",
    "a dr\u0430gon",
    "a d.r.a.g.o.n",
    "a dra\u200bgon",
    "a d\u0336r\u0336a\u0336g\u0336o\u0336n\u0336",
    "a ｄｒａｇｏｎ",  # noqa: RUF001  the disguise itself
    "a \U0001d41d\U0001d42b\U0001d41a\U0001d420\U0001d428\U0001d427",
    "a dr4g0n",
    "a dra\u00adgon",
    "a \u202edragon\u202c",
)


async def test_pictures_are_made_in_open_channels_and_their_threads_alone(
    server: RuledServer,
) -> None:
    pictures = server.guild.channel("pictures")
    await server.decides("set", name="open_channels", value=pictures.mention)
    below_general = server.town.stage.discord.admin.add_channel(
        server.guild, "below", server.guild.channel("general")
    )

    refused = await server.refuses(server.person("alice"), "I don't make pictures in this channel.")
    await server.refuses(server.person("alice", below_general), "in this channel.")
    await server.grants(server.person("alice", "cat-sketches"))

    assert f"Try {pictures.mention}." in refused.text


async def test_a_blocked_member_makes_nothing_in_any_channel_until_a_time(
    server: RuledServer,
) -> None:
    alice = server.person("alice")
    await server.decides("block", member=alice.member, **{"for": "2h"}, reason="spam")

    refused = await server.refuses(alice, "**You can't make pictures in this server until <t:")
    for place in ("pictures", "cat-sketches", "after-dark"):
        await server.refuses(alice.elsewhere(place), "until <t:")
    await server.refuses(alice, "until <t:", private=True)

    assert ":f>.** A moderator decided that." in refused.text.replace("\n", " ")
    assert "spam" not in refused.text


async def test_whoever_is_unblocked_makes_pictures_again(server: RuledServer) -> None:
    alice = server.person("alice")
    await server.decides("block", member=alice.member)
    await server.refuses(alice, "**You can't make pictures in this server.**")

    await server.decides("unblock", member=alice.member)

    await server.grants(alice)


@pytest.mark.parametrize("prompt", DISGUISES)
async def test_no_disguise_leads_round_a_blocked_term(server: RuledServer, prompt: str) -> None:
    await server.decides("terms add", terms="dragon")

    refused = await server.refuses(
        server.person("alice"), "**This server doesn't allow that prompt.**", prompt
    )

    assert "dragon" not in refused.text.casefold()


async def test_private_pictures_are_made_where_they_are_on_alone(server: RuledServer) -> None:
    alice = server.person("alice")
    await server.refuses(alice, "Private pictures are off in this server.", private=True)

    await server.decides("set", name="private_pictures", value="on")
    shown = await server.grants(alice, private=True)

    assert shown.audience is alice.user


async def test_private_pictures_keep_to_every_other_rule(server: RuledServer) -> None:
    alice = server.person("alice")
    await server.decides("set", name="private_pictures", value="on")
    await server.decides("terms add", terms="dragon")

    await server.refuses(alice, "doesn't allow that prompt.", "a dragon", private=True)
    await server.refuses(alice, NOT_HERE, private=True, model=SCHNELL)


def hidden(message: SandboxMessage) -> bool:
    (item,) = (item for item in walk(message.components) if "items" in item)
    return all(shown["spoiler"] for shown in objects(item["items"]))


async def test_pictures_of_a_spoiler_role_are_hidden_whatever_they_show(
    server: RuledServer,
) -> None:
    artist = server.guild.role("Artist")
    await server.decides("set", name="spoiler_roles", value=f"<@&{artist.id}>")

    assert hidden(await server.grants(server.person("dora")))
    assert not hidden(await server.grants(server.person("alice")))


async def test_a_flagged_picture_is_withheld_where_the_server_wants_that(
    server: RuledServer,
) -> None:
    await server.decides("set", name="flagged_pictures", value="withhold")
    prompt = f"Flagged in {server.guild.name}"
    server.town.stage.api.script(prompt, Scenario.task("completed").flagged([True]))

    use = await server.begins(server.person("alice"), prompt)
    await use.message.until(is_final, 15)

    assert not use.message.attachments
    assert not server.town.stage.edits_of(use)[-1].files


async def test_mature_pictures_are_open_in_age_restricted_channels_alone(
    server: RuledServer,
) -> None:
    asked = await server.decides("set", name="mature_pictures", value="age_restricted")
    await server.person("carol").press(asked, "Change it")
    flagged = Scenario.task("completed").flagged([True])
    below = server.town.stage.discord.admin.add_channel(
        server.guild, "midnight", server.guild.channel("after-dark")
    )
    for place, is_open in (("after-dark", True), (below.name, True), ("general", False)):
        prompt = f"Flagged at {place} of {server.guild.name}"
        server.town.stage.api.script(prompt, flagged)

        shown = await server.grants(server.person("alice", place), prompt)

        assert hidden(shown) is not is_open


async def test_no_rule_of_a_server_touches_another(
    server: RuledServer, neighbour: RuledServer
) -> None:
    alice = server.person("alice")
    await server.decides("block", member=alice.member)
    await server.decides("terms add", terms="dragon")
    await server.decides("models deny", model="flux-dev")
    await server.decides("set", name="member_pictures_per_day", value="1")
    pictures = alice.elsewhere("pictures").channel
    await server.decides("set", name="open_channels", value=pictures.mention)
    await server.refuses(alice, "You can't make pictures in this server.")

    for _ in range(2):
        await neighbour.grants(neighbour.person("alice"), "a dragon next door")


async def test_what_a_server_allows_is_allowed_in_no_other(
    server: RuledServer, neighbour: RuledServer
) -> None:
    await server.decides("models allow", model=SCHNELL)
    await server.decides("set", name="private_pictures", value="on")

    await neighbour.refuses(neighbour.person("alice"), NOT_HERE, model=SCHNELL)
    await neighbour.refuses(neighbour.person("alice"), "Private pictures are off", private=True)
