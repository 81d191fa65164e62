"""Whatever the image API makes ends as the best that Discord shows, and says what was done."""

import io
from functools import partial

import pytest
from PIL import Image

from sandbox.discord.attachments import Attachment
from sandbox.discord.messages import SandboxMessage
from sandbox.discord.settings import SandboxSettings
from sandbox.get3w import Output, Scenario, noise_png
from tests.stage import Stage, has_ended

pytestmark = pytest.mark.asyncio(loop_scope="session")

MB = 1_000_000
MIB = 1 << 20
SMALLER = "-# The picture was made smaller to fit Discord's limit."
SVG = (
    b'<?xml version="1.0"?><!-- drawn by a test -->'
    b'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30">'
    b'<rect width="40" height="30" fill="red"/></svg>'
)


async def shown(stage: Stage, prompt: str, data: bytes) -> SandboxMessage:
    output = Output(picture=data, content_type="application/octet-stream")
    stage.api.script(prompt, Scenario.stream([0.5]).with_outputs(output))
    use = await stage.imagine(prompt, channel=stage.new_channel())
    await use.message.until(has_ended, timeout_s=90)
    return use.message


def only_attachment(message: SandboxMessage) -> Attachment:
    (attachment,) = message.attachments
    return attachment


def opened(attachment: Attachment) -> Image.Image:
    assert attachment.data is not None
    return Image.open(io.BytesIO(attachment.data))


def frames(kind: str, side: int = 128, count: int = 8) -> bytes:
    images = [Image.effect_noise((side, side), 90).convert("RGB") for _ in range(count)]
    buffer = io.BytesIO()
    save = partial(images[0].save, buffer, kind, save_all=True, append_images=images[1:])
    save(duration=120)
    return buffer.getvalue()


async def test_a_png_of_9_mb_is_within_the_limit_and_stays_as_it_is(patient_stage: Stage) -> None:
    data = noise_png(9 * MB)

    message = await shown(patient_stage, "A PNG of 9 MB", data)

    assert only_attachment(message).data == data
    assert SMALLER not in message.text


@pytest.mark.parametrize("megabytes", [11, 25])
async def test_a_png_over_the_limit_keeps_its_size_in_pixels_as_a_webp(
    patient_stage: Stage, megabytes: int
) -> None:
    data = noise_png(megabytes * MB)

    message = await shown(patient_stage, f"A PNG of {megabytes} MB", data)

    attachment = only_attachment(message)
    assert attachment.content_type == "image/webp"
    assert attachment.size <= 10 * MIB
    assert opened(attachment).size == Image.open(io.BytesIO(data)).size
    assert SMALLER in message.text


async def test_an_animated_webp_that_fits_stays_as_it_is(patient_stage: Stage) -> None:
    data = frames("WEBP")

    message = await shown(patient_stage, "A small animation", data)

    assert only_attachment(message).data == data
    assert only_attachment(message).content_type == "image/webp"


async def test_an_animated_webp_over_the_limit_goes_on_moving(patient_stage: Stage) -> None:
    patient_stage.discord.settings = SandboxSettings(hidden_rate=None, file_max_bytes=64 * 1024)
    data = frames("WEBP", side=256)
    assert len(data) > 64 * 1024

    message = await shown(patient_stage, "A large animation", data)

    attachment = only_attachment(message)
    assert attachment.size <= 64 * 1024
    assert opened(attachment).n_frames == 8
    assert SMALLER in message.text


async def test_an_animation_that_fits_in_no_way_is_a_still_that_says_so(
    patient_stage: Stage,
) -> None:
    patient_stage.discord.settings = SandboxSettings(hidden_rate=None, file_max_bytes=64 * 1024)

    message = await shown(patient_stage, "An endless animation", frames("WEBP", 72, 120))

    assert opened(only_attachment(message)).n_frames == 1
    assert (
        "-# The animation is too large for Discord, so this is its first picture." in message.text
    )


async def test_an_avif_is_a_webp_that_says_so(patient_stage: Stage) -> None:
    buffer = io.BytesIO()
    Image.effect_noise((300, 200), 60).convert("RGB").save(buffer, "AVIF")

    message = await shown(patient_stage, "An AVIF", buffer.getvalue())

    attachment = only_attachment(message)
    assert attachment.content_type == "image/webp"
    assert opened(attachment).size == (300, 200)
    assert "-# The picture was an AVIF" in message.text
    assert "300 × 200" in message.text


async def test_an_svg_is_drawn_and_handed_over(patient_stage: Stage) -> None:
    message = await shown(patient_stage, "An SVG", SVG)

    drawing, file = message.attachments
    assert drawing.content_type == "image/png"
    assert opened(drawing).size == (2048, 1536)
    assert opened(drawing).convert("RGB").getpixel((1000, 700)) == (255, 0, 0)
    assert (file.content_type, file.data) == ("image/svg+xml", SVG)
    assert "-# Discord doesn't show an SVG, so this is a drawing of it." in message.text
    assert "2048 × 1536" in message.text


async def test_an_svg_that_could_act_is_only_drawn(patient_stage: Stage) -> None:
    data = SVG.replace(b"</svg>", b"<script>alert(1)</script></svg>")

    message = await shown(patient_stage, "An active SVG", data)

    assert only_attachment(message).content_type == "image/png"


async def test_an_svg_that_cannot_be_drawn_is_a_file_that_says_so(patient_stage: Stage) -> None:
    data = SVG.removesuffix(b"</svg>")

    message = await shown(patient_stage, "A broken SVG", data)

    assert only_attachment(message).data == data
    assert "-# Discord doesn't show an SVG. Open the file to see the picture." in message.text
