"""The pictures that the sandbox draws."""

from collections.abc import AsyncIterator
from io import BytesIO

import pytest
from PIL import Image, ImageChops, ImageStat

from sandbox.get3w import JsonObject, Output, PictureSize, Scenario, draw, noise_png
from sandbox.get3w.orders import Order
from tests.contract.get3w_caller import CAT, Caller, calling

SMALL = PictureSize(width_px=128, height_px=128)


@pytest.fixture
async def call() -> AsyncIterator[Caller]:
    async with calling() as caller:
        yield caller


def _image(data: bytes) -> Image.Image:
    with Image.open(BytesIO(data)) as image:
        image.load()
        return image


def _difference(one: bytes, other: bytes) -> float:
    """Return how far apart two pictures are on average, 0 to 255."""
    apart = ImageChops.difference(_image(one).convert("L"), _image(other).convert("L"))
    return ImageStat.Stat(apart).mean[0]


def test_the_default_picture_is_a_png_of_a_megapixel_below_900_kb() -> None:
    picture = draw(CAT, PictureSize(width_px=1024, height_px=1024))

    assert _image(picture).format == "PNG"
    assert _image(picture).size == (1024, 1024)
    assert len(picture) <= 900_000


def test_the_same_prompt_draws_the_same_bytes() -> None:
    first = draw(CAT, SMALL)
    draw.cache_clear()

    assert draw(CAT, SMALL) == first


@pytest.mark.parametrize("other", ["A cat in spice", "Tokyo at night", "a boat on a lake", "é🐈"])
def test_another_prompt_draws_a_picture_that_looks_different(other: str) -> None:
    assert _difference(draw(CAT, SMALL), draw(other, SMALL)) > 5


def test_the_pictures_of_one_request_look_different() -> None:
    assert _difference(draw(CAT, SMALL, 0), draw(CAT, SMALL, 1)) > 5


@pytest.mark.parametrize("prompt", ["", "x" * 1_500, "two\nlines"])
def test_any_prompt_can_be_drawn(prompt: str) -> None:
    assert _image(draw(prompt, SMALL)).size == (128, 128)


@pytest.mark.parametrize("size", [(64, 64), (192, 108), (90, 160)])
def test_any_shape_can_be_drawn(size: tuple[int, int]) -> None:
    picture = draw("a city by the sea", PictureSize(width_px=size[0], height_px=size[1]))

    assert _image(picture).size == size


@pytest.mark.parametrize(
    ("asked", "size"),
    [
        ({"size": "512*768"}, (512, 768)),
        ({"size": "512x768"}, (512, 768)),
        ({"width": 512, "height": 768}, (512, 768)),
        ({"aspect_ratio": "16:9"}, (132, 74)),
        ({"image_size": "3:4"}, (86, 114)),
        ({"size": "1:1"}, (99, 99)),
        ({"size": "9999*64"}, (99, 99)),
        ({"size": 7}, (99, 99)),
        ({}, (99, 99)),
    ],
)
def test_a_size_is_read_in_each_way_in_which_models_take_it(
    asked: JsonObject, size: tuple[int, int]
) -> None:
    read = Order.of(asked, [], side_px=99).size

    assert read is not None
    assert (read.width_px, read.height_px) == size


def test_a_seed_draws_another_picture_and_always_the_same() -> None:
    one, other = (Order.of({"seed": seed}, [], 128).drawn(CAT, 0) for seed in (1, 2))

    assert _difference(one, other) > 5
    assert Order.of({"seed": 1}, [], 128).drawn(CAT, 0) == one
    assert Order.of({"seed": -1}, [], 128).drawn(CAT, 0) == draw(CAT, SMALL)


def test_a_picture_that_is_enlarged_stays_the_picture() -> None:
    order = Order.of({}, [draw(CAT, SMALL)], 64).enlarged()
    large = order.drawn("", 0)

    assert _image(large).size == (256, 256)
    assert _difference(_small(large), draw(CAT, SMALL)) < 5


def test_a_picture_that_is_changed_is_another_of_the_same_size() -> None:
    changed = Order.of({}, [draw(CAT, SMALL)], 64).drawn("make it red", 0)

    assert _image(changed).size == (128, 128)
    assert _difference(changed, draw(CAT, SMALL)) > 5


def _small(data: bytes) -> bytes:
    out = BytesIO()
    _image(data).resize((128, 128)).save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize("n_bytes", [400, 20_000, 1_500_000])
def test_noise_is_a_valid_png_of_exactly_its_size(n_bytes: int) -> None:
    noise = noise_png(n_bytes)

    assert len(noise) == n_bytes
    assert _image(noise).format == "PNG"


def test_noise_does_not_shrink_when_it_is_written_again() -> None:
    again = BytesIO()
    _image(noise_png(100_000)).save(again, "PNG", optimize=True)

    assert len(again.getvalue()) > 95_000


def test_noise_that_no_picture_could_be_is_refused() -> None:
    with pytest.raises(ValueError, match="too small"):
        noise_png(10)


async def test_a_request_gets_as_many_pictures_as_it_asks_for(call: Caller) -> None:
    told = await call.submit(num_images=3)

    urls = told.events[-1]["outputs"]
    pictures = [(await call.get(url)).body for url in urls]
    assert len(set(pictures)) == 3


async def test_a_request_gets_the_size_and_the_format_that_it_asks_for(call: Caller) -> None:
    told = await call.submit(size="96*64", output_format="webp")

    picture = await call.get(told.events[-1]["outputs"][0])
    assert picture.headers["Content-Type"] == "image/webp"
    assert (_image(picture.body).format, _image(picture.body).size) == ("WEBP", (96, 64))


async def test_a_picture_can_be_listed_inside_an_object(call: Caller) -> None:
    call.api.default = Scenario.stream([]).with_outputs(Output.in_object())

    (listed,) = (await call.submit()).events[0]["outputs"]

    assert (await call.get(listed["url"])).body.startswith(b"\x89PNG")


async def test_a_picture_can_be_listed_as_a_data_address(call: Caller) -> None:
    call.api.default = Scenario.stream([]).with_outputs(Output.data_uri(b"\x89PNG"))

    assert (await call.submit()).events[0]["outputs"] == ["data:image/png;base64,iVBORw=="]
