"""The rules at each press: whoever presses, there and then, whatever was offered before."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from sandbox.discord.messages import SandboxMessage
from sandbox.discord.person import Person
from sandbox.discord.world import Channel
from sandbox.get3w import Scenario
from tests.integration.next_pictures import (
    EDITOR,
    UPSCALER,
    Hands,
    fields,
    labels,
    open_house,
    shown,
)
from tests.integration.test_imagine import gallery_items
from tests.stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")

WORKERS = (EDITOR, "bytedance/seedream-v4.5/edit", UPSCALER)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def open_stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """Give one bot to all tests of this file, whose server allows every model at first."""
    async with open_house(tmp_path_factory.mktemp("bot")) as stage:
        yield stage


@pytest_asyncio.fixture(loop_scope="session")
async def stage(open_stage: Stage) -> AsyncIterator[Stage]:
    """Give the stage; what a test decides is taken back."""
    yield open_stage
    carol = Person.of(open_stage.discord, "carol")
    for name in ("others_pictures", "open_channels", "member_pictures_per_hour"):
        default = {"open_channels": "none"}.get(name, "off")
        await carol.use("settings set", name=name, value=default)
    for model in (*WORKERS, "get3w/flux-schnell"):
        await carol.use("settings models allow", model=model)


@pytest.fixture
def alice(stage: Stage) -> Hands:
    return Hands.of(stage)


@pytest.fixture
def bob(stage: Stage) -> Hands:
    return Hands.of(stage, "bob")


async def decide(stage: Stage, command: str, **options: object) -> None:
    await Person.of(stage.discord, "carol").use(f"settings {command}", **options)  # type: ignore[arg-type]  # as each command takes them


async def deny(stage: Stage, *models: str) -> None:
    for model in models:
        await decide(stage, "models deny", model=model)


def made(stage: Stage, prompt: str) -> int:
    return len(stage.api.submissions_of(prompt))


async def test_a_model_that_was_denied_since_is_refused(stage: Stage, alice: Hands) -> None:
    first = await alice.picture("A cat of then", model="get3w/flux-schnell")
    await deny(stage, "get3w/flux-schnell")
    told = await alice.refused(first, "Re-roll")

    assert "flux-schnell isn't available in this channel." in told
    assert made(stage, "A cat of then") == 1


async def test_where_no_editor_and_no_upscaler_is_allowed_nobody_is_offered_one(
    stage: Stage, alice: Hands
) -> None:
    await deny(stage, *WORKERS)
    first = await alice.picture("A plain cat")

    assert labels(first) == ["Re-roll", "Edit", "More"]


@pytest.mark.parametrize(
    ("label", "words"),
    [
        ("Change", "No model that you can use here changes pictures."),
        ("Upscale", "No model that you can use here makes pictures larger."),
    ],
)
async def test_what_is_not_allowed_any_more_is_refused_where_it_still_stands(
    stage: Stage, alice: Hands, label: str, words: str
) -> None:
    first = await alice.picture(f"A cat of before, to {label}")
    await deny(stage, *WORKERS)
    told = await alice.refused(first, label)

    assert words in told


async def test_a_limit_counts_for_whoever_presses(stage: Stage, alice: Hands, bob: Hands) -> None:
    first = await alice.picture("A cat within limits")
    await decide(stage, "set", name="member_pictures_per_hour", value="1")
    told = await alice.refused(first, "Re-roll")
    await bob.next(first, "Re-roll")

    assert "You can make the next one" in told
    assert made(stage, "A cat within limits") == 2


async def test_a_blocked_member_is_refused(stage: Stage, alice: Hands) -> None:
    first = await alice.picture("A cat for the blocked")
    dora = Hands.of(stage, "dora")
    member = stage.guild.members[dora.person.user.id]
    await decide(stage, "block", member=member)
    told = await dora.refused(first, "Re-roll")
    await decide(stage, "unblock", member=member)

    assert "You can't make pictures in this server" in told
    assert made(stage, "A cat for the blocked") == 1


async def test_a_channel_that_was_closed_since_is_refused(stage: Stage, alice: Hands) -> None:
    first = await alice.picture("A cat in a closed channel")
    other = stage.new_channel()
    await decide(stage, "set", name="open_channels", value=f"<#{other.id}>")
    told = await alice.refused(first, "Re-roll")

    assert "I don't make pictures in this channel." in told


async def test_a_thread_follows_its_channel(stage: Stage) -> None:
    parent = stage.new_channel()
    thread = stage.new_channel(parent)
    await decide(stage, "set", name="open_channels", value=f"<#{parent.id}>")
    alice = in_channel(stage, "alice", thread)
    again = await alice.next(await alice.picture("A cat in a thread"), "Re-roll")

    assert again.channel is thread


def in_channel(stage: Stage, name: str, channel: Channel) -> Hands:
    return Hands(stage, Person.of(stage.discord, name, channel))


async def test_a_blocked_term_is_refused_in_an_edit(stage: Stage, alice: Hands) -> None:
    await decide(stage, "terms add", terms="unicorn")
    first = await alice.picture("A cat among terms")
    use = await alice.press(first, "Edit")
    answer = await alice.person.submit(use.modal, {"prompt": "A unicorn"})

    assert "This server doesn't allow that prompt." in alice.private(answer)
    assert made(stage, "A unicorn") == 0


# -- pictures of others ----------------------------------------------------------------------------


@pytest.mark.parametrize("label", ["Change", "Upscale"])
async def test_nobody_begins_with_a_picture_of_somebody_else(
    alice: Hands, bob: Hands, label: str
) -> None:
    first = await alice.picture(f"Not for others, to {label}")
    told = await bob.refused(first, label)

    assert "This server keeps to one's own pictures." in told


async def test_others_are_not_offered_to_vary_a_picture(alice: Hands, bob: Hands) -> None:
    first = await alice.picture("Not to be varied")

    assert labels((await bob.press(first, "More")).message) == ["Info", "Report"]


async def test_a_server_can_allow_the_pictures_of_others(
    stage: Stage, alice: Hands, bob: Hands
) -> None:
    first = await alice.picture("For others too")
    await decide(stage, "set", name="others_pictures", value="on")
    await bob.fill(first, "Change", text="Changed by another")

    assert made(stage, "Changed by another") == 1


async def test_a_re_roll_of_what_began_with_a_picture_is_no_way_round_it(
    stage: Stage, alice: Hands, bob: Hands
) -> None:
    first = await alice.picture("A cat behind a change")
    changed = await alice.fill(first, "Change", text="No way round")
    told = await bob.refused(changed, "Re-roll")

    assert "This server keeps to one's own pictures." in told
    assert made(stage, "No way round") == 1


async def test_what_was_varied_while_it_was_allowed_is_not_once_more(
    stage: Stage, alice: Hands, bob: Hands
) -> None:
    first = await alice.picture("A cat while allowed")
    await decide(stage, "set", name="others_pictures", value="on")
    changed = await bob.fill(first, "Change", text="While allowed")
    await decide(stage, "set", name="others_pictures", value="off")
    told = await bob.refused(changed, "Re-roll")

    assert "This server keeps to one's own pictures." in told


async def test_the_words_of_a_request_that_are_not_shown_are_told_to_its_owner_alone(
    stage: Stage, alice: Hands, bob: Hands
) -> None:
    await decide(stage, "set", name="show_prompts", value="off")
    first = await alice.picture("A prompt of my own")
    await decide(stage, "set", name="show_prompts", value="on")

    assert "A prompt of my own" in await told_of(alice, first)
    assert "A prompt of my own" not in await told_of(bob, first)


async def test_words_that_are_not_shown_are_used_again_by_their_owner_alone(
    stage: Stage, alice: Hands, bob: Hands
) -> None:
    await decide(stage, "set", name="show_prompts", value="off")
    first = await alice.picture("Words of my own", negative="dogs", model="google/imagen4-fast")
    await decide(stage, "set", name="show_prompts", value="on")
    form = fields((await alice.press(first, "Edit")).modal)

    assert (shown(form["prompt"]), shown(form["negative"])) == ("Words of my own", "dogs")
    for label in ("Edit", "Re-roll"):
        assert "only its owner can use it again" in await bob.refused(first, label)
    assert made(stage, "Words of my own") == 1


async def test_what_comes_of_a_flagged_picture_is_hidden_at_first_or_refused(
    stage: Stage, alice: Hands
) -> None:
    flagged = Scenario.task("completed").flagged([True])
    stage.api.script("A cat at midnight", flagged)
    first = await alice.picture("A cat at midnight")
    larger = await alice.next(first, "Upscale")
    await decide(stage, "set", name="flagged_pictures", value="withhold")
    told = await alice.refused(first, "Upscale")
    await decide(stage, "set", name="flagged_pictures", value="default")

    assert "Mature pictures aren't shown in this channel." in told
    assert [item["spoiler"] for item in gallery_items(larger)] == [True]


async def told_of(hands: Hands, message: SandboxMessage) -> str:
    """Read what Info tells of a picture."""
    more = (await hands.press(message, "More")).message
    assert more is not None
    return hands.private(await hands.press(more, "Info"))


async def test_what_its_member_had_deleted_is_told_as_forgotten(bob: Hands) -> None:
    first = await bob.picture("A cat to forget")
    # What is under way isn't deleted, and a moment after its picture a job still is.
    async with asyncio.timeout(10):
        while "Info" in labels((await bob.press(first, "More")).message):
            await delete_data(bob)
    told = await bob.refused(first, "Re-roll")

    assert "I don't know that picture any more." in told
    assert labels((await bob.press(first, "More")).message) == ["Delete", "Report"]


async def delete_data(hands: Hands) -> None:
    asked = (await hands.person.use("privacy")).message
    assert asked is not None
    sure = (await hands.press(asked, "Delete my data")).message
    assert sure is not None
    await hands.press(sure, "Delete")
