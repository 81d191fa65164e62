from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import expect

from sandbox.backstage.plug import Power
from sandbox.bot_process import running_bot
from sandbox.get3w import Scenario
from sandbox.get3w.manner import Manner
from sandbox.page.backstage import backstage_json
from sandbox.stage import open_stage
from tests.page.conftest import open_page
from tests.page.test_page_frame import NAMELESS, NARROW

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from playwright.async_api import BrowserContext, Locator, Page, Route

    from sandbox.discord.interactions import Interaction
    from sandbox.stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")

BOT = str(Path(__file__).parent / "demo_bot.py")
PROMPT = "A cat in space"


@pytest_asyncio.fixture(loop_scope="session")
async def stage() -> AsyncGenerator[Stage]:
    async with open_stage() as opened:
        opened.get3w.default = Scenario.stream([0.5])
        yield opened


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: BrowserContext, stage: Stage) -> Page:
    opened = await open_page(browser, stage.page_url)
    await expect(panel(opened)).to_be_visible()
    return opened


@asynccontextmanager
async def plugged_in(stage: Stage, folder: Path) -> AsyncGenerator[None]:
    """Plug in a bot that answers a command and paints no further than 10 %."""
    bots = partial(running_bot, stage.environment, folder, (BOT, "sulk"))
    async with stage.plug.plugged_in(bots):
        await stage.plug.until(Power.RUNNING)
        yield


def panel(page: Page) -> Locator:
    return page.get_by_role("complementary", name="Backstage")


async def imagine(stage: Stage) -> Interaction:
    channel = stage.discord.world.guild("Lantern Bay").channel("general")
    alice = stage.discord.world.user("alice")
    return await (
        await stage.discord.invoke(alice, channel, "imagine", {"prompt": PROMPT})
    ).answered()


async def submit(stage: Stage, prompt: str = PROMPT) -> None:
    """Ask the image API in the bot's place, and read its answer to the end."""
    headers = {"Authorization": f"Bearer {stage.get3w.account.key}"}
    url = f"{stage.get3w.url}/get3w/flux-dev"
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.post(url, json={"prompt": prompt, "stream": True}) as response,
    ):
        await response.read()


async def test_the_plug_can_be_pulled_and_the_bot_started_again(
    stage: Stage, page: Page, tmp_path: Path
) -> None:
    async with plugged_in(stage, tmp_path):
        await expect(panel(page)).to_contain_text("The bot is running")
        await page.get_by_role("button", name="Pull the plug").click()
        await expect(panel(page)).to_contain_text("The bot was killed")
        assert stage.plug.power is Power.KILLED
        await page.get_by_role("button", name="Start it again").click()
        await expect(panel(page)).to_contain_text("The bot is running")
        await stage.discord.until(lambda: stage.discord.ready_shards)


async def test_each_state_of_the_power_is_said_aloud(
    stage: Stage, page: Page, tmp_path: Path
) -> None:
    said = page.get_by_role("log")
    async with plugged_in(stage, tmp_path):
        await expect(said).to_contain_text("The bot is running.")
        stage.plug.pull()
        await expect(said).to_contain_text("The bot was killed.")


async def test_the_plug_is_pulled_by_keyboard_and_the_focus_stays(
    stage: Stage, page: Page, tmp_path: Path
) -> None:
    pull = page.get_by_role("button", name="Pull the plug")
    start = page.get_by_role("button", name="Start it again")
    async with plugged_in(stage, tmp_path):
        await expect(pull).to_be_enabled()
        await pull.focus()
        await page.keyboard.press("Enter")
        await expect(pull).to_be_disabled()
        await expect(pull).to_be_focused()
        await page.keyboard.press("Tab")
        await expect(start).to_be_focused()
        await page.keyboard.press("Space")
        await expect(pull).to_be_enabled()


async def test_where_the_page_has_no_bot_nothing_can_be_pulled(page: Page) -> None:
    await expect(panel(page)).to_contain_text("No bot was started from here")
    for name in ("Pull the plug", "Start it again"):
        await expect(page.get_by_role("button", name=name)).to_be_disabled()
        await page.get_by_role("button", name=name).click(force=True)
    await expect(page.get_by_role("log")).not_to_contain_text("failed")


