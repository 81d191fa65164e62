"""No limit of a member gives way: to two commands at once, to cancelling, to other channels."""

import asyncio

import pytest

from sandbox.discord.interactions import Interaction
from sandbox.discord.person import Person
from sandbox.get3w import Scenario
from tests.held_streams import held_stream
from tests.ruled_server import RuledServer, at_once, public_messages, refusals
from tests.stage import is_final

pytestmark = pytest.mark.asyncio(loop_scope="session")

AGAIN = "You can make the next one <t:"


async def held_at_90(server: RuledServer, prompt: str, person: Person) -> Interaction:
    server.town.stage.api.script(prompt, held_stream(0.9, asyncio.Event()))
    use = await person.use("imagine", prompt=prompt)
    if not use.message.ephemeral:
        server.town.granted.append(prompt)
        await use.message.until(lambda message: "90 %" in message.text)
    return use


async def test_two_commands_at_the_same_moment_make_one_picture_where_one_is_left(
    server: RuledServer,
) -> None:
    await server.limits(member_pictures_per_day="1")
    prompt = f"Two at once in {server.guild.name}"
    server.town.granted.append(prompt)

    (refused,) = refusals(await at_once(server.person("alice"), prompt, 2))

    assert "**That was your 1st picture today.**" in refused
    assert AGAIN in refused
    assert len(public_messages(server.person("alice"))) == 1


async def test_two_channels_at_the_same_moment_make_one_picture_where_one_is_left(
    server: RuledServer,
) -> None:
    await server.limits(member_pictures_per_day="1")
    alice, prompt = server.person("alice"), f"Two channels in {server.guild.name}"
    server.town.granted.append(prompt)

    answers = await asyncio.gather(
        alice.use("imagine", prompt=prompt),
        alice.elsewhere("pictures").use("imagine", prompt=prompt),
    )

    assert len(refusals(list(answers))) == 1


async def test_cancelling_at_90_percent_again_and_again_makes_no_more_than_the_limit(
    server: RuledServer,
) -> None:
    await server.limits(member_pictures_per_day="10")
    alice, refused = server.person("alice"), 0

    for number in range(100):
        use = await held_at_90(server, f"Cancelled {number} in {server.guild.name}", alice)
        if use.message.ephemeral:
            assert "**That was your 10th picture today.**" in use.message.text
            refused += 1
        else:
            await alice.press(use.message, "Cancel")
            await use.message.until(is_final, 15)

    assert refused == 90
    ours = [prompt for prompt in server.town.submitted if prompt.endswith(server.guild.name)]
    assert len(ours) == 10


async def test_cancelling_at_any_moment_makes_no_more_than_the_limit(server: RuledServer) -> None:
    await server.limits(member_pictures_per_day="3")
    alice, prompt = server.person("alice"), f"Cancelled at once in {server.guild.name}"

    for _ in range(30):
        use = await alice.use("imagine", prompt=prompt)
        if not use.message.ephemeral:
            await alice.press(use.message, custom_id=f"cancel:{use.id}")
            await use.message.until(is_final, 15)

    submissions = server.town.stage.api.submissions_of(prompt)
    assert len(submissions) <= 3
    server.town.granted.extend(submission.prompt for submission in submissions)


async def test_a_submission_on_its_way_counts_though_it_is_cancelled(server: RuledServer) -> None:
    await server.limits(member_pictures_per_day="1")
    api, prompt = server.town.stage.api, f"On its way in {server.guild.name}"
    alice = server.person("alice")
    api.script(prompt, Scenario.reply(Scenario.stream().answer.held(asyncio.Event())))
    use = await server.begins(alice, prompt)
    await api.until(lambda: api.submissions_of(prompt))

    await alice.press(use.message, "Cancel")
    await use.message.until(is_final, 15)

    assert "It may have been charged." in use.message.text
    await server.refuses(alice, AGAIN)


async def test_deleting_a_picture_gives_no_other(server: RuledServer) -> None:
    await server.limits(member_pictures_per_day="1")
    alice = server.person("alice")
    picture = await server.grants(alice)

    offered = await alice.press(picture, "More")
    await alice.press(offered.message, "Delete")
    await picture.until(lambda message: message.deleted)

    await server.refuses(alice, AGAIN)


async def test_a_withheld_picture_counts(server: RuledServer) -> None:
    await server.decides("set", name="flagged_pictures", value="withhold")
    await server.limits(member_pictures_per_day="1")
    alice, prompt = server.person("alice"), f"Withheld in {server.guild.name}"
    server.town.stage.api.script(prompt, Scenario.task("completed").flagged([True]))

    use = await server.begins(alice, prompt)
    await use.message.until(is_final, 15)

    await server.refuses(alice, AGAIN)


async def test_a_failed_picture_counts_for_nobody(server: RuledServer) -> None:
    await server.limits(member_pictures_per_day="1")
    alice, prompt = server.person("alice"), f"Failed in {server.guild.name}"
    server.town.stage.api.script(prompt, Scenario.failure("It went wrong."))
    use = await server.begins(alice, prompt)
    await use.message.until(is_final, 15)

    await server.grants(alice)


async def test_a_limit_holds_in_all_channels_threads_and_in_private(server: RuledServer) -> None:
    await server.decides("set", name="private_pictures", value="on")
    await server.limits(member_pictures_per_hour="1")
    alice = server.person("alice")
    await server.grants(alice)

    for place in ("pictures", "cat-sketches"):
        await server.refuses(alice.elsewhere(place), "**That was your 1st picture this hour.**")
    await server.refuses(alice, AGAIN, private=True)


async def test_a_limit_that_one_member_has_reached_keeps_no_other(server: RuledServer) -> None:
    await server.limits(member_pictures_per_day="1", member_cooldown="1h", member_at_once="1")
    await server.grants(server.person("alice"))
    await server.refuses(server.person("alice"), "")

    await server.grants(server.person("bob"))


async def test_a_cooldown_tells_when_it_is_over(server: RuledServer) -> None:
    await server.limits(member_cooldown="1h")
    alice = server.person("alice")
    await server.grants(alice)

    refused = await server.refuses(alice, "**One moment.**")

    assert "You can ask again <t:" in refused.text


async def test_pictures_under_way_at_once_are_counted_until_they_end(server: RuledServer) -> None:
    await server.limits(member_at_once="1")
    alice, gate, prompt = server.person("alice"), asyncio.Event(), f"Held in {server.guild.name}"
    server.town.stage.api.script(prompt, held_stream(0.5, gate))
    use = await server.begins(alice, prompt)

    refused = await server.refuses(alice, "**You already have 1 picture waiting.**")
    gate.set()
    await use.message.until(is_final, 15)
    await server.grants(alice)

    assert "Cancel one, or wait for one to finish." in refused.text
