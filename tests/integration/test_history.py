"""/history: a member's own pictures, from the bytes that are kept, page by page."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from sandbox.discord.components import ComponentKind, walk
from sandbox.discord.interactions import Interaction
from sandbox.discord.messages import SandboxMessage
from sandbox.discord.person import Person
from tests.ruled_server import RuledServer, Town, town
from tests.stage import is_final

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def shared_town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    async with town(tmp_path_factory.mktemp("bot")) as opened:
        yield opened


@pytest.fixture
def place(shared_town: Town) -> RuledServer:
    return shared_town.new_server()


def thumbnails(message: SandboxMessage) -> list[str]:
    """Give the alternative texts of all thumbnails."""
    kind = ComponentKind.THUMBNAIL
    return [str(c["description"]) for c in walk(message.components) if c.get("type") == kind]


async def listed(person: Person, words: str = "") -> SandboxMessage:
    """Send /history, again until everything in it is kept and these words are there."""
    for _ in range(100):
        message = (await person.use("history")).message
        assert message is not None
        if "on its way" not in message.text and words in message.text:
            return message
    raise AssertionError(message.text)


async def opened(person: Person) -> SandboxMessage:
    """Send /history, and wait for the thumbnails."""
    message = await listed(person)
    await message.until(lambda shown: bool(shown.attachments))
    return message


async def shown(person: Person, page: SandboxMessage, number: int) -> SandboxMessage:
    """Open a picture of a page, and wait until it is there."""
    await person.press(page, f"Open {number}")
    await page.until(lambda now: "← All pictures" in {b.label for b in now.buttons})
    return page


async def test_a_member_without_pictures_reads_how_to_make_one(place: RuledServer) -> None:
    message = (await place.person("alice").use("history")).message

    assert message is not None
    assert message.ephemeral
    assert "There are none yet. **/imagine** makes the first one." in message.text


async def test_own_pictures_are_listed_with_thumbnails_and_ways_to_their_messages(
    place: RuledServer,
) -> None:
    alice = place.person("alice")
    first = await place.grants(alice, "A *first* fox")
    await place.grants(alice, "A second seal")
    await place.grants(place.person("bob"), "Somebody else's bear")

    page = await opened(alice)

    assert page.ephemeral
    seal, fox = page.text.index("**1** · A second seal"), page.text.index("**2** · A \\*first\\*")
    assert seal < fox
    assert "bear" not in page.text
    assert f"/{place.guild.id}/{alice.channel.id}/{first.id}" in page.text
    assert thumbnails(page) == ["AI-generated: A second seal", "AI-generated: A *first* fox"]
    assert all((file.width or 999) <= 256 for file in page.attachments)


async def test_a_picture_comes_again_byte_by_byte_without_a_submission(place: RuledServer) -> None:
    alice = place.person("alice")
    made = await place.grants(alice, "The same again")
    before = len(place.town.submitted)

    page = await shown(alice, await opened(alice), 1)

    assert page.attachments[0].data == made.attachments[0].data
    assert page.attachments[0].description == "AI-generated: The same again"
    assert "> The same again" in page.text
    assert len(place.town.submitted) == before


async def test_a_private_picture_comes_again_after_it_has_vanished(place: RuledServer) -> None:
    await place.decides("set", name="private_pictures", value="on")
    alice = place.person("alice")
    made = await place.grants(alice, "For my eyes", private=True)
    assert "it stays under /history" in made.text
    data = made.attachments[0].data
    place.town.stage.discord.delete_message(made)

    page = await opened(alice)
    assert "· private" in page.text
    await shown(alice, page, 1)

    assert page.attachments[0].data == data


async def test_pages_follow_one_another_and_lead_back(place: RuledServer) -> None:
    alice = place.person("alice")
    for number in range(7):
        await place.grants(alice, f"Picture number {number} of {place.guild.name}")

    page = await opened(alice)
    assert "number 6" in page.text
    assert "number 1" not in page.text
    older = (await alice.press(page, "Older →")).message
    assert older is not None
    assert "number 1" in older.text
    assert "number 2" not in older.text
    assert "Older →" not in {button.label for button in older.buttons}
    newer = (await alice.press(older, "← Newer")).message

    assert newer is not None
    assert "number 6" in newer.text
    assert "← Newer" not in {button.label for button in newer.buttons}


async def test_deleting_takes_message_bytes_and_entry(place: RuledServer) -> None:
    alice = place.person("alice")
    made = await place.grants(alice, "A regrettable goat")
    page = await shown(alice, await opened(alice), 1)

    await alice.press(page, "Delete")
    await page.until(lambda now: "Deleted:" in now.text)

    assert made.deleted
    assert "There are none yet." in page.text
    assert not page.attachments
    job_files = list((place.town.stage.folder / "data" / "pictures").glob(f"*/{job_of(made)}*"))
    assert job_files == []


async def test_a_picture_whose_message_is_gone_can_still_be_seen_and_deleted(
    place: RuledServer,
) -> None:
    alice = place.person("alice")
    made = await place.grants(alice, "Gone from the channel")
    place.town.stage.discord.delete_message(made)

    page = await shown(alice, await opened(alice), 1)
    assert page.attachments
    await alice.press(page, "Delete")

    await page.until(lambda now: "Deleted:" in now.text)
    assert "There are none yet." in page.text


async def test_an_old_page_shows_nothing_of_a_picture_that_was_deleted_since(
    place: RuledServer,
) -> None:
    alice = place.person("alice")
    await place.grants(alice, "Soon gone")
    page, other = await opened(alice), await opened(alice)
    button = next(b.custom_id for b in other.buttons if b.label == "Open 1")
    await shown(alice, page, 1)
    await alice.press(page, "Delete")
    await page.until(lambda now: "Deleted:" in now.text)

    use = await alice.press(other, custom_id=button)

    assert answer(use) == (
        "**This picture isn't kept any more.** **/history** shows those that are."
    )


async def test_a_result_that_reached_nobody_is_in_the_history(place: RuledServer) -> None:
    alice = place.person("alice")
    use = await place.begins(alice, "Nobody saw it")
    assert use.message is not None
    place.town.stage.discord.delete_message(use.message)

    await listed(alice, "Nobody saw it")
    page = await shown(alice, await opened(alice), 1)

    assert page.attachments


async def test_what_fills_a_disk_is_gone_but_says_so(place: RuledServer) -> None:
    alice = place.person("alice")
    made = await place.grants(alice, "Its bytes are gone")
    await opened(alice)
    for file in (place.town.stage.folder / "data" / "pictures").glob(f"*/{job_of(made)}*"):
        file.unlink()

    message = (await alice.use("history")).message
    assert message is not None
    page = await shown(alice, message, 1)

    assert "The picture itself isn't kept any more" in page.text
    assert not page.attachments


async def test_a_picture_is_made_again_from_the_history(place: RuledServer) -> None:
    alice = place.person("alice")
    await place.grants(alice, "Once more")
    page = await shown(alice, await opened(alice), 1)

    place.town.granted.append("Once more")
    again = (await alice.press(page, "Re-roll")).message

    assert again is not None
    await again.until(is_final, 15)
    assert not again.ephemeral
    assert "> Once more" in again.text
    await listed(alice, "**2** · Once more")


async def test_a_page_s_buttons_work_after_a_restart(place: RuledServer) -> None:
    stage, alice = place.town.stage, place.person("alice")
    made = await place.grants(alice, "Before the restart")
    page = await opened(alice)

    await stage.stop_bot()
    await stage.start_bot()
    await shown(alice, page, 1)

    assert page.attachments[0].data == made.attachments[0].data


def job_of(message: SandboxMessage) -> int:
    assert message.cause is not None
    assert is_final(message)
    return message.cause.interaction_id


def answer(use: Interaction) -> str:
    assert use.message is not None
    return use.message.text