async def test_a_pull_where_there_is_no_bot_is_refused_in_a_sentence(stage: Stage) -> None:
    async with (
        aiohttp.ClientSession(stage.page_url) as session,
        session.post("/page/power", json={"on": False}) as response,
    ):
        assert response.status == 400
        assert await response.json() == {"error": "the bot isn't running"}


async def test_a_page_over_discord_alone_has_no_backstage(alice: Page) -> None:
    await expect(panel(alice)).to_be_hidden()
    await expect(alice.get_by_role("button", name="Backstage")).to_have_count(0)


async def test_the_ledger_shows_the_task_beside_the_message(
    stage: Stage, page: Page, tmp_path: Path
) -> None:
    async with plugged_in(stage, tmp_path):
        await imagine(stage)
        entry = page.get_by_role("region", name="Ledger").get_by_role("listitem").first
        await expect(entry).to_contain_text("Not asked yet")
        await submit(stage)
        await expect(entry).to_contain_text("Completed")
        await expect(entry).to_contain_text("charged $0.0")
        await expect(entry).to_contain_text("stream without an id")
        await expect(entry).to_contain_text("sent in full, 2 events")
        await expect(entry).to_contain_text("🎨 Painting · 10 %")
        await expect(entry).to_contain_text("Agree: Nothing contradicts the API.")


async def test_a_disagreement_is_shown_counted_and_said_aloud_in_words(
    stage: Stage, page: Page, tmp_path: Path
) -> None:
    words = "Submitted 2 times for one command, charged 2 times."
    async with plugged_in(stage, tmp_path):
        await imagine(stage)
        await submit(stage)
        await submit(stage)
        await expect(panel(page).get_by_text(f"Disagree: {words}")).to_be_visible()
        await expect(page.get_by_role("button", name="Backstage, 1 disagreeing")).to_be_visible()
        await expect(page.get_by_role("log")).to_contain_text(f"Ledger, “{PROMPT}”: {words}")


async def test_a_link_leads_from_the_ledger_to_the_message(
    stage: Stage, page: Page, tmp_path: Path
) -> None:
    async with plugged_in(stage, tmp_path):
        use = await imagine(stage)
        await page.get_by_role("button", name="pictures", exact=True).click()
        await panel(page).get_by_role("link", name="Show the message").click()
        assert use.message is not None
        await expect(page.locator(f"#message-{use.message.id}.target")).to_be_in_viewport()


async def test_who_cannot_see_a_message_gets_no_link_to_it(stage: Stage, tmp_path: Path) -> None:
    world = stage.discord.world
    async with plugged_in(stage, tmp_path):
        channel = world.guild("Lantern Bay").channel("mod-log")
        use = await stage.discord.invoke(world.user("mod"), channel, "imagine", {"prompt": PROMPT})
        await use.answered()
        shown = {
            name: backstage_json(stage.backstage, world.user(name))["entries"][0]["message"]["link"]
            for name in ("mod", "alice")
        }
    assert use.message is not None
    assert shown["mod"].endswith(f"/{channel.id}/{use.message.id}")
    assert shown["alice"] is None


async def test_how_the_api_behaves_can_be_chosen_and_others_see_it(
    stage: Stage, page: Page, browser: BrowserContext
) -> None:
    await page.get_by_role("checkbox", name="Streams carry an id").check()
    await page.get_by_role("checkbox", name="Slow pictures").check()
    other = await open_page(browser, stage.page_url, "mod")
    for name in ("Streams carry an id", "Slow pictures"):
        await expect(other.get_by_role("checkbox", name=name)).to_be_checked()
    assert stage.backstage.manner == Manner(with_ids=True, slow=True)
    assert stage.get3w.default == Manner(with_ids=True, slow=True).scenario()


