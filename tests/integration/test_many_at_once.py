"""Many jobs at once: nobody waits for anybody else, and nothing stands still."""

import asyncio
import re

import pytest

from sandbox.get3w import Output, Scenario, noise_png
from tests.held_streams import held_stream
from tests.stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_the_bot_answers_in_time_while_twenty_pictures_come_in(
    patient_stage: Stage,
) -> None:
    gate = asyncio.Event()
    output = Output(picture=noise_png(1_500_000))
    patient_stage.api.script(re.compile("Many"), held_stream(0.5, gate, outputs=(output,)))
    uses = await asyncio.gather(
        *(
            patient_stage.imagine(f"Many {number}", channel=patient_stage.new_channel())
            for number in range(20)
        )
    )

    gate.set()
    async with asyncio.timeout(0.5):
        choices = await patient_stage.discord.autocomplete(
            patient_stage.alice,
            patient_stage.general,
            "imagine",
            {"prompt": "x", "model": ""},
            focused="model",
        )
    messages = [await patient_stage.end_of(use, timeout_s=30) for use in uses]

    assert choices
    assert all(message.attachments[0].size == 1_500_000 for message in messages)


async def test_the_bot_answers_in_time_while_pictures_are_made_to_fit(
    patient_stage: Stage,
) -> None:
    patient_stage.discord.settings.file_max_bytes = 500_000
    gate = asyncio.Event()
    output = Output(picture=noise_png(3_000_000))
    patient_stage.api.script(re.compile("Shrunk"), held_stream(0.5, gate, outputs=(output,)))
    uses = [
        await patient_stage.imagine(f"Shrunk {number}", channel=patient_stage.new_channel())
        for number in range(3)
    ]

    gate.set()
    await patient_stage.api.until(lambda: patient_stage.api.downloads)
    for _ in range(5):
        async with asyncio.timeout(0.5):
            await patient_stage.discord.autocomplete(
                patient_stage.alice,
                patient_stage.general,
                "imagine",
                {"prompt": "x", "model": "flux"},
                focused="model",
            )
    messages = [await patient_stage.end_of(use, timeout_s=40) for use in uses]

    assert all(message.attachments[0].size <= 500_000 for message in messages)


async def test_a_hundred_commands_in_one_go_are_all_answered_and_painted_once(
    patient_stage: Stage,
) -> None:
    patient_stage.api.script(re.compile("Rush"), Scenario.stream([0.5]))
    channels = [patient_stage.new_channel() for _ in range(10)]
    prompts = [f"Rush {number}" for number in range(100)]

    uses = await asyncio.gather(
        *(
            patient_stage.imagine(prompt, channel=channels[number % 10])
            for number, prompt in enumerate(prompts)
        )
    )
    messages = [await patient_stage.end_of(use, timeout_s=40) for use in uses]

    assert all(message.attachments for message in messages)
    assert [len(patient_stage.api.submissions_of(prompt)) for prompt in prompts] == [1] * 100


async def test_each_of_many_gets_its_own_picture(patient_stage: Stage) -> None:
    sizes = [10_000 + 1_000 * number for number in range(20)]
    channel = patient_stage.new_channel()
    for size in sizes:
        output = Output(picture=noise_png(size))
        patient_stage.api.script(f"Own {size}", Scenario.stream([0.5]).with_outputs(output))

    uses = await asyncio.gather(
        *(patient_stage.imagine(f"Own {size}", channel=channel) for size in sizes)
    )
    messages = [await patient_stage.end_of(use, timeout_s=30) for use in uses]

    assert [message.attachments[0].size for message in messages] == sizes
