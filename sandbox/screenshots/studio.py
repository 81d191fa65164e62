"""Where screenshots are taken: the sandbox, the real bot, a browser that always looks the same."""

from __future__ import annotations

import shutil
import time
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from playwright.async_api import async_playwright

from sandbox.bot_process import running_bot
from sandbox.screenshots.hands import PATIENT_MS, Hands
from sandbox.stage import open_stage

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from playwright.async_api import BrowserContext

    from sandbox.stage import Stage

READY_WITHIN_S: Final = 30.0
# The chat alone, without the bars beside it; high enough for the longest message.
VIEW: Final = (720, 1800)
SCALE: Final = 1.5
SWITCHES: Final = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")
# All pictures are taken at this moment: 1 December 2026, 14:00 UTC.
MOMENT_S: Final = 1_796_133_600
SHIFT: Final = """
const {{ get }} = Object.getOwnPropertyDescriptor(Intl.DateTimeFormat.prototype, "format");
Object.defineProperty(Intl.DateTimeFormat.prototype, "format", {{
  get() {{
    const format = get.call(this);
    return (moment) => format(moment + {shift_ms});
  }},
}});
"""


class NoBrowserError(Exception):
    """There is no Chromium on this machine."""


class Studio:
    """An open sandbox with the bot in it, and a browser."""

    def __init__(self, stage: Stage, browser: BrowserContext) -> None:
        self.stage = stage
        self._browser = browser

    async def hands(self, who: str, channel: str = "general") -> Hands:
        """Open the page as somebody, in a channel of the first server."""
        page = await self._browser.new_page()
        await page.goto(f"{self.stage.page_url}/#/lantern-bay/{channel}?as={who}")
        await page.wait_for_selector(f"#app[data-live-as={who}]")
        return Hands(page)


@asynccontextmanager
async def open_studio() -> AsyncGenerator[Studio]:
    """Start all of it, and end it with the context.

    Raises
    ------
    NoBrowserError
    NotOpenedError
    """
    with TemporaryDirectory(prefix="screenshots-") as folder:
        async with (
            open_stage() as stage,
            running_bot(stage.environment, Path(folder)),
            _open_browser() as browser,
        ):
            await stage.discord.until(lambda: stage.discord.ready_shards > 0, READY_WITHIN_S)
            yield Studio(stage, browser)


@asynccontextmanager
async def _open_browser() -> AsyncGenerator[BrowserContext]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        raise NoBrowserError
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=[*SWITCHES])
        width, height = VIEW
        context = await browser.new_context(
            viewport={"width": width, "height": height},
            device_scale_factor=SCALE,
            locale="en-GB",
            timezone_id="UTC",
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENT_MS)
        shift_ms = round((MOMENT_S - time.time()) * 1000)
        await context.add_init_script(SHIFT.format(shift_ms=shift_ms))
        yield context
        await browser.close()
