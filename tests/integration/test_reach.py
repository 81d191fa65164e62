"""One action of a moderator deletes a picture with all that was made from it."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from sandbox.discord.messages import SandboxMessage
from sandbox.discord.person import Person
from sandbox.get3w import Scenario
from tests.ruled_server import RuledServer, Town, town
from tests.stage import is_final

pytestmark = pytest.mark.asyncio(loop_scope="session")
LABEL = "Delete with all made from it"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def shared_town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    async with town(tmp_path_factory.mktemp("bot")) as opened:
        opened.stage.api.default = Scenario.stream([0.5])
        yield opened


@pytest.fixture
def place(shared_town: Town) -> RuledServer:
    return shared_town.new_server()


async def made_from(
    place: RuledServer, person: Person, message: SandboxMessage, prompt: str
) -> SandboxMessage:
    """Re-roll a picture."""
    place.town.granted.append(prompt)
    made = (await person.press(message, "Re-roll")).message
    assert made is not None
    await made.until(is_final, 15)
    return made


async def family(place: RuledServer, generations: int) -> list[SandboxMessage]:
    """Let a picture have descendants, each made from the one before, by two members in turn."""
    prompt = f"A family of {place.guild.name}"
    messages = [await place.grants(place.person("alice"), prompt)]
    for number in range(1, generations):
        person = place.person("bob" if number % 2 else "alice")
        messages.append(await made_from(place, person, messages[-1], prompt))
    return messages


async def asked(moderator: Person, message: SandboxMessage) -> SandboxMessage:
    """Press the button in the More menu, and give what is asked."""
    offered = (await moderator.press(message, "More")).message
    question = (await moderator.press(offered, LABEL)).message
    assert question is not None
    assert question.ephemeral
    return question


async def test_ten_generations_go_with_one_confirmation(place: RuledServer) -> None:
    await place.decides("set", name="log_channel", value=f"<#{place.person('carol').channel.id}>")
    messages = await family(place, 10)
    other = await place.grants(place.person("alice"), "Somebody else's picture")
    carol = place.person("carol")

    question = await asked(carol, messages[0])
    assert "**Delete this picture and 9 made from it?** They are of 2 members" in question.text
    await carol.press(question, "Delete all")
    await question.until(lambda shown: "Deleted: 10 pictures." in shown.text, 15)

    assert all(message.deleted for message in messages)
    assert not other.deleted
    history = (await place.person("bob").use("history")).message
    assert history is not None
    assert "There are none yet." in history.text
    await place.town.stage.discord.until(lambda: log_lines(carol), 10)


def log_lines(person: Person) -> list[str]:
    return [m.text for m in person.messages if "with all that was made from it" in m.text]


async def test_from_the_middle_only_what_came_later_goes(place: RuledServer) -> None:
    messages = await family(place, 4)
    carol = place.person("carol")

    question = await asked(carol, messages[1])
    await carol.press(question, "Delete all")
    await question.until(lambda shown: "Deleted: 3 pictures." in shown.text, 15)

    assert [message.deleted for message in messages] == [False, True, True, True]


async def test_messages_that_are_gone_already_stop_nothing(place: RuledServer) -> None:
    messages = await family(place, 3)
    place.town.stage.discord.delete_message(messages[1])
    carol = place.person("carol")

    question = await asked(carol, messages[0])
    await carol.press(question, "Delete all")
    await question.until(lambda shown: "Deleted: 3 pictures." in shown.text, 15)

    assert messages[2].deleted


async def test_a_member_is_not_offered_it(place: RuledServer) -> None:
    message = await place.grants(place.person("alice"), "For members")

    offered = (await place.person("alice").press(message, "More")).message

    assert offered is not None
    assert LABEL not in {button.label for button in offered.buttons}
    assert "Delete" in {button.label for button in offered.buttons}


async def test_whoever_loses_the_right_meanwhile_is_refused(place: RuledServer) -> None:
    messages = await family(place, 2)
    mod = place.person("mod")
    question = await asked(mod, messages[0])
    for role_id in list(mod.member.role_ids):
        place.town.stage.discord.admin.take_role(mod.member, place.guild.roles[role_id])

    refused = (await mod.press(question, "Delete all")).message

    assert refused is not None
    assert "*Manage Server* or *Manage Messages*" in refused.text
    assert not any(message.deleted for message in messages)


async def test_what_a_moderator_deletes_alone_comes_from_no_history(place: RuledServer) -> None:
    alice, carol = place.person("alice"), place.person("carol")
    message = await place.grants(alice, "Deleted alone")

    offered = (await carol.press(message, "More")).message
    await carol.press(offered, "Delete")

    async def gone() -> bool:
        history = (await alice.use("history")).message
        return history is not None and "There are none yet." in history.text

    for _ in range(100):
        if await gone():
            return
    raise AssertionError("it is still there")
