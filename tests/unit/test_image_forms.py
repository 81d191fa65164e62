"""What the form of *Use as image* asks, and that its ids alone tell what it is about."""

from typing import Any, cast

import discord
import pytest
from discord import ui

from bot.domain.models import Model
from bot.domain.refusals import AddressTooLongError, BadInputError
from bot.domain.requests import ImageRequest, OwnPicture, Upload
from bot.presentation.image_forms import ImageWish, image_form, image_wish
from bot.presentation.image_menu import job_below
from bot.presentation.inputs import Entered

MODELS = [Model("a/editor"), Model("a/other")]
SIGNED = (
    "https://cdn.discordapp.com/attachments/1300000000000000058/1575777623156457472/"
    "holiday_in_the_snow_with_a_dog.png?ex=69284a11&is=6926f891&hm=" + "0123456789abcdef" * 4 + "&"
)


def fields(form: ui.Modal) -> list[str]:
    labels = [item for item in form.children if isinstance(item, ui.Label)]
    return [str(getattr(label.component, "custom_id", "")) for label in labels]


def filled(form: ui.Modal, **values: str) -> Entered:
    names = {name.partition(":")[0]: name for name in fields(form)}
    return {names[name]: (value,) for name, value in values.items()}


@pytest.mark.parametrize("url", [SIGNED, "https://cdn.example/1.png", SIGNED.replace("_", "")])
def test_an_address_comes_back_as_it_went(url: str) -> None:
    form = image_form(Upload(url), MODELS)

    wish = image_wish(form.custom_id, filled(form, prompt="A queen", model="a/other"))

    assert wish == ImageWish(ImageRequest("A queen", "a/other", source=Upload(url)), None)
    assert all(len(one) <= 100 for one in [form.custom_id, *fields(form)])


def test_a_job_comes_back_with_which_of_its_pictures() -> None:
    form = image_form(2**62, MODELS, 4)

    entered = filled(form, prompt=" A queen ", model="a/editor", strength="0.25", picture="2")
    wish = image_wish(form.custom_id, entered)

    source = OwnPicture(2**62, 2)
    request = ImageRequest("A queen", "a/editor", strength=0.25, source=source)
    assert wish == ImageWish(request, 2**62)


def test_one_picture_isn_t_asked_for() -> None:
    assert fields(image_form(9001, MODELS)) == ["prompt:", "model:", "strength"]


def test_a_number_is_asked_for_in_one_line_and_words_in_several() -> None:
    form = image_form(9001, MODELS)
    labels = [item for item in form.children if isinstance(item, ui.Label)]
    styles = [
        label.component.style for label in labels if isinstance(label.component, ui.TextInput)
    ]

    assert styles == [discord.TextStyle.paragraph, discord.TextStyle.short]


def test_an_address_that_fits_into_no_form_is_refused() -> None:
    with pytest.raises(AddressTooLongError):
        image_form(Upload("https://cdn.example/" + "a" * 300), MODELS)


@pytest.mark.parametrize("custom_id", ["", "next:edit:9001", "report:1:2:3:x", "images"])
def test_other_forms_are_none_of_these(custom_id: str) -> None:
    assert image_wish(custom_id, {}) is None


@pytest.mark.parametrize(
    "entered",
    [
        {"prompt:": (" ",)},
        {},
        {"prompt:": ("x" * 1501,)},
        {"prompt:": ("A cat",), "strength": ("2",)},
    ],
)
def test_what_can_t_be_taken_is_said(entered: Entered) -> None:
    with pytest.raises(BadInputError):
        image_wish("image:job:9001", entered)


def test_a_form_without_a_job_is_refused() -> None:
    with pytest.raises(BadInputError):
        image_wish("image:job:x", {"prompt:": ("A cat",)})


@pytest.mark.parametrize(
    ("custom_ids", "job_id"),
    [
        (["more:9001:4001:get3w/flux-dev"], 9001),
        (["next:reroll:9001", "more:9001:4001:x"], 9001),
        (["info:9001"], 9001),
        (["cancel:9001"], None),
        (["delete:1:2:3:more:9001"], None),
        ([], None),
    ],
)
def test_the_buttons_below_a_result_tell_its_job(custom_ids: list[str], job_id: int | None) -> None:
    buttons = [{"type": 2, "style": 2, "label": "x", "custom_id": one} for one in custom_ids]
    row = discord.ActionRow(cast("Any", {"type": 1, "components": buttons}))

    assert job_below([row]) == job_id
