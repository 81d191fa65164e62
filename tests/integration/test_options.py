"""What a member asks for besides a prompt: as it arrives at the API, and what is said of it."""

import asyncio
import io
import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from PIL import Image

from sandbox.discord.attachments import Upload
from sandbox.discord.messages import SandboxMessage
from sandbox.discord.person import Person
from sandbox.get3w import Output, PictureSize, Reply, Scenario, draw
from sandbox.get3w.payloads import Json
from tests.stage import Stage, whole_stage

pytestmark = pytest.mark.asyncio(loop_scope="session")

DRAWN = draw("A cat", PictureSize(width_px=64, height_px=64))
HOLIDAY = Upload("secret-holiday.png", DRAWN, "image/png")
EDITOR = "get3w/flux-kontext-dev"
GENEROUS = {"MEMBER_PICTURES_PER_DAY": "0", "BUDGET_USD_PER_DAY": "0"}


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


@pytest_asyncio.fixture(loop_scope="session")
async def stage(open_stage: Stage) -> AsyncIterator[Stage]:
    yield open_stage
    open_stage.api.account.upload_replies.clear()
    open_stage.api.uploads.clear()


@pytest.fixture
def artist(stage: Stage) -> Person:
    """Give a member who may bring a picture."""
    return Person.of(stage.discord, "dora")


async def catalogue_is_here(stage: Stage) -> None:
    async with asyncio.timeout(20):
        while len(await offers(stage)) < 5:
            pass


async def offers(stage: Stage, **options: Upload) -> list[str]:
    choices = await stage.discord.autocomplete(
        stage.alice,
        stage.general,
        "imagine",
        {"prompt": "x", "model": "", **options},
        focused="model",
    )
    return [str(choice.value) for choice in choices]


def sent(stage: Stage, prompt: str) -> dict[str, Json]:
    """Give what arrived at the API for a prompt, but for the prompt and the wish for a stream."""
    (submission,) = stage.api.submissions_of(prompt)
    return {k: v for k, v in submission.body.items() if k not in {"prompt", "stream"}}


async def made(stage: Stage, artist: Person, prompt: str, image: Upload) -> SandboxMessage:
    use = await stage.imagine(prompt, user=artist.user, model=EDITOR, image=image)
    return await stage.end_of(use)


def galleries(message: SandboxMessage) -> list[list[object]]:
    (container,) = message.components
    return [part["items"] for part in container["components"] if part["type"] == 12]


@pytest.mark.parametrize(
    ("model", "options", "body"),
    [
        ("get3w/flux-dev", {"shape": "portrait"}, {"size": "888*1184"}),
        ("get3w/flux-dev", {"seed": 42}, {"seed": 42}),
        ("get3w/flux-dev", {"seed": 0}, {"seed": 0}),
        ("get3w/flux-dev", {"count": 2}, {"num_images": 2}),
        ("google/imagen4-fast", {"shape": "wide"}, {"aspect_ratio": "16:9"}),
        ("google/imagen4-fast", {"negative": "dogs"}, {"negative_prompt": "dogs"}),
        ("recraft-ai/recraft-v4.1", {"shape": "tall"}, {"image_size": "9:16"}),
        ("openai/gpt-image-1", {"shape": "wide"}, {"size": "1536*1024"}),
        ("bytedance/seedream-v4.5", {"shape": "square"}, {"size": "2048*2048"}),
        ("get3w/not-yet-listed", {"seed": 5}, {"seed": 5}),
    ],
)
async def test_each_option_arrives_as_the_model_takes_it(
    stage: Stage, model: str, options: dict[str, str | int], body: dict[str, Json]
) -> None:
    prompt = f"{model} with {options}"
    stage.api.script(prompt, Scenario.stream([0.5]).with_outputs(Output(picture=DRAWN)))
    message = await stage.picture(prompt, model=model, **options)

    assert message.attachments
    assert sent(stage, prompt) == body
    assert "left out" not in message.text


