"""What a request may ask for besides a prompt: by whom, of which model, at which price."""

from dataclasses import replace

import pytest

from bot.domain.admission import Gate
from bot.domain.errors import RefusalError
from bot.domain.ledgers import HOST_ACCOUNT
from bot.domain.model_inputs import ModelKind
from bot.domain.models import Model
from bot.domain.protected_terms import is_forbidden
from bot.domain.refusals import (
    BlockedTermError,
    ImageMissingError,
    ImageNotTakenError,
    LimitReachedError,
    OthersPicturesOffError,
    PromptTooLongError,
    ProtectedTermsError,
    UploadsOffError,
)
from bot.domain.request_fitting import LeftOut, Option
from bot.domain.requests import ImageRequest, OwnPicture, Shape, Upload
from bot.domain.server_settings import ServerSettings
from bot.presentation.log_words import _GATES
from bot.providers.schemas import read_inputs
from tests.unit.books import Counter, Policies, Shelf, a_policy, a_visit
from tests.unit.jobs import a_job
from tests.unit.schemas import EDITOR, FLUX_DEV, IMAGEN, UPSCALER, an_entry, prompt

ROLE = 701
UPLOAD = Upload("https://cdn.discordapp.com/ephemeral-attachments/1/2/a.png")
PLAIN = ImageRequest("A cat", "")
SHELF = Shelf(
    (
        Model("get3w/flux-dev", 0.01, takes=read_inputs(FLUX_DEV)),
        Model("google/imagen4", 0.02, takes=read_inputs(IMAGEN)),
        Model("a/edit", 0.04, kind=ModelKind.EDITOR, takes=read_inputs(EDITOR)),
        Model("a/upscaler", 0.01, kind=ModelKind.UPSCALER, takes=read_inputs(UPSCALER)),
        Model("a/terse", takes=read_inputs(an_entry("a/terse", prompt(5)))),
    )
)


def counter(**settings: object) -> Counter:
    policy = a_policy("*", settings=ServerSettings(**settings))
    return Counter(Policies(policy), catalogue=SHELF)


async def refused(
    asked: ImageRequest, desk: Counter | None = None, *, roles: tuple[int, ...] = ()
) -> RefusalError:
    with pytest.raises(RefusalError) as refusal:
        await (desk or counter()).admission.admit(a_visit(roles=roles), asked)
    return refusal.value


async def test_what_the_model_takes_is_admitted_as_it_was_asked_for() -> None:
    asked = ImageRequest("A cat", "", Shape.TALL, count=4, seed=7)

    admitted = await counter().admission.admit(a_visit(), asked)

    assert admitted.request == replace(asked, model="get3w/flux-dev")
    assert admitted.left_out == ()


async def test_what_the_model_does_not_take_is_left_out_and_named() -> None:
    admitted = await counter().admission.admit(a_visit(), replace(PLAIN, negative="dogs"))

    assert admitted.request.negative == ""
    assert admitted.left_out == (LeftOut(Option.NEGATIVE),)


async def test_a_picture_of_ones_own_is_refused_until_a_moderator_allows_it() -> None:
    desk = counter()

    assert isinstance(await refused(replace(PLAIN, source=UPLOAD), desk), UploadsOffError)
    assert desk.log.kept[0].subject == Gate.UPLOADS.value


async def test_a_picture_of_ones_own_is_for_the_roles_that_were_allowed() -> None:
    desk, asked = counter(upload_roles=(ROLE,)), replace(PLAIN, source=UPLOAD)

    assert isinstance(await refused(asked, desk, roles=(702,)), UploadsOffError)
    admitted = await desk.admission.admit(a_visit(roles=(ROLE,)), asked)
    assert admitted.request.source == UPLOAD


async def test_a_picture_that_the_bot_made_needs_no_permission() -> None:
    asked = replace(PLAIN, source=OwnPicture(9001))

    assert (await counter().admission.admit(a_visit(), asked)).request.source == asked.source


async def test_a_model_that_begins_with_no_picture_is_refused_one() -> None:
    asked = replace(PLAIN, model="imagen4", source=OwnPicture(9001))
    error = await refused(asked)

    assert isinstance(error, ImageNotTakenError)
    assert (error.model, error.others) == ("imagen4", ("get3w/flux-dev", "a/edit"))


async def test_a_model_that_works_on_a_picture_is_refused_without_one() -> None:
    assert isinstance(await refused(replace(PLAIN, model="a/edit")), ImageMissingError)
    assert isinstance(await refused(replace(PLAIN, model="a/upscaler")), ImageMissingError)


async def test_a_prompt_longer_than_the_model_takes_is_refused_before_it_costs() -> None:
    error = await refused(replace(PLAIN, prompt="A cat in space", model="a/terse"))

    assert isinstance(error, PromptTooLongError)
    assert error.max_characters == 5


async def test_a_blocked_term_may_be_named_as_what_shall_not_be_shown() -> None:
    desk = counter()
    desk.policies.usual = replace(desk.policies.usual, terms=("dog",))
    asked = replace(PLAIN, model="imagen4")

    assert isinstance(await refused(replace(asked, prompt="a dog"), desk), BlockedTermError)
    admitted = await desk.admission.admit(a_visit(), replace(asked, negative="a dog"))
    assert admitted.request.negative == "a dog"


async def test_what_no_server_allows_may_be_named_as_what_shall_not_be_shown() -> None:
    words = "nude child"
    asked = replace(PLAIN, model="imagen4")

    assert is_forbidden(words)
    assert isinstance(await refused(replace(asked, prompt=words)), ProtectedTermsError)
    admitted = await counter().admission.admit(a_visit(), replace(asked, negative=words))
    assert admitted.request.negative == words


async def test_four_pictures_count_and_cost_as_four() -> None:
    desk = counter()

    await desk.accept(replace(a_job(), request=ImageRequest("A cat", "a/edit", count=4)))

    (entry,) = desk.ledgers.jobs.values()
    assert (entry.pictures, entry.microdollars) == (4, 160_000)
    assert desk.ledgers.accounts[HOST_ACCOUNT].day_pictures == 4


async def test_more_pictures_than_are_left_are_refused_with_how_many_are() -> None:
    desk = counter(member_pictures_per_day=5)
    four = ImageRequest("A cat", "get3w/flux-dev", count=4)
    await desk.accept(replace(a_job(1), request=four))

    with pytest.raises(LimitReachedError) as refusal:
        await desk.accept(replace(a_job(2), request=four))

    assert refusal.value.made == 4


@pytest.mark.parametrize("gate", Gate)
def test_the_log_has_words_for_every_gate(gate: Gate) -> None:
    assert gate.value in _GATES


async def test_what_is_anothers_is_refused_until_the_server_lets_members_begin_with_it() -> None:
    asked = replace(PLAIN, source=OwnPicture(9001))
    desk = counter()

    with pytest.raises(OthersPicturesOffError):
        await desk.admission.admit(a_visit(), asked, others=True)
    allowed = await counter(others_pictures=True).admission.admit(a_visit(), asked, others=True)

    assert desk.log.kept[0].subject == Gate.OTHERS.value
    assert allowed.request.source == OwnPicture(9001)
