"""Use as image for /imagine: a picture in a message becomes the beginning of another."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from sandbox.discord.attachments import Upload
from sandbox.discord.interactions import Interaction
from sandbox.discord.messages import SandboxMessage
from sandbox.discord.person import Person
from tests.integration.test_options import DRAWN, GENEROUS, HOLIDAY, catalogue_is_here
from tests.stage import Stage, is_final, whole_stage

pytestmark = pytest.mark.asyncio(loop_scope="session")
MENU = "Use as image for /imagine"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def open_stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """Give one bot to all tests of this file, where artists may bring pictures."""
    async with whole_stage(tmp_path_factory.mktemp("bot"), **GENEROUS) as stage:
        carol = Person.of(stage.discord, "carol")
        await carol.use("settings models allow", model="*")
        await catalogue_is_here(stage)
        role = f"<@&{carol.role('Artist').id}>"
        await carol.use("settings set", name="upload_roles", value=role)
        yield stage


@pytest.fixture
def alice(open_stage: Stage) -> Person:
    return Person.of(open_stage.discord, "alice", open_stage.new_channel())


@pytest.fixture
def artist(open_stage: Stage) -> Person:
    return Person.of(open_stage.discord, "dora", open_stage.new_channel())


async def sent_in(person: Person, use: Interaction, prompt: str, **more: str) -> SandboxMessage:
    """Fill in the form that came, and wait for the picture."""
    assert use.modal is not None, use.message.text if use.message else "nothing came"
    names = [field_id(component) for component in use.modal.components]
    wanted = {"prompt": prompt, **more}
    values = {name: wanted[name.partition(":")[0]] for name in names if named(name, wanted)}
    answer = (await person.submit(use.modal, values)).message
    assert answer is not None
    await answer.until(is_final, 15)
    return answer


def field_id(label: object) -> str:
    assert isinstance(label, dict)
    return str(label["component"]["custom_id"])


def named(name: str, wanted: dict[str, str]) -> bool:
    return name.partition(":")[0] in wanted


def refusal(use: Interaction) -> str:
    assert use.modal is None
    assert use.message is not None
    assert use.message.ephemeral
    return use.message.text


def body(stage: Stage, prompt: str) -> dict[str, object]:
    (submission,) = stage.api.submissions_of(prompt)
    return dict(submission.body)


async def test_a_result_of_one_s_own_becomes_the_beginning_of_another(
    open_stage: Stage, alice: Person
) -> None:
    made = await open_stage.picture("A plain house", channel=alice.channel)
    open_stage.api.uploads.clear()

    use = await alice.choose_in_menu(made, MENU)
    message = await sent_in(alice, use, "The house at night", strength="0.5")

    assert message.attachments
    (upload,) = open_stage.api.uploads
    assert upload.data == made.attachments[0].data
    assert body(open_stage, "The house at night")["image"] == upload.url
    assert body(open_stage, "The house at night")["strength"] == 0.5
    assert f"/{alice.channel.id}/{made.id}" in message.text


async def test_a_member_with_the_role_begins_with_what_they_sent(
    open_stage: Stage, artist: Person
) -> None:
    shared = artist.say("Look at this", HOLIDAY)
    open_stage.api.uploads.clear()

    use = await artist.choose_in_menu(shared, MENU)
    message = await sent_in(artist, use, "Me as a queen")

    assert message.attachments
    (upload,) = open_stage.api.uploads
    assert upload.data == DRAWN


async def test_what_isn_t_allowed_is_said_before_any_form(alice: Person, artist: Person) -> None:
    mine, hers = alice.say("Mine", HOLIDAY), artist.say("Hers", HOLIDAY)
    bare = artist.say("Only words")
    notes = artist.say("Notes", Upload("notes.txt", b"words", "text/plain"))
    there = artist.elsewhere(alice.channel)

    assert "A moderator can allow it for a role." in refusal(await alice.choose_in_menu(mine, MENU))
    assert "somebody else's" in refusal(await there.choose_in_menu(mine, MENU))
    assert "somebody else's" in refusal(
        await alice.elsewhere(artist.channel).choose_in_menu(hers, MENU)
    )
    for message in (bare, notes):
        assert "no picture in this message" in refusal(await artist.choose_in_menu(message, MENU))


async def test_others_results_are_theirs_until_a_moderator_decides_otherwise(
    open_stage: Stage, alice: Person, artist: Person
) -> None:
    made = await open_stage.picture("Alice's garden", channel=alice.channel)
    dora = artist.elsewhere(alice.channel)
    carol = Person.of(open_stage.discord, "carol")

    use = await dora.choose_in_menu(made, MENU)
    assert "keeps to one's own pictures" in refusal(use)

    await carol.use("settings set", name="others_pictures", value="on")
    try:
        use = await dora.choose_in_menu(made, MENU)
        assert (await sent_in(dora, use, "Dora in the garden")).attachments
    finally:
        await carol.use("settings set", name="others_pictures", value="off")


async def test_whoever_loses_the_role_while_the_form_is_open_is_refused(
    open_stage: Stage, artist: Person
) -> None:
    use = await artist.choose_in_menu(artist.say("Quick", HOLIDAY), MENU)
    carol = Person.of(open_stage.discord, "carol")
    await carol.use("settings set", name="upload_roles", value="default")
    try:
        assert use.modal is not None
        (prompt,) = [i for i in map(field_id, use.modal.components) if i.startswith("prompt")]
        answer = await artist.submit(use.modal, {prompt: "Too late"})
    finally:
        role = f"<@&{carol.role('Artist').id}>"
        await carol.use("settings set", name="upload_roles", value=role)

    assert "You can't begin with a picture of your own here." in refusal(answer)
    assert open_stage.api.submissions_of("Too late") == []


async def test_a_strength_that_is_none_is_refused(artist: Person) -> None:
    use = await artist.choose_in_menu(artist.say("Strong", HOLIDAY), MENU)
    assert use.modal is not None
    (prompt,) = [i for i in map(field_id, use.modal.components) if i.startswith("prompt")]

    answer = await artist.submit(use.modal, {prompt: "Too strong", "strength": "lots"})

    assert "a number from 0 to 1" in refusal(answer)


async def test_a_file_whose_address_fits_into_no_form_is_for_the_command(artist: Person) -> None:
    long = Upload(f"{'a' * 240}.png", DRAWN, "image/png")

    use = await artist.choose_in_menu(artist.say("Long", long), MENU)

    assert "Give the picture to **/imagine** under *image*." in refusal(use)


async def test_a_form_from_before_a_restart_still_makes_a_picture(
    open_stage: Stage, artist: Person
) -> None:
    use = await artist.choose_in_menu(artist.say("Patient", HOLIDAY), MENU)

    await open_stage.stop_bot()
    await open_stage.start_bot()
    message = await sent_in(artist, use, "After the restart")

    assert message.attachments