async def test_a_choice_changes_nothing_but_itself(stage: Stage, page: Page) -> None:
    stage.backstage.play(Manner(with_ids=True, slow=True))
    slow = page.get_by_role("checkbox", name="Slow pictures")
    await expect(slow).to_be_checked()

    async with page.expect_response("**/page/manner") as answered:
        await slow.uncheck()
    chosen = (await answered.value).request.post_data_json

    assert "with_ids" not in chosen
    assert stage.backstage.manner == Manner(with_ids=True, slow=False)


async def test_a_choice_stands_while_it_is_on_its_way(stage: Stage, page: Page) -> None:
    arrived, on_its_way = asyncio.Event(), asyncio.Event()

    async def late(route: Route) -> None:
        on_its_way.set()
        await arrived.wait()
        await route.continue_()

    await page.route("**/page/manner", late)
    slow = page.get_by_role("checkbox", name="Slow pictures")
    await slow.check()
    await on_its_way.wait()
    stage.backstage.play(Manner(with_ids=True, slow=False))

    await expect(page.get_by_role("checkbox", name="Streams carry an id")).to_be_checked()
    await expect(slow).to_be_checked()
    async with page.expect_response("**/page/manner"):
        arrived.set()
    assert stage.backstage.manner == Manner(with_ids=True, slow=True)
    await expect(slow).to_be_checked()


async def test_the_backstage_and_the_member_list_take_turns(page: Page) -> None:
    await page.get_by_role("button", name="Member list").click()
    await expect(page.get_by_role("complementary", name="Members")).to_be_visible()
    await expect(panel(page)).to_be_hidden()
    await page.get_by_role("button", name="Backstage").click()
    await expect(page.get_by_role("complementary", name="Members")).to_be_hidden()


async def test_at_narrow_width_the_backstage_is_closed_until_it_is_opened(page: Page) -> None:
    await page.set_viewport_size(NARROW)
    await expect(panel(page)).to_be_hidden()
    await page.get_by_role("button", name="Backstage").click()
    await expect(panel(page)).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    await page.keyboard.press("Escape")
    await expect(panel(page)).to_be_hidden()


async def test_whatever_can_be_used_behind_the_stage_has_a_name(
    stage: Stage, page: Page, tmp_path: Path
) -> None:
    async with plugged_in(stage, tmp_path):
        await imagine(stage)
        await submit(stage, "A dog")
        await expect(panel(page).get_by_role("link")).to_have_count(1)
        await expect(panel(page)).to_contain_text("Note: No command here asked for this prompt.")
        assert await page.evaluate(NAMELESS) == []


async def test_seconds_that_go_by_in_a_sentence_are_no_news(reader: Page) -> None:
    said = await reader.evaluate(
        """async () => {
            const { newsOf } = await import("/static/backstage/news.js");
            const at = (words) => ({ power: "killed", entries: [
                { id: "a", prompt: "A cat", flags: [{ level: "wrong", words }] },
            ] });
            const calm = { power: "killed", entries: [] };
            return [
                newsOf(null, at("Ended 6 s ago")),
                newsOf(calm, at("Ended 6 s ago")),
                newsOf(at("Ended 6 s ago"), at("Ended 7 s ago")),
                newsOf(calm, { ...calm, power: "starting" }),
            ];
        }"""
    )
    assert said == [[], ["Ledger, “A cat”: Ended 6 s ago"], [], ["The bot is starting."]]


@pytest.mark.parametrize(
    ("task", "words"),
    [
        ({"streamed": True, "tells_id": True, "n_polls": 0}, "stream with an id"),
        ({"streamed": True, "n_polls": 3}, "stream without an id, polled 3 times"),
        ({"streamed": False, "n_polls": 1}, "polled once"),
        ({"streamed": False, "n_polls": 0}, "to be polled"),
        ({"fate": "refused"}, "never a task"),
    ],
)
async def test_how_the_bot_was_told_is_put_into_words(
    reader: Page, task: dict[str, object], words: str
) -> None:
    code = """async (task) => (await import("/static/backstage/words.js")).wayOf(task)"""
    assert await reader.evaluate(code, task) == words