async def test_the_message_says_what_is_made_and_then_what_was_used(stage: Stage) -> None:
    message = await stage.picture("A fox", shape="tall", seed=42)

    assert "-# flux-dev · tall · for <@" in message.history[0].text
    assert re.search(r"flux-dev · 768 × 1368 · seed 42 · \d+\.\d s · for <@", message.text)


async def test_what_the_model_does_not_take_is_said_first_and_last(stage: Stage) -> None:
    message = await stage.picture("A wolf", model="get3w/flux-schnell", negative="dogs")

    words = "-# flux-schnell doesn't take a negative prompt; it was left out."
    assert words in message.history[0].text
    assert words in message.text
    assert sent(stage, "A wolf") == {}


async def test_four_pictures_are_one_gallery_and_cost_as_four(stage: Stage) -> None:
    carol = Person.of(stage.discord, "carol")
    pictures, dollars = await used(carol)
    message = await stage.picture("Four cats", count=4)

    (items,) = galleries(message)
    assert len(items) == len(message.attachments) == 4
    assert await used(carol) == (pictures + 4, pytest.approx(dollars + 4 * 0.012))


async def test_what_would_go_beyond_a_limit_is_refused_with_what_is_left(stage: Stage) -> None:
    carol, bob = Person.of(stage.discord, "carol"), stage.discord.world.user("bob")
    await carol.use("settings set", name="member_pictures_per_hour", value="3")
    use = await stage.imagine("Four at once", user=bob, count=4)
    await stage.end_of(await stage.imagine("Two at once", user=bob, count=2))
    again = await stage.imagine("Two again", user=bob, count=2)
    await carol.use("settings set", name="member_pictures_per_hour", value="off")

    assert "That is more than 3 pictures an hour." in unbolded(use.message.text)
    assert "Only 1 picture can still be made this hour." in unbolded(again.message.text)
    assert stage.api.submissions_of("Two again") == []


async def used(moderator: Person) -> tuple[int, float]:
    """Read from the server's usage how many pictures there were today, and what they cost."""
    use = await moderator.use("usage", of="server")
    found = re.search(r"(\d+) pictures? · \$([\d.]+)\*\* today", use.message.text)
    return (int(found[1]), float(found[2])) if found else (0, 0.0)


async def test_a_model_that_makes_one_picture_makes_and_counts_one(stage: Stage) -> None:
    message = await stage.picture("One fox", model="get3w/z-image/turbo", count=4)

    assert "-# z-image/turbo makes 1 picture at a time." in message.text
    assert len(message.attachments) == 1


async def test_fewer_pictures_than_asked_for_are_told_and_only_they_count(stage: Stage) -> None:
    carol = Person.of(stage.discord, "carol")
    pictures, dollars = await used(carol)
    stage.api.script("Two of four", Scenario.stream([0.5]).with_outputs(Output(), Output()))
    message = await stage.picture("Two of four", count=4)

    assert "-# The image service made 2 of 4 pictures." in message.text
    assert await used(carol) == (pictures + 2, pytest.approx(dollars + 4 * 0.012))


async def test_a_prompt_that_is_too_long_for_the_model_is_refused_in_private(
    stage: Stage,
) -> None:
    prompt = "x" * 1001
    use = await stage.imagine(prompt, model="recraft-ai/recraft-v4.1")

    assert use.message.ephemeral
    assert "recraft-v4.1 takes at most 1,000 characters." in use.message.text
    assert stage.api.submissions_of(prompt) == []


# -- a picture to begin with ---------------------------------------------------------------------


async def test_a_picture_of_ones_own_is_off_until_it_is_allowed(stage: Stage) -> None:
    use = await stage.imagine("Me as a king", model=EDITOR, image=HOLIDAY)

    assert use.message.ephemeral
    assert "You can't begin with a picture of your own here." in use.message.text
    assert stage.api.submissions_of("Me as a king") == []
    assert stage.api.uploads == []


