"""What can be done next with a picture: each button, over the wire to the next picture."""

import asyncio
import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from sandbox.discord.person import Person
from sandbox.get3w import Reply, Scenario
from tests.integration.next_pictures import (
    EDITOR,
    UPSCALER,
    AheadClock,
    Hands,
    fields,
    job_of,
    labels,
    link_to,
    only,
    open_house,
    shown,
    two_pictures,
)
from tests.stage import Stage, is_final

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """Give one bot to all tests of this file, whose server allows every model."""
    async with open_house(tmp_path_factory.mktemp("bot"), clock=AheadClock()) as stage:
        carol = Person.of(stage.discord, "carol")
        await carol.use("settings set", name="private_pictures", value="on")
        yield stage


@pytest.fixture
def alice(stage: Stage) -> Hands:
    return Hands.of(stage)


async def test_a_picture_has_what_its_model_and_server_allow(alice: Hands) -> None:
    message = await alice.picture("A cat with buttons")

    assert labels(message) == ["Re-roll", "Edit", "Change", "Upscale", "More"]


async def test_a_re_roll_asks_for_the_same_with_another_seed(stage: Stage, alice: Hands) -> None:
    first = await alice.picture("A cat again", shape="wide", seed=42)
    again = await alice.next(first, "Re-roll")

    one, other = stage.api.submissions_of("A cat again")
    assert again.id != first.id
    assert one.body["size"] == other.body["size"]
    assert other.body["seed"] != 42
    assert f"seed {other.body['seed']}" in again.text


async def test_the_answer_is_the_new_message_and_the_old_one_stays_as_it_is(alice: Hands) -> None:
    first = await alice.picture("An old cat")
    states = len(first.history)
    use = await alice.press(first, "Re-roll")
    assert use.message is not None
    await alice.end_of(use)

    assert use.answered_after_s < 1.0
    assert not use.message.ephemeral
    assert use.message.history[0].text.startswith(("🎨", "⏳"))
    assert len(first.history) == states


async def test_a_result_tells_where_it_came_from(stage: Stage, alice: Hands) -> None:
    first = await alice.picture("A cat with children")
    again = await alice.next(first, "Re-roll")

    line = f"-# from [this picture](<{link_to(stage, first)}>) · re-roll"
    assert line in again.history[0].text
    assert line in again.text


async def test_the_form_of_an_edit_holds_every_option_as_it_was(alice: Hands) -> None:
    asked = {"model": "google/imagen4-fast", "shape": "tall", "count": 2, "seed": 7}
    first = await alice.picture("A cat to edit", negative="dogs", **asked)
    use = await alice.press(first, "Edit")

    held = {name: shown(field) for name, field in fields(use.modal).items()}
    assert held == {
        "prompt": "A cat to edit",
        "negative": "dogs",
        "model": "google/imagen4-fast",
        "shape": "tall",
        "more": "count: 2\nseed: 7",
    }


async def test_an_edit_asks_for_what_the_form_says(stage: Stage, alice: Hands) -> None:
    first = await alice.picture("A cat before", seed=7)
    message = await alice.fill(
        first, "Edit", prompt="A cat after", shape="wide", more="seed: 8\ncount: 2"
    )

    body = only(stage, "A cat after").body
    assert (body["size"], body["seed"], body["num_images"]) == ("1368*768", 8, 2)
    assert "· edit" in message.text


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ("count: 9", "count can't be more than 4."),
        ("seed: x", "seed should be a whole number"),
        ("strength: 2", "strength should be a number from 0 to 1."),
        ("wings: 2", "wings isn't a name that I know."),
    ],
)
async def test_a_form_that_is_filled_in_wrong_is_refused_in_private(
    stage: Stage, alice: Hands, more: str, words: str
) -> None:
    first = await alice.picture("A cat kept")
    use = await alice.press(first, "Edit")
    answer = await alice.person.submit(use.modal, {"prompt": f"Wrong {more}", "more": more})

    assert words in alice.private(answer).replace("*", "")
    assert stage.api.submissions_of(f"Wrong {more}") == []


async def test_a_change_in_words_works_on_this_picture(stage: Stage, alice: Hands) -> None:
    first = await alice.picture("A red cat")
    made = first.attachments[0].data
    message = await alice.fill(first, "Change", text="Make the red cat blue")

    submission, upload = only(stage, "Make the red cat blue"), stage.api.uploads[-1]
    assert submission.model == EDITOR
    assert submission.body["image"] == upload.url
    assert upload.data == made
    assert "> Make the red cat blue" in message.text
    assert "· change" in message.text


async def test_whoever_changes_a_picture_chooses_the_model_of_those_that_can(
    stage: Stage, alice: Hands
) -> None:
    first = await alice.picture("A cat for another editor")
    other = "bytedance/seedream-v4.5/edit"
    await alice.fill(first, "Change", text="Give the cat a hat", model=other)

    submission = only(stage, "Give the cat a hat")
    assert submission.model == other
    assert submission.body["images"] == [stage.api.uploads[-1].url]


async def test_an_upscaler_makes_this_picture_larger(stage: Stage, alice: Hands) -> None:
    first = await alice.picture("A small cat")
    message = await alice.next(first, "Upscale")

    (submission,) = [one for one in stage.api.submissions if one.model == UPSCALER][-1:]
    assert submission.body["image"] == stage.api.uploads[-1].url
    assert "prompt" not in submission.body
    assert "> A small cat" in message.text
    assert "image-upscaler" in message.text
    assert labels(message) == ["Change", "Upscale", "More"]


