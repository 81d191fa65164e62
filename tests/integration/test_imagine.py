"""A member types /imagine and sees one message grow into a picture."""

import codecs
import re

import pytest

from sandbox.discord.messages import SandboxMessage
from sandbox.get3w import Output, Scenario, noise_png
from tests.stage import Stage, headlines

pytestmark = pytest.mark.asyncio(loop_scope="session")


def percentages(lines: list[str]) -> list[int]:
    found = (re.search(r"(\d+) %", line) for line in lines)
    return [int(match[1]) for match in found if match]


def gallery_items(message: SandboxMessage) -> list[dict[str, object]]:
    (container,) = message.components
    galleries = [part for part in container["components"] if part["type"] == 12]
    return [item for gallery in galleries for item in gallery["items"]]


async def test_the_documented_example_shows_each_percentage_and_then_the_picture(
    stage: Stage,
) -> None:
    stage.api.script("A cat in space", Scenario.stream([0.1, 0.5, 0.9], every_s=1.0))

    message = await stage.picture("A cat in space", channel=stage.new_channel())

    assert percentages(headlines(message)) == [10, 50, 90]
    assert len(message.attachments) == 1


async def test_the_attachment_is_the_output_byte_for_byte(stage: Stage) -> None:
    output = noise_png(200_000)
    stage.api.script("Exactly this", Scenario.stream([0.5]).with_outputs(Output(picture=output)))

    message = await stage.picture("Exactly this")

    (attachment,) = message.attachments
    assert attachment.data == output


async def test_the_first_answer_is_already_the_message_of_the_job(stage: Stage) -> None:
    use = await stage.imagine("A boat")

    first = use.message.history[0]
    assert "> A boat" in first.text
    assert "for <@" in first.text
    assert [button.label for button in use.message.buttons] == ["Cancel"]
    await stage.end_of(use)


async def test_the_result_says_what_it_is(stage: Stage) -> None:
    message = await stage.picture("A *bold* <@1> boat")

    (attachment,) = message.attachments
    assert attachment.description == "AI-generated: A *bold* <@1> boat"
    assert r"> A \*bold\* \<\@1\> boat" in message.text
    assert re.search(r"-# AI-generated · flux-dev · 64 × 64 · .*\d\.\d s · for <@", message.text)
    assert [button.label for button in message.buttons] == [
        "Re-roll",
        "Edit",
        "Change",
        "Upscale",
        "More",
    ]


async def test_nobody_is_pinged_whatever_the_prompt_says(stage: Stage) -> None:
    message = await stage.picture(f"@everyone look {stage.mod.mention}")

    assert not any(snapshot.pings for snapshot in message.history)


async def test_a_private_picture_is_seen_by_its_owner_alone(stage: Stage) -> None:
    message = await stage.picture("A secret garden", private=True)

    assert message.audience is stage.alice
    assert "only you can see this" in message.text


async def test_a_polled_task_shows_painting_first_and_an_estimate_once_a_run_is_known(
    stage: Stage,
) -> None:
    model, channel = "get3w/polled-model", stage.new_channel()
    stage.api.script("Polled", Scenario.task(takes_s=1.5))

    first = await stage.picture("Polled", model=model, channel=channel)
    second = await stage.picture("Polled", model=model, channel=channel)

    assert headlines(first)[0].startswith("🎨 Painting · started <t:")
    assert percentages(headlines(first)) == []
    assert any("about" in line for line in headlines(second))


async def test_a_model_is_found_by_its_short_name(stage: Stage) -> None:
    await stage.picture("Short name", model="flux-dev")

    (submission,) = stage.api.submissions_of("Short name")
    assert submission.model == "get3w/flux-dev"


async def test_an_unlisted_model_inside_the_ceiling_is_accepted(stage: Stage) -> None:
    await stage.picture("Brand new", model="get3w/not-yet-listed")

    (submission,) = stage.api.submissions_of("Brand new")
    assert submission.model == "get3w/not-yet-listed"


async def test_a_word_that_is_no_model_is_refused_in_private_and_costs_nothing(
    stage: Stage,
) -> None:
    use = await stage.imagine("No such thing", model="nonsense")

    assert use.message.audience is stage.alice
    assert "nonsense isn't available in this channel." in use.message.text
    assert stage.api.submissions_of("No such thing") == []


async def test_what_no_server_can_allow_is_refused_in_private_and_never_submitted(
    stage: Stage,
) -> None:
    prompt = codecs.decode("n ahqr puvyq", "rot13")

    use = await stage.imagine(prompt)

    assert use.message.audience is stage.alice
    assert "I don't make pictures like that." in use.message.text
    assert stage.api.submissions_of(prompt) == []


async def test_the_picker_offers_the_default_first_and_filters_by_what_is_typed(
    stage: Stage,
) -> None:
    everything = await stage.discord.autocomplete(
        stage.alice, stage.general, "imagine", {"prompt": "x", "model": ""}, focused="model"
    )
    some = await stage.discord.autocomplete(
        stage.alice, stage.general, "imagine", {"prompt": "x", "model": "FLUX"}, focused="model"
    )

    assert everything[0].value == "get3w/flux-dev"
    assert 1 < len(some) < len(everything)
    assert all("flux" in str(choice.value) for choice in some)


async def test_help_is_private_and_names_the_command(stage: Stage) -> None:
    use = await stage.discord.invoke(stage.alice, stage.general, "help", {})
    stage.uses.append(use)
    await use.answered()

    assert use.message.audience is stage.alice
    assert "/imagine" in use.message.text


async def test_a_flagged_picture_is_a_spoiler_and_says_why(stage: Stage) -> None:
    stage.api.script("Flagged", Scenario.task("completed").flagged([True]))

    message = await stage.picture("Flagged")

    assert "mature" in message.text
    assert [item["spoiler"] for item in gallery_items(message)] == [True]


async def test_several_outputs_come_as_one_gallery(stage: Stage) -> None:
    scenario = Scenario.stream([0.5]).with_outputs(Output(), Output(), Output())
    stage.api.script("Three at once", scenario)

    message = await stage.picture("Three at once")

    assert len(message.attachments) == 3
