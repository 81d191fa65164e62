"""The forms of an edit and a change: what they hold, and what is read out of them."""

from collections.abc import Mapping
from dataclasses import replace

import discord
import pytest
from discord import ui

from bot.domain.deeds import Deed
from bot.domain.journal import JournalEntry
from bot.domain.models import Model
from bot.domain.refusals import BadInputError, Flaw
from bot.domain.requests import ImageRequest, OwnPicture, Shape
from bot.presentation.next_forms import change_form, change_in, edit_form, edited
from tests.unit.jobs import a_job
from tests.unit.journals import an_entry

PAST = ImageRequest("A cat", "a/two", Shape.WIDE, 2, 42, "dogs", 0.25, OwnPicture(1))
MODELS = [Model("a/one"), Model("a/two"), Model("a/three")]
UNCHANGED = {
    "prompt": ("A cat",),
    "negative": ("dogs",),
    "model": ("a/two",),
    "shape": ("wide",),
    "more": ("count: 2\nseed: 42\nstrength: 0.25",),
}


def entry_of(request: ImageRequest = PAST) -> JournalEntry:
    return an_entry(replace(a_job(), request=request))


def held(form: ui.Modal) -> Mapping[str, str]:
    """Give what each field holds before anybody touches it."""
    labels = [child for child in form.children if isinstance(child, ui.Label)]
    return dict(_held(label.component) for label in labels)


def _held(field: ui.Item[ui.Modal]) -> tuple[str, str]:
    if isinstance(field, ui.TextInput):
        return field.custom_id, field.default or ""
    assert isinstance(field, ui.Select)
    return field.custom_id, next(one.value for one in field.options if one.default)


async def test_a_form_holds_every_option_as_it_was() -> None:
    assert held(edit_form(entry_of(), MODELS, with_prompt=True)) == {
        name: values[0] for name, values in UNCHANGED.items()
    }


def test_what_nobody_touched_is_asked_for_as_it_was() -> None:
    assert edited(PAST, UNCHANGED) == PAST


async def test_a_strength_is_there_only_with_a_picture_to_begin_with() -> None:
    form = edit_form(entry_of(ImageRequest("A cat", "a/two")), MODELS, with_prompt=True)

    assert held(form)["more"] == "count: 1\nseed: "


async def test_words_that_are_not_for_these_eyes_are_not_in_it() -> None:
    form = held(edit_form(entry_of(), MODELS, with_prompt=False))

    assert (form["prompt"], form["negative"]) == ("", "")


async def test_a_model_that_may_not_be_used_any_more_makes_room_for_the_usual_one() -> None:
    form = edit_form(entry_of(replace(PAST, model="a/gone")), MODELS, with_prompt=True)

    assert held(form)["model"] == "a/one"


async def test_of_many_models_the_one_that_was_used_is_there() -> None:
    many = [Model(f"a/{number}") for number in range(60)]
    form = edit_form(entry_of(replace(PAST, model="a/59")), many, with_prompt=True)

    assert held(form)["model"] == "a/59"
    (select,) = [
        child.component
        for child in form.children
        if isinstance(child, ui.Label) and getattr(child.component, "custom_id", "") == "model"
    ]
    assert isinstance(select, ui.Select)
    assert len(select.options) == 25


async def test_a_form_says_by_its_id_alone_what_it_is() -> None:
    assert edit_form(entry_of(), MODELS, with_prompt=True).custom_id == "next:edit:9001"
    assert change_form(entry_of(), MODELS, 1).custom_id == "next:change:9001"


@pytest.mark.parametrize(
    ("pictures", "editors", "fields"),
    [
        (1, MODELS[:1], ["text"]),
        (4, MODELS[:1], ["text", "picture"]),
        (1, MODELS, ["text", "model"]),
        (2, MODELS, ["text", "picture", "model"]),
    ],
)
async def test_a_change_asks_for_no_more_than_is_open(
    pictures: int, editors: list[Model], fields: list[str]
) -> None:
    assert list(held(change_form(entry_of(), editors, pictures))) == fields