async def test_more_has_what_finds_no_place_under_a_picture(alice: Hands) -> None:
    first = await alice.picture("A cat with more")
    use = await alice.press(first, "More")

    assert labels(use.message) == ["Vary", "Info", "Delete", "Report"]
    alice.private(use)


async def test_a_variation_begins_with_the_picture(stage: Stage, alice: Hands) -> None:
    first = await alice.picture("A cat to vary", seed=42)
    more = (await alice.press(first, "More")).message
    assert more is not None
    message = await alice.next(more, "Vary")

    _, body = (one.body for one in stage.api.submissions_of("A cat to vary"))
    assert body["image"] == stage.api.uploads[-1].url
    assert body["seed"] != 42
    assert not message.ephemeral
    assert "· variation" in message.text


async def test_a_model_that_begins_with_no_picture_varies_none(alice: Hands) -> None:
    first = await alice.picture("A cat of imagen", model="google/imagen4-fast")
    use = await alice.press(first, "More")

    assert labels(use.message) == ["Info", "Delete", "Report"]


async def test_of_several_pictures_one_is_chosen(stage: Stage, alice: Hands) -> None:
    _, second = two_pictures(stage, "Two cats")
    first = await alice.picture("Two cats", count=2)
    asked = await alice.press(first, "Upscale")
    assert "Which picture?" in alice.private(asked)
    assert labels(asked.message) == ["1", "2"]
    assert asked.message is not None
    await alice.next(asked.message, "2")

    assert stage.api.uploads[-1].data == second


async def test_a_change_of_several_pictures_is_of_the_one_that_is_chosen(
    stage: Stage, alice: Hands
) -> None:
    _, second = two_pictures(stage, "Two dogs")
    first = await alice.picture("Two dogs", count=2)
    await alice.fill(first, "Change", text="Dogs in snow", picture="1")

    assert stage.api.uploads[-1].data == second


async def test_what_failed_is_tried_again_as_it_was(stage: Stage, alice: Hands) -> None:
    works = Scenario.stream([0.5])
    stage.api.script("A cat at last", Scenario.reply(Reply.html(503)), works)
    first = await alice.picture("A cat at last", seed=5, shape="wide")
    assert labels(first) == ["Try again", "Edit"]
    message = await alice.next(first, "Try again")

    one, other = stage.api.submissions_of("A cat at last")
    assert one.body == other.body
    assert message.attachments
    assert f"-# from [this request](<{link_to(stage, first)}>) · try again" in message.text


async def test_a_private_picture_has_the_same_buttons_and_private_answers(alice: Hands) -> None:
    first = await alice.picture("A secret cat", private=True)
    assert labels(first) == ["Re-roll", "Edit", "Change", "Upscale", "More", "Delete"]
    more = await alice.press(first, "More")
    again = await alice.next(first, "Re-roll")

    assert labels(more.message) == ["Vary", "Info"]
    assert again.ephemeral
    assert "only you can see this" in again.text
    assert "-# from an earlier picture · re-roll" in again.text


async def test_info_tells_in_private_all_that_is_known(stage: Stage, alice: Hands) -> None:
    prompt = "A cat *with* `stars` " + "x" * 400
    first = await alice.picture(prompt, seed=42, shape="wide", count=2)
    again = await alice.fill(first, "Edit", more="seed: 43\ncount: 2")
    more = (await alice.press(again, "More")).message
    assert more is not None
    told = alice.private(await alice.press(more, "Info"))

    assert f"```\n{prompt}\n```" in told
    assert "Model flux-dev" in told
    assert "Seed `43`" in told
    assert "Shape Wide 16:9" in told
    assert "Pictures 2" in told
    assert "Cost $0.024" in told
    assert f"`{job_of(again)}`" in told
    assert re.search(rf"1\. edit of \[\w{{5}}, flux-dev\]\(<{link_to(stage, first)}>\)", told)


async def test_ten_generations_are_told_one_by_one(stage: Stage, alice: Hands) -> None:
    message = await alice.picture("The first of ten")
    family = [message]
    for _ in range(10):
        message = await alice.next(message, "Re-roll")
        family.append(message)
    more = (await alice.press(message, "More")).message
    assert more is not None
    told = alice.private(await alice.press(more, "Info"))

    places = [told.index(link_to(stage, one)) for one in reversed(family[:-1])]
    assert places == sorted(places)
    assert "10. re-roll of" in told


async def test_a_double_press_makes_one_picture(stage: Stage, alice: Hands) -> None:
    first = await alice.picture("One cat for two presses")
    uses = [await stage.discord.press(alice.person.user, first, "Re-roll") for _ in range(2)]
    await asyncio.gather(*(use.answered() for use in uses))
    kind = sorted(uses, key=lambda use: use.message is not None and use.message.ephemeral)
    await alice.end_of(kind[0])

    assert "I have that press already." in alice.private(kind[1])
    assert len(stage.api.submissions_of("One cat for two presses")) == 2


async def test_a_press_some_seconds_later_makes_another_one(stage: Stage, alice: Hands) -> None:
    first = await alice.picture("A cat for two presses apart")
    await alice.next(first, "Re-roll")
    clock = stage.discord.clock
    assert isinstance(clock, AheadClock)
    clock.ahead_s += 3
    again = await alice.next(first, "Re-roll")

    assert again.attachments
    assert len(stage.api.submissions_of("A cat for two presses apart")) == 3


async def test_whoever_presses_is_the_one_for_whom_it_is_made(stage: Stage, alice: Hands) -> None:
    first = await alice.picture("A cat for both")
    bob = Hands.of(stage, "bob")
    message = await bob.next(first, "Re-roll")

    assert f"for <@{bob.person.user.id}>" in message.text
    assert is_final(message)
