"""A stream that ended without an end is told of once, with what becomes of its task."""

from collections.abc import AsyncIterator

import pytest

from bot.domain.happenings import Happening, StreamLost
from bot.providers.image_api import ImageApi
from sandbox.get3w import Get3WSandbox, Scenario
from sandbox.get3w.dialects import IdPlace, Wording
from tests.image_api_client import generated, opened


@pytest.fixture
async def api() -> AsyncIterator[Get3WSandbox]:
    async with Get3WSandbox.open(side_px=64) as sandbox:
        yield sandbox


@pytest.fixture
def seen() -> list[Happening]:
    return []


@pytest.fixture
async def client(api: Get3WSandbox, seen: list[Happening]) -> AsyncIterator[ImageApi]:
    async with opened(api.url, observe=seen.append) as image_api:
        yield image_api


async def test_a_stream_that_came_to_its_end_is_not_told_of(
    api: Get3WSandbox, client: ImageApi, seen: list[Happening]
) -> None:
    api.default = Scenario.stream([0.5])

    assert (await generated(client)).completed
    assert seen == []


async def test_a_cut_without_a_name_for_the_task_is_a_loss(
    api: Get3WSandbox, client: ImageApi, seen: list[Happening]
) -> None:
    api.default = Scenario.stream([0.5]).cut(after_events=1)

    assert not (await generated(client)).completed
    assert seen == [StreamLost(polled=False)]


async def test_a_cut_with_a_name_for_the_task_is_followed_by_asking(
    api: Get3WSandbox, client: ImageApi, seen: list[Happening]
) -> None:
    api.default = Scenario.stream([0.5], wording=Wording(ids=IdPlace.TOP)).cut(after_events=1)

    await generated(client)

    assert seen == [StreamLost(polled=True)]
    assert api.polls


async def test_a_refusal_is_no_cut(
    api: Get3WSandbox, client: ImageApi, seen: list[Happening]
) -> None:
    api.default = Scenario.refusal(400, "no")

    await generated(client)

    assert seen == []