async def test_a_role_that_was_allowed_begins_with_a_picture(stage: Stage, artist: Person) -> None:
    message = await made(stage, artist, "Make it red", HOLIDAY)

    (upload,) = stage.api.uploads
    assert upload.data == DRAWN
    assert sent(stage, "Make it red") == {"image": upload.url}
    (attachment,) = message.attachments
    with Image.open(io.BytesIO(attachment.data or b"")) as picture:
        assert picture.size == (64, 64)


async def test_strength_goes_along_with_an_image(stage: Stage, artist: Person) -> None:
    use = await stage.imagine("Softly", user=artist.user, image=HOLIDAY, strength=0.25)
    await stage.end_of(use)

    assert sent(stage, "Softly") == {"image": stage.api.uploads[0].url, "strength": 0.25}


async def test_nothing_of_discord_goes_to_the_api(stage: Stage, artist: Person) -> None:
    await made(stage, artist, "Keep it to yourself", HOLIDAY)

    (upload,), (submission,) = stage.api.uploads, stage.api.submissions_of("Keep it to yourself")
    said = f"{upload.filename} {upload.headers} {submission.body} {submission.headers}"
    assert "holiday" not in said
    assert "attachments" not in said
    assert str(artist.user.id) not in said


async def test_a_file_that_is_no_picture_is_refused_in_private(
    stage: Stage, artist: Person
) -> None:
    file = Upload("notes.txt", b"words", "text/plain")
    use = await stage.imagine("From words", user=artist.user, model=EDITOR, image=file)

    assert use.message.ephemeral
    assert "I can't read that as a picture. Nothing was charged." in unbolded(use.message.text)


async def test_a_file_that_only_pretends_costs_nothing(stage: Stage, artist: Person) -> None:
    message = await made(stage, artist, "Pretence", Upload("cat.png", b"<svg/>" * 9, "image/png"))

    assert "I can't read that as a picture." in message.text
    assert "Nothing was charged." in message.text
    assert stage.api.submissions_of("Pretence") == []


async def test_a_picture_of_more_than_20_mb_is_refused_in_private(
    stage: Stage, artist: Person
) -> None:
    large = Upload("large.png", DRAWN + bytes(20 << 20), "image/png", digested=False)
    use = await stage.imagine("Too much", user=artist.user, model=EDITOR, image=large)

    assert use.message.ephemeral
    assert "It can have at most 20 MB." in use.message.text


async def test_an_upload_that_the_api_does_not_take_costs_nothing_and_counts_for_nobody(
    stage: Stage, artist: Person
) -> None:
    stage.api.account.upload_replies = [Reply.refusal(404, "no such endpoint")]
    message = await made(stage, artist, "Not taken", HOLIDAY)

    assert "The image service didn't take the picture." in message.text
    assert "Nothing was charged." in message.text
    assert stage.api.submissions_of("Not taken") == []


async def test_a_model_that_begins_with_no_picture_names_those_that_do(
    stage: Stage, artist: Person
) -> None:
    use = await stage.imagine(
        "Onto it", user=artist.user, model="google/imagen4-fast", image=HOLIDAY
    )

    assert use.message.ephemeral
    assert "imagen4-fast doesn't begin with a picture." in use.message.text
    assert "flux-dev" in use.message.text


async def test_a_model_that_works_on_a_picture_asks_for_one(stage: Stage) -> None:
    use = await stage.imagine("Onto nothing", model=EDITOR)

    assert use.message.ephemeral
    assert "flux-kontext-dev works on a picture." in use.message.text


async def test_the_picker_offers_models_for_words_and_with_an_image_those_for_pictures(
    stage: Stage,
) -> None:
    for_words, for_pictures = await offers(stage), await offers(stage, image=HOLIDAY)

    assert EDITOR not in for_words
    assert "google/imagen4-fast" in for_words
    assert EDITOR in for_pictures
    assert "google/imagen4-fast" not in for_pictures
    assert "get3w/image-upscaler" not in {*for_words, *for_pictures}


def unbolded(text: str) -> str:
    return text.replace("**", "")
