"""Pictures as they come, and pictures that have to be made to fit."""

import asyncio
import io
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from sandbox.discord.faults import Fault
from sandbox.discord.messages import SandboxMessage
from sandbox.discord.settings import SandboxSettings
from sandbox.get3w import Output, Scenario, noise_png
from tests.held_streams import carries_picture
from tests.stage import PATIENT, Stage, has_ended, whole_stage

pytestmark = pytest.mark.asyncio(loop_scope="session")

KIB = 1024
ALTERED = "-# The picture was made smaller to fit Discord's limit."


def limits(**changes: int) -> SandboxSettings:
    return SandboxSettings(hidden_rate=None, **changes)


def encoded(kind: str, side: int = 300, **options: object) -> bytes:
    """Draw something that no encoder makes very small."""
    picture = Image.open(io.BytesIO(noise_png(side * side * 3 + 2000)))
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def animation() -> bytes:
    frames = [Image.new("RGB", (64, 64), colour) for colour in ("red", "green", "blue")]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    return out.getvalue()


def damaged_png() -> bytes:
    """Give a PNG whose head is right and whose pixels are rubbish."""
    whole = noise_png(300 * KIB)
    return whole[:100] + bytes(len(whole) - 100)


async def shown(stage: Stage, prompt: str, *outputs: Output) -> SandboxMessage:
    stage.api.script(prompt, Scenario.stream([0.5]).with_outputs(*outputs))
    use = await stage.imagine(prompt, channel=stage.new_channel())
    await use.message.until(has_ended, timeout_s=40)
    return use.message


