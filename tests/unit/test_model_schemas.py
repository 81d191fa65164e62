"""What a request schema says that a model takes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.model_inputs import (
    UNKNOWN_INPUTS,
    CountInput,
    ImageInput,
    SeedInput,
    StrengthInput,
    TextInput,
)
from bot.domain.request_fitting import body_of
from bot.domain.requests import ImageRequest, Shape
from bot.domain.shape_mapping import RATIOS, named, sides_of
from bot.providers.json_values import JsonObject, JsonValue
from bot.providers.schemas import read_inputs
from tests.unit.schemas import (
    COUNT_4,
    EDITOR,
    FLUX_DEV,
    IMAGEN,
    SHAPES,
    UPSCALER,
    an_entry,
    choice,
    number,
    prompt,
    size,
)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)
NAMES = ("prompt", "size", "aspect_ratio", "width", "height", "seed", "num_images", "image")
ABOUT = st.dictionaries(
    st.sampled_from(("type", "default", "minimum", "maximum", "enum", "step", "maxLength")), JSON
)


@pytest.mark.parametrize("model", SHAPES)
def test_each_documented_model_is_told_a_shape_in_its_own_words(model: str) -> None:
    properties, key, told = SHAPES[model]
    takes = read_inputs(an_entry(model, {**prompt(), **properties}))

    bodies = [body_of(ImageRequest("A cat", model, shape), takes) for shape in Shape]

    assert [body[key] for body in bodies] == list(told)


def test_two_sides_are_named_where_a_model_takes_two() -> None:
    sides = {**number("width", 256, 1440, 1024), **number("height", 256, 1440, 1024)}
    takes = read_inputs(an_entry("pruna-ai/p-image", {**prompt(), **sides}))

    assert named(Shape.WIDE, takes.shape) == {"width": 1368, "height": 768}


def test_a_step_that_is_stated_is_kept() -> None:
    about: JsonObject = {"size": {"type": "string", "default": "1024*1024", "multipleOf": 64}}
    takes = read_inputs(an_entry("a/b", about))

    assert named(Shape.WIDE, takes.shape) == {"size": "1344*768"}


def test_a_shape_that_no_option_comes_near_is_not_named() -> None:
    takes = read_inputs(an_entry("a/b", choice("aspect_ratio", ("1:1", "16:9"))))

    assert named(Shape.TALL, takes.shape) == {}
    assert named(Shape.LANDSCAPE, takes.shape) == {"aspect_ratio": "16:9"}


def test_a_ratio_comes_before_a_size() -> None:
    properties = {**size(), **choice("aspect_ratio", ("1:1", "3:4"))}
    takes = read_inputs(an_entry("openai/gpt-image-2", properties))

    assert named(Shape.PORTRAIT, takes.shape) == {"aspect_ratio": "3:4"}


def test_flux_dev_takes_what_its_schema_names() -> None:
    takes = read_inputs(FLUX_DEV)

    assert takes.known
    assert takes.count == CountInput("num_images", 4)
    assert takes.seed == SeedInput(any_seed=True)
    assert takes.strength == StrengthInput()
    assert takes.image == ImageInput("image")
    assert takes.negative is None
    assert not takes.needs_image


def test_a_seed_without_a_default_may_not_be_minus_one() -> None:
    assert read_inputs(IMAGEN).seed == SeedInput(any_seed=False)


def test_a_list_of_images_that_is_required_is_known_as_one() -> None:
    assert read_inputs(EDITOR).image == ImageInput("images", listed=True, required=True)


def test_an_upscaler_takes_no_prompt() -> None:
    takes = read_inputs(UPSCALER)

    assert takes.prompt is None
    assert takes.needs_image


def test_the_longest_prompt_is_known_where_it_is_stated() -> None:
    assert read_inputs(an_entry("midjourney/v7", prompt(1024))).prompt == TextInput(1024)


def test_a_number_of_pictures_goes_by_its_bounds() -> None:
    takes = read_inputs(an_entry("a/b", number("max_images", 1, 15, 1)))

    assert takes.count == CountInput("max_images", 15)


def test_the_older_shape_of_an_entry_is_read_too() -> None:
    schema: JsonObject = {"properties": {**prompt(), **COUNT_4}}
    entry: JsonObject = {"api_schema": {"components": {"schemas": {"Request": schema}}}}

    assert read_inputs(entry).count == CountInput("num_images", 4)


def test_the_first_of_several_schemas_that_is_one_counts() -> None:
    schema: JsonObject = {"properties": {**prompt(), **COUNT_4}}
    runs: JsonValue = [{"type": "docs"}, "junk", {"request_schema": schema}]

    assert read_inputs({"api_schema": {"api_schemas": runs}}).count == CountInput("num_images", 4)


@pytest.mark.parametrize(
    "entry",
    [
        {},
        {"api_schema": None},
        {"api_schema": {"api_schemas": []}},
        {"api_schema": {"api_schemas": [{"request_schema": {"properties": {}}}]}},
        {"api_schema": {"api_schemas": [{"request_schema": {"properties": [1]}}]}},
    ],
)
def test_without_a_schema_it_is_not_known_what_a_model_takes(entry: JsonObject) -> None:
    assert read_inputs(entry) == UNKNOWN_INPUTS


def test_a_model_nobody_knows_is_told_its_shape_in_both_documented_ways() -> None:
    body = body_of(ImageRequest("A cat", "a/b", Shape.WIDE, seed=7), UNKNOWN_INPUTS)

    assert body == {"prompt": "A cat", "size": "1368*768", "width": 1368, "height": 768, "seed": 7}


@given(st.dictionaries(st.sampled_from(NAMES), ABOUT | JSON))
def test_no_schema_breaks_its_reader_or_makes_a_shape_that_is_none(properties: JsonObject) -> None:
    takes = read_inputs(an_entry("a/b", properties))

    for shape in Shape:
        for told in named(shape, takes.shape).values():
            assert isinstance(told, int) or sides_of(told)


@given(
    st.sampled_from(Shape),
    st.integers(64, 2048),
    st.integers(0, 6144),
    st.sampled_from((1, 8, 16, 32, 64)),
)
def test_a_size_lies_within_its_bounds_and_is_a_multiple_of_its_step(
    shape: Shape, least: int, room: int, step: int
) -> None:
    about: JsonObject = {
        "size": {"type": "string", "minimum": least, "maximum": least + room, "step": step}
    }
    told = named(shape, read_inputs(an_entry("a/b", about)).shape)["size"]
    width, height = sides_of(str(told)) or (0, 0)
    step = max(step, 8) if step == 1 else step

    assert least <= width <= least + room
    assert least <= height <= least + room
    if room >= step:
        assert width % step == height % step == 0
    if room >= 4 * least:
        assert width / height == pytest.approx(RATIOS[shape], rel=0.3)
