from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from playwright.async_api import async_playwright

from sandbox.discord.server import DiscordSandbox
from sandbox.page.server import serve_page
from tests.page.stand_in_bot import StandInBot

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
]
COMMANDS = [
    {
        "name": "imagine",
        "description": "Paint a picture from your words",
        "options": [
            {
                "type": 3,
                "name": "prompt",
                "description": "What to paint",
                "required": True,
                "min_length": 1,
                "max_length": 40,
            },
            {
                "type": 3,
                "name": "model",
                "description": "What paints it",
                "autocomplete": True,
            },
            {"type": 5, "name": "private", "description": "Only you see it"},
        ],
    },
    {
        "name": "settings",
        "description": "What holds here",
        "default_member_permissions": str(1 << 5),
        "options": [{"type": 1, "name": "panel", "description": "Open the panel"}],
    },
]


@pytest_asyncio.fixture(loop_scope="session")
async def discord() -> AsyncGenerator[DiscordSandbox]:
    async with DiscordSandbox.open() as sandbox:
        yield sandbox


@pytest_asyncio.fixture(loop_scope="session")
async def bot(discord: DiscordSandbox) -> AsyncGenerator[StandInBot]:
    token = discord.world.application.token
    async with StandInBot.connected(discord.api_url, token, COMMANDS) as stand_in:
        yield stand_in


@pytest_asyncio.fixture(loop_scope="session")
async def page_url(discord: DiscordSandbox) -> AsyncGenerator[str]:
    async with serve_page(discord) as url:
        yield url


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncGenerator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield launched
        await launched.close()


@pytest_asyncio.fixture(loop_scope="session")
async def browser(chromium: Browser) -> AsyncGenerator[BrowserContext]:
    """A browser that nobody has used yet."""
    context = await chromium.new_context(reduced_motion="reduce")
    context.set_default_timeout(8_000)
    errors: list[str] = []
    context.on("weberror", lambda error: errors.append(str(error.error)))
    context.on("console", lambda line: errors.extend([line.text] if is_refusal(line) else []))
    yield context
    await context.close()
    assert errors == []


def is_refusal(line: ConsoleMessage) -> bool:
    """Say whether the browser held back something that the page's own policy forbids."""
    return line.type == "error" and "Content Security Policy" in line.text


@pytest_asyncio.fixture(loop_scope="session")
async def alice(browser: BrowserContext, page_url: str) -> Page:
    """The page with alice's eyes, open and live."""
    return await open_page(browser, page_url)


async def open_page(browser: BrowserContext, url: str, who: str = "alice") -> Page:
    page = await browser.new_page()
    await page.goto(f"{url}?as={who}")
    await page.wait_for_selector(f"#app[data-live-as={who}]")
    return page


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def reader(chromium: Browser) -> AsyncGenerator[Page]:
    """A page of which only the code is used; the tests share it."""
    async with DiscordSandbox.open() as discord, serve_page(discord) as url:
        page = await chromium.new_page()
        await page.goto(url)
        yield page
        await page.close()
