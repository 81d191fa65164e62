"""What is left of a request with a model, and what is sent to it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.model_inputs import UNKNOWN_INPUTS, CountInput, ModelInputs, SeedInput, TextInput
from bot.domain.request_fitting import LeftOut, Option, body_of, fitted
from bot.domain.requests import ImageRequest, Shape, Upload
from bot.providers.schemas import read_inputs
from tests.unit.schemas import EDITOR, FLUX_DEV, IMAGEN, UPSCALER, an_entry, choice, prompt

URL = "https://cdn.get3w.com/uploads/abc.png"
PLAIN = ImageRequest("A cat", "get3w/flux-dev")
EVERYTHING = ImageRequest(
    "A cat",
    "get3w/flux-dev",
    Shape.TALL,
    count=4,
    seed=42,
    negative="dogs",
    strength=0.5,
    source=Upload("https://cdn.discordapp.com/a.png"),
)
FLUX, IMAGEN_4 = read_inputs(FLUX_DEV), read_inputs(IMAGEN)
BARE = read_inputs(an_entry("a/bare", prompt()))
MODELS = (FLUX, IMAGEN_4, read_inputs(EDITOR), read_inputs(UPSCALER), BARE, UNKNOWN_INPUTS)


def left_out(request: ImageRequest, takes: ModelInputs) -> list[Option]:
    return [each.option for each in fitted(request, takes).left_out]


def test_a_prompt_alone_is_sent_alone() -> None:
    assert body_of(PLAIN, FLUX) == {"prompt": "A cat"}


def test_everything_that_a_model_takes_is_sent() -> None:
    assert body_of(EVERYTHING, FLUX, URL) == {
        "prompt": "A cat",
        "size": "768*1368",
        "num_images": 4,
        "seed": 42,
        "image": URL,
        "strength": 0.5,
    }


def test_what_a_model_does_not_take_is_left_out_and_told() -> None:
    assert left_out(EVERYTHING, FLUX) == [Option.NEGATIVE]
    assert left_out(EVERYTHING, IMAGEN_4) == [Option.STRENGTH, Option.IMAGE]
    assert left_out(EVERYTHING, BARE) == list(Option)


def test_what_nobody_knows_is_told_as_such() -> None:
    (told,) = fitted(replace(PLAIN, negative="dogs"), UNKNOWN_INPUTS).left_out

    assert told == LeftOut(Option.NEGATIVE, sure=False)


def test_a_list_of_images_is_sent_as_one() -> None:
    assert body_of(EVERYTHING, read_inputs(EDITOR), URL)["images"] == [URL]


def test_an_upscaler_is_sent_no_prompt() -> None:
    assert body_of(EVERYTHING, read_inputs(UPSCALER), URL) == {"image": URL}


def test_a_strength_without_an_image_is_left_out() -> None:
    request = replace(PLAIN, strength=0.5)

    assert left_out(request, FLUX) == [Option.STRENGTH]
    assert body_of(request, FLUX) == {"prompt": "A cat"}


@pytest.mark.parametrize(("most", "made"), [(1, 1), (2, 2), (9, 4)])
def test_as_many_pictures_are_made_as_the_model_can(most: int, made: int) -> None:
    takes = ModelInputs(count=CountInput("num_images", most))
    fit = fitted(replace(PLAIN, count=4), takes)

    assert fit.request.count == made
    assert bool(fit.left_out) is (made < 4)


def test_a_model_that_makes_two_at_a_time_makes_two_and_says_so() -> None:
    takes = ModelInputs(count=CountInput("num_images", 4, least=2, usual=2))
    fit = fitted(PLAIN, takes)

    assert (fit.request.count, left_out(PLAIN, takes)) == (2, [Option.COUNT])
    assert "num_images" not in body_of(PLAIN, takes)


def test_one_picture_is_asked_for_where_a_model_makes_more_unasked() -> None:
    takes = ModelInputs(count=CountInput("num_images", 4, usual=4))

    assert body_of(PLAIN, takes)["num_images"] == 1


def test_a_seed_that_a_model_does_not_know_is_left_out() -> None:
    takes = ModelInputs(seed=SeedInput(most=65_535))

    assert left_out(replace(PLAIN, seed=65_536), takes) == [Option.SEED]
    assert left_out(replace(PLAIN, seed=65_535), takes) == []


def test_any_seed_is_asked_for_only_where_a_model_would_always_begin_alike() -> None:
    alike = SeedInput(any_seed=True, always_same=True)

    assert body_of(PLAIN, ModelInputs(seed=alike))["seed"] == -1
    assert "seed" not in body_of(PLAIN, ModelInputs(seed=SeedInput(any_seed=True)))
    assert "seed" not in body_of(PLAIN, ModelInputs(seed=SeedInput(always_same=True)))


def test_a_negative_prompt_that_is_too_long_is_left_out() -> None:
    takes = ModelInputs(negative=TextInput(4))

    assert left_out(replace(PLAIN, negative="dogs"), takes) == []
    assert left_out(replace(PLAIN, negative="a dog"), takes) == [Option.NEGATIVE]


def test_a_shape_that_a_model_does_not_have_is_left_out() -> None:
    takes = read_inputs(an_entry("a/b", choice("aspect_ratio", ("1:1", "16:9"))))

    assert left_out(replace(PLAIN, shape=Shape.TALL), takes) == [Option.SHAPE]


REQUESTS = st.builds(
    ImageRequest,
    prompt=st.text(max_size=5),
    model=st.just("a/b"),
    shape=st.none() | st.sampled_from(Shape),
    count=st.integers(1, 4),
    seed=st.none() | st.integers(0, 2**31 - 1),
    negative=st.text(max_size=5),
    strength=st.none() | st.floats(0, 1),
    source=st.none() | st.just(EVERYTHING.source),
)


@given(REQUESTS, st.sampled_from(MODELS))
def test_what_was_fitted_fits_and_is_sent_the_same(
    request: ImageRequest, takes: ModelInputs
) -> None:
    fit = fitted(request, takes)

    assert fitted(fit.request, takes).request == fit.request
    assert body_of(fit.request, takes, URL) == body_of(request, takes, URL)
