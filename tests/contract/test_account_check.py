"""What the check makes of the image API's answers, whatever they are."""

from collections.abc import AsyncIterator

import pytest

from bot.domain.findings import Cause, Finding, Subject, Verdict
from bot.domain.models import ModelCeiling
from bot.providers.account_check import ModelChoice, check_account
from bot.providers.image_api import open_questions
from sandbox.get3w import Get3WSandbox, Reply
from tests.image_api_client import KEY

USUAL = ModelChoice("get3w/flux-dev", ModelCeiling(("*",)))


@pytest.fixture
async def api() -> AsyncIterator[Get3WSandbox]:
    async with Get3WSandbox.open(side_px=64) as sandbox:
        yield sandbox


async def checked(
    url: str, choice: ModelChoice = USUAL, *, key: str = KEY
) -> dict[Subject, Finding]:
    async with open_questions(url, key) as questions:
        report = await check_account(questions, choice, has_key=bool(key))
    return {finding.subject: finding for finding in report.findings}


def causes(found: dict[Subject, Finding]) -> dict[Subject, Cause]:
    return {subject: finding.cause for subject, finding in found.items()}


async def test_a_good_account_is_well_in_every_part(api: Get3WSandbox) -> None:
    assert causes(await checked(api.url)) == {
        Subject.KEY: Cause.KEY_TAKEN,
        Subject.IMAGE_API: Cause.API_ANSWERS,
        Subject.BALANCE: Cause.BALANCE_LEFT,
        Subject.MODEL: Cause.MODEL_OFFERED,
    }
    assert api.submissions == []


@pytest.mark.parametrize("status", [401, 403])
async def test_a_key_that_is_refused_leaves_the_rest_for_later(
    api: Get3WSandbox, status: int
) -> None:
    api.account.models_reply = Reply.refusal(status, "no")

    found = await checked(api.url)

    assert (found[Subject.KEY].cause, found[Subject.KEY].facts["status"]) == (
        Cause.KEY_REFUSED,
        status,
    )
    assert found[Subject.BALANCE].verdict is Verdict.SKIPPED
    assert len(api.ledger.reads) == 1


async def test_without_a_key_it_still_comes_out_that_the_api_is_there(api: Get3WSandbox) -> None:
    found = await checked(api.url, key="")

    assert Subject.KEY not in found
    assert found[Subject.IMAGE_API].cause is Cause.API_ANSWERS


@pytest.mark.parametrize("status", [404, 429, 500, 503])
async def test_an_answer_that_is_none_is_an_api_that_is_away(
    api: Get3WSandbox, status: int
) -> None:
    api.account.models_reply = Reply.html(status)

    found = await checked(api.url)

    assert found[Subject.IMAGE_API].facts["reason"] == f"status {status}"
    assert found[Subject.KEY].verdict is Verdict.SKIPPED


async def test_where_nobody_answers_there_is_no_connection() -> None:
    found = await checked("http://127.0.0.1:9/api/v3")

    assert found[Subject.IMAGE_API].facts["reason"] == "no connection"


@pytest.mark.parametrize(
    ("usd", "cause"),
    [
        (-1.0, Cause.BALANCE_EMPTY),
        (0.0, Cause.BALANCE_EMPTY),
        (0.011, Cause.BALANCE_EMPTY),
        (0.012, Cause.BALANCE_LEFT),
    ],
)
async def test_less_than_a_picture_s_price_is_nothing(
    api: Get3WSandbox, usd: float, cause: Cause
) -> None:
    api.account.balance_usd = usd

    assert (await checked(api.url))[Subject.BALANCE].cause is cause


@pytest.mark.parametrize("status", [402, 403])
async def test_an_account_that_is_refused_its_balance_has_none(
    api: Get3WSandbox, status: int
) -> None:
    api.account.balance_reply = Reply.refusal(status, "Insufficient balance")

    assert (await checked(api.url))[Subject.BALANCE].cause is Cause.BALANCE_EMPTY


@pytest.mark.parametrize("reply", [Reply.html(404), Reply.json({"data": {}}), Reply.json([1])])
async def test_a_balance_that_is_not_told_is_no_mistake(api: Get3WSandbox, reply: Reply) -> None:
    api.account.balance_reply = reply

    assert (await checked(api.url))[Subject.BALANCE].verdict is Verdict.LOOK


async def test_a_list_without_models_is_worth_a_look(api: Get3WSandbox) -> None:
    api.account.models_reply = Reply.json({"data": []})

    assert (await checked(api.url))[Subject.MODEL].cause is Cause.MODELS_UNLISTED


async def test_a_model_without_a_price_is_offered_all_the_same(api: Get3WSandbox) -> None:
    entry = {"model_id": "get3w/flux-dev", "type": "text-to-image"}
    api.account.models_reply = Reply.json({"data": [entry]})

    assert (await checked(api.url))[Subject.MODEL].cause is Cause.MODEL_UNPRICED


async def test_a_model_that_the_api_does_not_have_is_told_with_the_nearest(
    api: Get3WSandbox,
) -> None:
    choice = ModelChoice("get3w/flux_schnel", ModelCeiling(("*",)))

    facts = (await checked(api.url, choice))[Subject.MODEL].facts

    assert facts == {"model": "get3w/flux_schnel", "hint": "get3w/flux-schnell"}


async def test_a_pattern_that_fits_no_model_is_worth_a_look(api: Get3WSandbox) -> None:
    choice = ModelChoice("get3w/flux-dev", ModelCeiling(("get3w/*", "goggle/*")))

    found = (await checked(api.url, choice))[Subject.MODEL]

    assert (found.cause, found.facts["patterns"]) == (Cause.CEILING_IDLE, "goggle/*")
