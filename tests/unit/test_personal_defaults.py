"""What a member decided once, and what comes of it where they name nothing."""

import pytest

from bot.domain.errors import ModelNotAllowedError, StoreUnavailableError
from bot.domain.model_inputs import ImageInput, ModelInputs, ModelKind, ShapeChoice
from bot.domain.models import Model
from bot.domain.preferences import Preferences
from bot.domain.requests import ImageRequest, Shape, Upload
from bot.presentation.choices import usual_choice
from bot.presentation.preference_words import defaults_text
from bot.presentation.preferences import Wanted, defaults_view
from bot.services.personal_defaults import Decided, PersonalDefaults
from tests.unit.books import DEFAULT, MEMBER_ID, SERVER_ID, Counter, Policies, Shelf, a_policy
from tests.unit.books import a_visit as visit
from tests.unit.records_side import KeptPreferences

SHAPED = ModelInputs(shape=(ShapeChoice("ratio", ("1:1", "9:16")),))
SHELF = Shelf(
    (
        Model(DEFAULT, takes=SHAPED),
        Model("a/own", takes=SHAPED),
        Model("a/square", takes=ModelInputs()),
        Model("a/editor", kind=ModelKind.EDITOR, takes=ModelInputs(image=ImageInput())),
    )
)
PLAIN = ImageRequest("A cat", "")
ON_PICTURE = ImageRequest("A cat", "", source=Upload("https://cdn.example/1.png"))


def defaults(
    *, model: str = "", shape: Shape | None = None, allowed: str = "*"
) -> PersonalDefaults:
    counter = Counter(Policies(a_policy(allowed)), catalogue=SHELF)
    kept = KeptPreferences({(SERVER_ID, MEMBER_ID): Preferences(model, shape)})
    return PersonalDefaults(kept, counter.models, SHELF)


async def test_an_own_model_paints_where_none_is_named() -> None:
    own = defaults(model="a/own")

    assert (await own.filled_in(visit(), PLAIN)).model == "a/own"
    assert (await own.usual(visit())) == "a/own"


async def test_a_model_that_is_named_is_used_as_it_is() -> None:
    asked = ImageRequest("A cat", "a/square", Shape.WIDE)

    assert await defaults(model="a/own", shape=Shape.TALL).filled_in(visit(), asked) == asked


async def test_where_the_own_model_isn_t_allowed_the_usual_one_paints() -> None:
    own = defaults(model="a/own", allowed="a/square")

    assert (await own.filled_in(visit(), PLAIN)).model == ""
    assert await own.usual(visit()) == DEFAULT


async def test_a_default_is_the_member_s_and_the_server_s_alone() -> None:
    own = defaults(model="a/own")

    assert (await own.filled_in(visit(4002), PLAIN)).model == ""
    assert (await own.filled_in(visit(server_id=1002), PLAIN)).model == ""


async def test_an_own_model_that_takes_no_picture_isn_t_given_one() -> None:
    assert (await defaults(model="a/own").filled_in(visit(), ON_PICTURE)).model == ""
    assert (await defaults(model="a/editor").filled_in(visit(), ON_PICTURE)).model == "a/editor"
    assert (await defaults(model="a/editor").filled_in(visit(), PLAIN)).model == ""


@pytest.mark.parametrize("model", ["", "a/own"])
async def test_an_own_shape_is_used_with_models_that_can(model: str) -> None:
    filled = await defaults(shape=Shape.TALL).filled_in(visit(), ImageRequest("A cat", model))

    assert filled.shape is Shape.TALL


async def test_a_model_without_that_shape_isn_t_asked_for_it() -> None:
    asked = ImageRequest("A cat", "a/square")

    assert (await defaults(shape=Shape.TALL).filled_in(visit(), asked)).shape is None


async def test_a_picture_to_begin_with_keeps_its_own_shape() -> None:
    own = defaults(model="a/editor", shape=Shape.TALL)

    assert (await own.filled_in(visit(), ON_PICTURE)).shape is None


async def test_a_model_is_kept_by_its_id_however_it_is_typed() -> None:
    own = defaults()

    decided = await own.decide(visit(), Preferences(" OWN ", Shape.WIDE, pinged=False))

    assert decided == Decided(Preferences("a/own", Shape.WIDE, pinged=False), "a/own")
    assert await own.decided(visit()) == decided


async def test_a_model_that_may_not_be_used_isn_t_kept() -> None:
    own = defaults(allowed="a/square")

    with pytest.raises(ModelNotAllowedError) as refused:
        await own.decide(visit(), Preferences("own"))

    assert refused.value.model == "own"
    assert "a/square" in refused.value.allowed
    assert (await own.decided(visit())).preferences == Preferences()


async def test_nobody_is_mentioned_while_nobody_knows_whether_they_want_it() -> None:
    own = defaults()
    assert await own.wants_pings(SERVER_ID, MEMBER_ID)
    await own.decide(visit(), Preferences(pinged=False))
    assert not await own.wants_pings(SERVER_ID, MEMBER_ID)

    away = PersonalDefaults(KeptPreferences(away=True), own.models, SHELF)
    assert not await away.wants_pings(SERVER_ID, MEMBER_ID)
    with pytest.raises(StoreUnavailableError):
        await away.filled_in(visit(), PLAIN)


def test_what_isn_t_named_stays_as_it_was() -> None:
    kept = Preferences("a/own", Shape.TALL, pinged=False)

    assert Wanted().over(kept) == kept
    assert Wanted("usual").over(kept) == Preferences("", Shape.TALL, pinged=False)
    assert Wanted(shape="usual").over(kept) == Preferences("a/own", None, pinged=False)
    assert Wanted("b", "wide", pinged=True).over(kept) == Preferences("b", Shape.WIDE)


@pytest.mark.parametrize(
    ("decided", "words"),
    [
        (Decided(Preferences(), DEFAULT), "**Model** the usual one; here that is flux-dev"),
        (Decided(Preferences(), None), "the usual one; here that is none, so name one"),
        (Decided(Preferences("a/own"), "a/own"), "**Model** own, wherever you may use it"),
        (Decided(Preferences("a/own"), DEFAULT), "own; here you can't use it, so it is flux-dev"),
        (Decided(Preferences(shape=Shape.TALL), DEFAULT), "**Shape** tall, with models that can"),
        (Decided(Preferences(), DEFAULT), "**Shape** as the model makes it by itself"),
        (Decided(Preferences(), DEFAULT), "**Mention** on: when a picture took over 2 minutes"),
        (Decided(Preferences(pinged=False), DEFAULT), "**Mention** off"),
    ],
)
def test_a_member_reads_what_is_so(decided: Decided, words: str) -> None:
    assert words in "\n".join(defaults_text(decided))


def test_only_what_was_decided_can_be_taken_back() -> None:
    decided = Decided(Preferences(shape=Shape.TALL), DEFAULT)

    assert len(list(defaults_view(decided).walk_children())) > 4
    assert len(list(defaults_view(Decided(Preferences(), DEFAULT)).walk_children())) == 4


def test_the_way_back_to_the_usual_model_is_offered_while_it_may_be_meant() -> None:
    assert [choice.value for choice in usual_choice(" US")] == ["usual"]
    assert usual_choice("flux") == []
