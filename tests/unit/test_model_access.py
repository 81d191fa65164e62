from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from bot.domain.errors import ModelNotAllowedError
from bot.domain.models import Model, ModelCeiling
from bot.services.model_access import ModelAccess


@dataclass(frozen=True)
class Shelf:
    """A catalogue with what is put onto it."""

    listed: tuple[Model, ...]

    def models(self) -> Sequence[Model]:
        return self.listed


def access(*ids: str, allowed: str = "*", default: str = "get3w/flux-dev") -> ModelAccess:
    catalogue = Shelf(tuple(Model(model_id) for model_id in ids))
    return ModelAccess(catalogue, ModelCeiling(tuple(allowed.split(","))), default)


def ids(models: Sequence[Model]) -> list[str]:
    return [model.id for model in models]


def test_the_default_is_offered_first() -> None:
    models = access("a/one", "get3w/flux-dev", "b/two")

    assert ids(models.offered()) == ["get3w/flux-dev", "a/one", "b/two"]


def test_the_default_is_offered_though_no_catalogue_lists_it() -> None:
    assert ids(access("a/one").offered()) == ["get3w/flux-dev", "a/one"]


def test_an_id_that_the_operator_named_is_offered_though_no_catalogue_lists_it() -> None:
    models = access("a/one", allowed="get3w/flux-dev,new/model,a/*")

    assert ids(models.offered()) == ["get3w/flux-dev", "new/model", "a/one"]


def test_what_the_ceiling_cuts_off_is_not_offered() -> None:
    models = access("a/one", "b/two", allowed="get3w/*,b/*")

    assert ids(models.offered()) == ["get3w/flux-dev", "b/two"]


def test_an_offered_model_keeps_what_the_catalogue_says_of_it() -> None:
    known = Model("get3w/flux-dev", 0.03, "Quick and good")
    models = ModelAccess(Shelf((known,)), ModelCeiling(("*",)), "get3w/flux-dev")

    assert models.offered() == [known]


def test_no_more_models_are_suggested_than_discord_shows() -> None:
    models = access(*(f"vendor/model-{n}" for n in range(60)))

    assert len(models.suggest("")) == 25
    assert len(models.suggest("model")) == 25


def test_suggestions_begin_with_the_default_while_nothing_is_typed() -> None:
    assert ids(access("a/one").suggest("  "))[0] == "get3w/flux-dev"


def test_suggestions_do_not_mind_capitals() -> None:
    assert ids(access("Google/Imagen4").suggest("iMAG")) == ["Google/Imagen4"]


def test_any_part_of_an_id_is_found() -> None:
    assert ids(access("google/imagen4/fast").suggest("gle/im")) == ["google/imagen4/fast"]


def test_a_name_that_begins_as_typed_comes_before_one_that_contains_it() -> None:
    models = access("a/the-pro", "b/pro")

    assert ids(models.suggest("pro")) == ["b/pro", "a/the-pro"]


def test_nothing_is_suggested_where_nothing_fits() -> None:
    assert access("a/one").suggest("zebra") == []


@pytest.mark.parametrize("typed", [None, "", "   "])
def test_the_default_is_meant_where_nothing_is_typed(typed: str | None) -> None:
    assert access().resolve(typed) == "get3w/flux-dev"


@pytest.mark.parametrize("typed", ["imagen4/fast", "GOOGLE/imagen4/FAST", " google/imagen4/fast "])
def test_a_model_is_known_by_its_short_name_and_by_its_id(typed: str) -> None:
    assert access("google/imagen4/fast").resolve(typed) == "google/imagen4/fast"


def test_an_id_counts_more_than_the_short_name_of_another() -> None:
    models = access("vendor/a/b", "a/b")

    assert models.resolve("a/b") == "a/b"


def test_the_default_wins_where_two_vendors_share_a_short_name() -> None:
    assert access("other/flux-dev", "get3w/flux-dev").resolve("flux-dev") == "get3w/flux-dev"


def test_an_id_outside_the_catalogue_is_taken_inside_the_ceiling() -> None:
    assert access(allowed="get3w/*,new/*").resolve(" new/model ") == "new/model"


def test_an_id_outside_the_ceiling_is_refused_with_what_may_be_used() -> None:
    models = access("a/one", "b/two", allowed="get3w/*,a/*")

    with pytest.raises(ModelNotAllowedError) as refused:
        models.resolve("b/two")

    assert refused.value.model == "two"
    assert refused.value.allowed == ("get3w/flux-dev", "a/one")


def test_a_short_name_that_nobody_knows_is_refused() -> None:
    with pytest.raises(ModelNotAllowedError):
        access().resolve("unheard-of")


@pytest.mark.parametrize("typed", ["a/../b", "a/b?c", "a/b c", "a/<@1>", "a/b/c/d/e"])
def test_what_is_no_model_id_is_refused_even_without_a_ceiling(typed: str) -> None:
    with pytest.raises(ModelNotAllowedError):
        access().resolve(typed)


def test_the_default_model_can_be_asked_for() -> None:
    assert access(default="a/b").default_model == "a/b"