@pytest.mark.parametrize(
    ("name", "content_type", "data"),
    [
        ("jpg", "image/jpeg", encoded("JPEG")),
        ("webp", "image/webp", encoded("WEBP")),
        ("gif", "image/gif", animation()),
        ("png", "image/png", encoded("PNG")),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_every_usual_format_arrives_untouched_under_its_own_name(
    patient_stage: Stage, name: str, content_type: str, data: bytes
) -> None:
    output = Output(picture=data, content_type="application/octet-stream")

    message = await shown(patient_stage, f"As {name}", output)

    (attachment,) = message.attachments
    assert attachment.data == data
    assert attachment.filename.endswith(f".{name}")
    assert attachment.content_type == content_type


@pytest.mark.parametrize("listed", [Output.base64, Output.data_uri, Output.in_object])
async def test_a_picture_arrives_however_it_is_listed(
    patient_stage: Stage, listed: Callable[[bytes], Output]
) -> None:
    data = noise_png(50 * KIB)

    message = await shown(patient_stage, f"Listed {listed.__name__}", listed(data))

    assert [attachment.data for attachment in message.attachments] == [data]


async def test_four_pictures_come_in_order_and_byte_for_byte(patient_stage: Stage) -> None:
    pictures = [noise_png(size * KIB) for size in (20, 30, 40, 50)]

    message = await shown(patient_stage, "Four", *(Output(picture=data) for data in pictures))

    assert [attachment.data for attachment in message.attachments] == pictures


async def test_of_five_outputs_four_are_shown(patient_stage: Stage) -> None:
    message = await shown(patient_stage, "Five", *[Output()] * 5)

    assert len(message.attachments) == 4


async def test_a_picture_that_never_arrives_does_not_take_the_others_with_it(
    patient_stage: Stage,
) -> None:
    message = await shown(
        patient_stage, "One missing", Output(), Output(listed="file:///etc/passwd"), Output()
    )

    assert len(message.attachments) == 2
    assert "⚠️" not in message.text


async def test_a_picture_over_the_limit_becomes_a_webp_that_fits_and_says_so(
    patient_stage: Stage,
) -> None:
    patient_stage.discord.settings = limits(file_max_bytes=200 * KIB)

    message = await shown(patient_stage, "Too large", Output(picture=noise_png(600 * KIB)))

    (attachment,) = message.attachments
    assert attachment.content_type == "image/webp"
    assert attachment.size <= 200 * KIB
    assert ALTERED in message.text
    assert f"{attachment.width} × {attachment.height}" in message.text


async def test_a_picture_of_exactly_the_limit_is_left_alone(patient_stage: Stage) -> None:
    patient_stage.discord.settings = limits(file_max_bytes=100 * KIB)
    data = noise_png(100 * KIB)

    message = await shown(patient_stage, "Exactly the limit", Output(picture=data))

    assert [attachment.data for attachment in message.attachments] == [data]
    assert ALTERED not in message.text


async def test_a_picture_that_fits_in_no_way_ends_in_words(patient_stage: Stage) -> None:
    patient_stage.discord.settings = limits(file_max_bytes=100 * KIB)

    message = await shown(patient_stage, "Undecodable", Output(picture=damaged_png()))

    # The local image API isn't on https, so there is no address that may be linked to.
    assert message.attachments == ()
    assert "The picture is too large for Discord" in message.text


async def test_one_picture_that_fits_in_no_way_leaves_the_others(patient_stage: Stage) -> None:
    patient_stage.discord.settings = limits(file_max_bytes=100 * KIB)

    message = await shown(patient_stage, "One undecodable", Output(picture=damaged_png()), Output())

    assert len(message.attachments) == 1
    assert "The picture is too large for Discord" in message.text


async def test_a_damaged_picture_that_fits_arrives_as_it_is(patient_stage: Stage) -> None:
    data = damaged_png()

    message = await shown(patient_stage, "Damaged", Output(picture=data))

    assert [attachment.data for attachment in message.attachments] == [data]


async def test_a_413_for_a_picture_within_the_limit_makes_it_smaller(
    patient_stage: Stage,
) -> None:
    too_large = {"code": 40005, "message": "Request entity too large"}
    fault = Fault(status=413, body=too_large, matching=carries_picture, times=2)
    patient_stage.discord.faults.add(fault)

    message = await shown(patient_stage, "Refused as large", Output(picture=noise_png(400 * KIB)))

    (attachment,) = message.attachments
    assert fault.hits == 2
    assert attachment.size <= 400 * KIB * 0.6**2
    assert ALTERED in message.text


async def test_a_413_that_is_a_proxys_page_means_the_same(patient_stage: Stage) -> None:
    fault = Fault(status=413, body="<html>too large</html>", matching=carries_picture)
    patient_stage.discord.faults.add(fault)

    message = await shown(patient_stage, "Large page", Output(picture=noise_png(200 * KIB)))

    assert message.attachments
    assert ALTERED in message.text


async def test_a_413_for_ever_ends_in_words_after_a_few_attempts(patient_stage: Stage) -> None:
    fault = Fault(status=413, matching=carries_picture, times=None)
    patient_stage.discord.faults.add(fault)

    message = await shown(patient_stage, "Always large", Output(picture=noise_png(400 * KIB)))

    assert "The picture is too large for Discord" in message.text
    assert fault.hits <= 5


async def emptied(folder: Path) -> None:
    """Look until nothing is left; a picture is let go of after its message has ended."""
    async with asyncio.timeout(10):
        while await asyncio.to_thread(os.listdir, folder):
            pass


@pytest.mark.parametrize("kept", ["0", "1"])
async def test_pictures_on_disk_arrive_byte_for_byte_and_leave_nothing_behind(
    tmp_path_factory: pytest.TempPathFactory, kept: str
) -> None:
    folder = tmp_path_factory.mktemp("bot")
    pictures = [noise_png(size * KIB) for size in (400, 900, 1300)]
    async with whole_stage(folder, PICTURES_IN_MEMORY=kept, **PATIENT) as stage:
        message = await shown(stage, "Spooled", *(Output(picture=data) for data in pictures))
        (spool,) = (folder / "data").glob("spool-*")
        await shown(stage, "Something else")

        assert [attachment.data for attachment in message.attachments] == pictures
        await emptied(spool)

    assert list((folder / "data").glob("spool-*")) == []


async def test_a_picture_on_disk_is_made_to_fit_and_sent_again_after_an_error(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    settings = PATIENT | {"PICTURES_IN_MEMORY": "0"}
    async with whole_stage(
        tmp_path_factory.mktemp("bot"), limits=limits(file_max_bytes=300 * KIB), **settings
    ) as stage:
        stage.discord.faults.add(Fault(status=500, matching=carries_picture))

        small = await shown(stage, "Small", Output(picture=noise_png(250 * KIB)))
        large = await shown(stage, "Large", Output(picture=noise_png(500 * KIB)))

        assert [item.data for item in small.attachments] == [noise_png(250 * KIB)]
        assert large.attachments[0].content_type == "image/webp"