async def test_forms_are_what_discord_takes() -> None:
    for form in (
        edit_form(entry_of(), MODELS, with_prompt=True),
        change_form(entry_of(), MODELS, 4),
    ):
        assert isinstance(form, discord.ui.Modal)
        assert len(form.title) <= 45
        assert len(form.children) <= 5
        assert all(len(c.text) <= 45 for c in form.children if isinstance(c, ui.Label))


@pytest.mark.parametrize(
    ("more", "asked"),
    [
        ("", {"count": 1, "seed": None, "strength": None}),
        ("seed: 0", {"count": 1, "seed": 0, "strength": None}),
        ("  COUNT :  3 \n\nstrength: 1", {"count": 3, "seed": None, "strength": 1.0}),
        ("seed: 2147483647", {"count": 1, "seed": 2147483647, "strength": None}),
    ],
)
def test_what_shares_a_field_is_read_line_by_line(more: str, asked: dict[str, object]) -> None:
    assert edited(PAST, {**UNCHANGED, "more": (more,)}) == replace(PAST, **asked)


@pytest.mark.parametrize(
    ("more", "flaw"),
    [
        ("wings: 2", Flaw.UNKNOWN),
        ("seed", None),
        ("seed: x", Flaw.NOT_A_NUMBER),
        ("seed: -1", Flaw.NOT_A_NUMBER),
        ("seed: ²", Flaw.NOT_A_NUMBER),
        ("seed: 9999999999", Flaw.TOO_LARGE),
        ("seed: " + "9" * 150, Flaw.NOT_A_NUMBER),
        ("count: 0", Flaw.TOO_SMALL),
        ("count: 5", Flaw.TOO_LARGE),
        ("strength: much", Flaw.WRONG_TYPE),
        ("strength: nan", Flaw.WRONG_TYPE),
        ("strength: 1.1", Flaw.WRONG_TYPE),
    ],
)
def test_what_cannot_be_meant_is_refused(more: str, flaw: Flaw | None) -> None:
    entered = {**UNCHANGED, "more": (more,)}
    if flaw is None:
        assert edited(PAST, entered).seed is None
        return
    with pytest.raises(BadInputError) as refusal:
        edited(PAST, entered)
    assert refusal.value.flaw is flaw


@pytest.mark.parametrize(
    ("field", "text", "flaw"),
    [
        ("prompt", " ", Flaw.EMPTY),
        ("prompt", "x" * 1501, Flaw.TOO_LONG),
        ("negative", "x" * 1001, Flaw.TOO_LONG),
    ],
)
def test_words_are_as_long_as_with_the_command(field: str, text: str, flaw: Flaw) -> None:
    with pytest.raises(BadInputError) as refusal:
        edited(PAST, {**UNCHANGED, field: (text,)})

    assert refusal.value.flaw is flaw


def test_a_negative_prompt_can_be_taken_out() -> None:
    entered = {name: value for name, value in UNCHANGED.items() if name != "negative"}

    assert edited(PAST, entered).negative == ""


@pytest.mark.parametrize(
    ("entered", "index", "model"),
    [
        ({"text": ("red",)}, None, ""),
        ({"text": ("red",), "picture": ("2",), "model": ("a/one",)}, 2, "a/one"),
        ({"text": ("red",), "picture": ("77",)}, None, ""),
    ],
)
def test_a_change_is_read(entered: dict[str, tuple[str]], index: int | None, model: str) -> None:
    choice = change_in(entered)

    assert (choice.deed, choice.text) == (Deed.CHANGE, "red")
    assert (choice.index, choice.model) == (index, model)


def test_a_change_without_words_is_none() -> None:
    with pytest.raises(BadInputError):
        change_in({"text": ("  ",)})
