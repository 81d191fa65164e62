"""What can be done next with a picture, on the page, with the real bot behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from playwright.async_api import expect

from sandbox.page.server import serve_page
from sandbox.screenshots.hands import ANSWER, Hands
from tests.integration import next_pictures
from tests.integration.next_pictures import UPSCALER, open_house
from tests.page.conftest import open_page

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

    from playwright.async_api import BrowserContext

    from tests.stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")

PATIENT_MS = 15_000


@pytest_asyncio.fixture(loop_scope="session")
async def stage(tmp_path: Path) -> AsyncGenerator[Stage]:
    async with open_house(tmp_path) as stage:
        yield stage


@pytest_asyncio.fixture(loop_scope="session")
async def alice(browser: BrowserContext, stage: Stage) -> AsyncGenerator[Hands]:
    async with serve_page(stage.discord) as url:
        yield Hands(await open_page(browser, url, "alice"))


async def newest(hands: Hands) -> None:
    """Turn to the newest message, once it has its picture."""
    hands.message = hands.page.locator(ANSWER).last
    await expect(hands.message.get_by_role("button", name="More", exact=True)).to_be_visible(
        timeout=PATIENT_MS
    )


async def test_a_picture_is_rolled_again_and_links_to_the_one_before(alice: Hands) -> None:
    first = await alice.send("imagine", prompt="A cat on the page")
    await expect(first.get_by_role("button", name="Re-roll", exact=True)).to_be_visible(
        timeout=PATIENT_MS
    )
    await alice.press("Re-roll")
    await expect(alice.page.locator(ANSWER)).to_have_count(2, timeout=PATIENT_MS)
    await newest(alice)

    await expect(alice.message).to_contain_text("from this picture · re-roll")


async def test_a_form_shows_every_option_as_it_was_and_makes_what_it_says(
    stage: Stage, alice: Hands
) -> None:
    first = await alice.send("imagine", prompt="A cat in a form", shape="wide", seed="42")
    await expect(first.get_by_role("button", name="Edit", exact=True)).to_be_visible(
        timeout=PATIENT_MS
    )
    await alice.press("Edit")
    await expect(alice.form.get_by_label("What the picture shows")).to_have_value("A cat in a form")
    await expect(alice.form).to_contain_text("flux-dev")
    await expect(alice.form).to_contain_text("Wide 16:9")
    await alice.fill("What the picture shows", "A dog in a form")
    await alice.submit()
    await expect(alice.page.locator(ANSWER)).to_have_count(2, timeout=PATIENT_MS)
    await newest(alice)

    (submission,) = stage.api.submissions_of("A dog in a form")
    assert (submission.body["size"], submission.body["seed"]) == ("1368*768", 42)


async def test_a_picture_is_changed_in_a_sentence(stage: Stage, alice: Hands) -> None:
    first = await alice.send("imagine", prompt="A cat to change")
    await expect(first.get_by_role("button", name="Change", exact=True)).to_be_visible(
        timeout=PATIENT_MS
    )
    await alice.press("Change")
    await alice.fill("What shall be different", "Let it snow")
    await alice.submit()
    await expect(alice.page.locator(ANSWER)).to_have_count(2, timeout=PATIENT_MS)
    await newest(alice)

    (submission,) = stage.api.submissions_of("Let it snow")
    assert submission.body["image"] == stage.api.uploads[-1].url


async def test_a_picture_is_enlarged_at_one_press(stage: Stage, alice: Hands) -> None:
    await alice.send("imagine", prompt="A small cat on the page")
    await newest(alice)
    await alice.press("Upscale")
    await expect(alice.page.locator(ANSWER)).to_have_count(2, timeout=PATIENT_MS)
    await newest(alice)

    await expect(alice.message).to_contain_text("image-upscaler · 128 × 128")
    assert stage.api.submissions[-1].model == UPSCALER


async def test_more_has_a_variation_of_the_picture(alice: Hands) -> None:
    await alice.send("imagine", prompt="A cat to vary on the page")
    await newest(alice)
    await alice.press("More")
    alice.message = alice.page.locator(ANSWER).last
    await alice.press("Vary")
    await expect(alice.page.locator(ANSWER)).to_have_count(3, timeout=PATIENT_MS)
    await newest(alice)

    await expect(alice.message).to_contain_text("from this picture · variation")


async def test_the_menu_of_a_message_begins_with_its_picture(stage: Stage, alice: Hands) -> None:
    await alice.send("imagine", prompt="A cat to begin with")
    await newest(alice)
    await alice.message.hover()
    await alice.message.get_by_role("button", name="Apps: Use as image for /imagine").click()
    await alice.fill("What the picture shows", "The same in winter")
    await alice.fill("Strength", "0.5")
    await alice.submit()
    await expect(alice.page.locator(ANSWER)).to_have_count(2, timeout=PATIENT_MS)
    await newest(alice)

    (submission,) = stage.api.submissions_of("The same in winter")
    assert submission.body["strength"] == 0.5


async def test_a_moderator_deletes_a_picture_with_all_made_from_it(
    browser: BrowserContext, stage: Stage
) -> None:
    alice = next_pictures.Hands.of(stage)
    first = await alice.picture("A cat that has to go")
    again = await alice.next(first, "Re-roll")
    async with serve_page(stage.discord) as url:
        carol = Hands(await open_page(browser, url, "carol"))
        carol.message = carol.page.locator(f"[data-message='{first.id}']")
        await carol.press("More")
        for label in ("Delete with all made from it", "Delete all"):
            carol.message = carol.page.locator(ANSWER).last
            await expect(carol.message.get_by_role("button", name=label)).to_be_visible()
            await carol.press(label)
        await expect(carol.page.get_by_text("Deleted: 2 pictures.", exact=True)).to_be_visible(
            timeout=PATIENT_MS
        )

    assert first.deleted
    assert again.deleted
