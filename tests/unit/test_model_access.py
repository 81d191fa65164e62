"""What is on offer to a member, and what a typed name means."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from typing_extensions import override

from bot.domain.admission import HostRules
from bot.domain.errors import ModelNotAllowedError, StoreTrouble, StoreUnavailableError
from bot.domain.model_inputs import ImageInput, ModelInputs, ModelKind
from bot.domain.models import Model, ModelCeiling
from bot.domain.requests import ImageRequest
from bot.domain.server_policy import ServerPolicy
from bot.services.model_access import ModelAccess
from bot.services.rule_book import RuleBook
from tests.unit.books import Counter, Policies, Shelf, a_policy, a_visit

HERE = a_visit()


class NoPolicies(Policies):
    """A database that is away."""

    @override
    async def get(self, server_id: int) -> ServerPolicy:
        raise StoreUnavailableError(StoreTrouble.AWAY)


def access(*ids: str, rules: str = "*", ceiling: str = "*") -> ModelAccess:
    """A server with one rule that allows, and a catalogue of these ids."""
    host = HostRules(ModelCeiling(tuple(ceiling.split(","))))
    shelf = Shelf(tuple(Model(model_id) for model_id in ids))
    return Counter(Policies(a_policy(*rules.split(","))), host, catalogue=shelf).models


def ids(models: Sequence[Model]) -> list[str]:
    return [model.id for model in models]


async def test_the_default_is_offered_first() -> None:
    models = access("a/one", "get3w/flux-dev", "b/two")

    assert ids(await models.offered(HERE)) == ["get3w/flux-dev", "a/one", "b/two"]


async def test_the_default_is_offered_though_no_catalogue_lists_it() -> None:
    assert ids(await access("a/one").offered(HERE)) == ["get3w/flux-dev", "a/one"]


async def test_an_id_that_the_operator_named_is_offered_though_no_catalogue_lists_it() -> None:
    models = access("a/one", ceiling="get3w/flux-dev,new/model,a/*")

    assert ids(await models.offered(HERE)) == ["get3w/flux-dev", "a/one", "new/model"]


async def test_without_a_rule_the_default_alone_is_offered() -> None:
    assert ids(await access("a/one", rules="get3w/flux-dev").offered(HERE)) == ["get3w/flux-dev"]


async def test_what_the_ceiling_cuts_off_is_not_offered() -> None:
    models = access("a/one", "b/two", ceiling="get3w/*,b/*")

    assert ids(await models.offered(HERE)) == ["get3w/flux-dev", "b/two"]


async def test_an_offered_model_keeps_what_the_catalogue_says_of_it() -> None:
    known = Model("get3w/flux-dev", 0.03, "Quick and good")

    assert await Counter(catalogue=Shelf((known,))).models.offered(HERE) == [known]


ALL_KINDS = Shelf(
    tuple(
        Model(model_id, kind=kind, takes=ModelInputs(image=image))
        for model_id, kind, image in (
            ("a/painter", ModelKind.PAINTER, None),
            ("a/both", ModelKind.PAINTER, ImageInput()),
            ("a/editor", ModelKind.EDITOR, ImageInput("images", listed=True, required=True)),
            ("a/remixer", ModelKind.PAINTER, ImageInput(required=True)),
            ("a/upscaler", ModelKind.UPSCALER, ImageInput(required=True)),
        )
    )
)


async def test_what_needs_a_picture_is_offered_only_to_whoever_brings_one() -> None:
    models = Counter(Policies(a_policy("*", default=None)), catalogue=ALL_KINDS).models

    assert ids(await models.offered(HERE)) == ["a/painter", "a/both"]
    assert ids(await models.offered(HERE, with_image=True)) == ["a/both", "a/editor", "a/remixer"]
    assert ids(await models.suggest(HERE, "edi", with_image=True)) == ["a/editor"]


async def test_another_server_is_offered_what_it_has_itself() -> None:
    policies = Policies(by_server={HERE.server_id: a_policy("a/one")})
    models = Counter(policies).models

    assert ids(await models.offered(HERE)) == ["get3w/flux-dev", "a/one"]
    assert ids(await models.offered(replace(HERE, server_id=7))) == ["get3w/flux-dev"]


async def test_no_more_models_are_suggested_than_discord_shows() -> None:
    models = access(*(f"vendor/model-{n}" for n in range(60)))

    assert len(await models.suggest(HERE, "")) == 25
    assert len(await models.suggest(HERE, "model")) == 25


async def test_suggestions_begin_with_the_default_while_nothing_is_typed() -> None:
    assert ids(await access("a/one").suggest(HERE, "  "))[0] == "get3w/flux-dev"


async def test_suggestions_do_not_mind_capitals() -> None:
    assert ids(await access("Google/Imagen4").suggest(HERE, "iMAG")) == ["Google/Imagen4"]


async def test_any_part_of_an_id_is_found() -> None:
    models = access("google/imagen4/fast")

    assert ids(await models.suggest(HERE, "gle/im")) == ["google/imagen4/fast"]


async def test_a_name_that_begins_as_typed_comes_before_one_that_contains_it() -> None:
    models = access("a/the-pro", "b/pro")

    assert ids(await models.suggest(HERE, "pro")) == ["b/pro", "a/the-pro"]


async def test_nothing_is_suggested_where_nothing_fits() -> None:
    assert await access("a/one").suggest(HERE, "zebra") == []


@pytest.mark.parametrize("typed", [None, "", "   "])
async def test_the_default_is_meant_where_nothing_is_typed(typed: str | None) -> None:
    assert await access().meant(HERE, typed) == "get3w/flux-dev"


async def test_nothing_is_meant_where_nothing_is_typed_and_there_is_no_default() -> None:
    models = Counter(Policies(a_policy("a/one", default=None))).models

    assert await models.usual(HERE) is None


@pytest.mark.parametrize("typed", ["imagen4/fast", "GOOGLE/imagen4/FAST", " google/imagen4/fast "])
async def test_a_model_is_known_by_its_short_name_and_by_its_id(typed: str) -> None:
    assert await access("google/imagen4/fast").meant(HERE, typed) == "google/imagen4/fast"


async def test_an_id_counts_more_than_the_short_name_of_another() -> None:
    assert await access("vendor/a/b", "a/b").meant(HERE, "a/b") == "a/b"


async def test_the_default_wins_where_two_vendors_share_a_short_name() -> None:
    models = access("other/flux-dev", "get3w/flux-dev")

    assert await models.meant(HERE, "flux-dev") == "get3w/flux-dev"


async def test_what_may_be_used_wins_where_two_vendors_share_a_short_name() -> None:
    models = access("other/pro", "mine/pro", rules="mine/*")

    assert await models.meant(HERE, "pro") == "mine/pro"


async def test_a_model_that_is_hidden_is_still_known_by_its_name() -> None:
    models = access("a/one", rules="get3w/flux-dev")

    assert await models.meant(HERE, "one") == "a/one"


@pytest.mark.parametrize("typed", ["new/model", "unheard-of", "a/../b", "a/<@1>"])
async def test_what_nobody_knows_is_given_back_as_it_was_typed(typed: str) -> None:
    assert await access().meant(HERE, f" {typed} ") == typed


async def test_without_a_database_the_picker_is_empty_and_nothing_is_raised() -> None:
    models = ModelAccess(Shelf(), HostRules(ModelCeiling(("*",))), RuleBook(NoPolicies()))

    assert list(await models.suggest(HERE, "flux")) == []


async def test_where_the_host_lets_nobody_in_the_picker_is_empty() -> None:
    host = HostRules(ModelCeiling(("*",)), frozenset({7}))
    models = Counter(host=host).models

    assert list(await models.suggest(HERE, "")) == []
    assert len(await models.suggest(replace(HERE, server_id=7), "")) == 1


@pytest.mark.parametrize("typed", ["**/a.b) flux", "a/b/c/d/e", "/flux", "unheard-of"])
async def test_what_is_no_model_is_refused_as_it_was_typed(typed: str) -> None:
    with pytest.raises(ModelNotAllowedError) as caught:
        await Counter().admission.admit(HERE, ImageRequest("A cat", typed))

    assert caught.value.model == typed
