"""`python -m sandbox.film`: pull the plug in the middle of a picture, and film what becomes of it.

A command is typed, the bar grows, the bot is killed and started again, and the message goes on to
the picture. One picture is made beforehand, unseen: a task that is asked for by its id tells no
percentage, and the bar goes on only where the bot knows how long that model takes. Where no picture
comes nothing is written, for then there is nothing to show; `--anyway` writes what there was. It
needs Chromium.
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import sys
import time
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final, NamedTuple

from playwright.async_api import FloatRect, async_playwright

from sandbox.backstage.plug import Power
from sandbox.bot_process import PROJECT, running_bot
from sandbox.discord.person import Person
from sandbox.film.camera import Camera, point_and_click, show_pointer
from sandbox.film.cutting import TooLargeError, cuts, webp
from sandbox.get3w.manner import Manner
from sandbox.stage import open_stage
from sandbox.terminal import first_line, standard_terminal

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

    from playwright.async_api import Page

    from sandbox.discord.messages import SandboxMessage
    from sandbox.film.cutting import Frame
    from sandbox.stage import Stage

FILM: Final = PROJECT / "docs" / "images" / "pull-the-plug.webp"
MAX_BYTES: Final = 1_500_000
PROMPT: Final = "A cat in space"
FILMED: Final = "alice"
REHEARSED: Final = "A fox in the snow"
# The chat and the panel beside it; servers and channels stay outside the picture.
LEFT_PX, WIDTH_PX, HEIGHT_PX = 312, 960, 720
PULLED_AT_PERCENT: Final = 35
START_S, PICTURE_S = 60.0, 60.0
LOOK_S: Final = 1.5
KEYS_EVERY_MS: Final = 60
BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome")


class Take(NamedTuple):
    """What was filmed, and how the message ended."""

    frames: Sequence[Frame]
    has_picture: bool
    last_words: str


async def shoot(stage: Stage, camera: Camera, page: Page) -> SandboxMessage:
    """Play the scene, and return the message in its last state."""
    async with camera.rolling():
        message = await _ask(stage, page)
        await message.until(lambda it: _percent(it) >= PULLED_AT_PERCENT, PICTURE_S)
        await point_and_click(page.get_by_role("button", name="Pull the plug"))
        await stage.plug.until(Power.KILLED)
        await asyncio.sleep(LOOK_S)
        await point_and_click(page.get_by_role("button", name="Start it again"))
        await stage.plug.until(Power.RUNNING, START_S)
        try:
            await message.until(lambda it: it.attachments or _has_ended(it), PICTURE_S)
        except TimeoutError:
            return message
        await asyncio.sleep(LOOK_S)
    return message


async def _ask(stage: Stage, page: Page) -> SandboxMessage:
    await page.locator("#message-box").focus()
    await page.keyboard.type(f"/imagine {PROMPT}", delay=KEYS_EVERY_MS)
    await page.keyboard.press("Enter")
    [message] = await stage.discord.until(lambda: _answers(stage), START_S)
    return message


def _answers(stage: Stage) -> list[SandboxMessage]:
    uses = stage.discord.interactions
    return [use.message for use in uses if use.message and use.user.name == FILMED]


def _percent(message: SandboxMessage) -> int:
    before, sign, _ = message.text.partition(" %")
    number = before.rpartition(" ")[2]
    return int(number) if sign and number.isdecimal() else 0


def _has_ended(message: SandboxMessage) -> bool:
    return message.text.startswith(("⚠", "⏹"))


@asynccontextmanager
async def opened(stage: Stage) -> AsyncGenerator[Page]:
    """Open the page in a browser without a window, live and with a pointer."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        size = {"width": LEFT_PX + WIDTH_PX, "height": HEIGHT_PX}
        page = await browser.new_page(viewport={"width": size["width"], "height": size["height"]})
        await page.goto(f"{stage.page_url}?as={FILMED}")
        await page.get_by_text("The bot is running").wait_for()
        await show_pointer(page)
        yield page
        await browser.close()


async def take() -> Take:
    """Play and film the scene, with the real bot between the sandboxes."""
    with TemporaryDirectory(prefix="imagine-film-") as folder:
        async with open_stage() as stage:
            stage.backstage.play(Manner(with_ids=True, slow=True))
            bots = partial(running_bot, stage.environment, Path(folder))
            async with stage.plug.plugged_in(bots):
                await stage.plug.until(Power.RUNNING, START_S)
                await stage.discord.until(lambda: stage.discord.commands, START_S)
                await _rehearse(stage)
                return await _filmed(stage)


async def _rehearse(stage: Stage) -> None:
    """Let another member have a picture, in another channel."""
    use = await Person.of(stage.discord, "bob", "pictures").use("imagine", prompt=REHEARSED)
    if use.message is not None:
        await use.message.until(lambda it: it.attachments or _has_ended(it), PICTURE_S)


async def _filmed(stage: Stage) -> Take:
    async with opened(stage) as page:
        clip = FloatRect(x=LEFT_PX, y=0, width=WIDTH_PX, height=HEIGHT_PX)
        camera = Camera(page, clip)
        message = await shoot(stage, camera, page)
    words = first_line(message.now, stage.discord.world, stage.discord.clock.now)
    return Take(camera.frames, bool(message.attachments), words)


def develop(taken: Take, path: Path) -> str:
    """Write the moving picture, and return a sentence on it.

    Raises
    ------
    TooLargeError
        It doesn't fit.
    """
    film = cuts(taken.frames)
    data = webp(film, MAX_BYTES)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    shown_s = sum(cut.shown_ms for cut in film) / 1000
    return f"{path}: {len(film)} frames, {shown_s:.0f} s, {len(data) / 1000:.0f} kB"


def main(arguments: Sequence[str] | None = None) -> int:
    """Film the scene; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.film", description=__doc__)
    parser.add_argument("--out", type=Path, default=FILM, help="where the picture goes")
    parser.add_argument("--anyway", action="store_true", help="write it whatever came")
    asked = parser.parse_args(arguments)
    terminal, began_s = standard_terminal(), time.monotonic()
    taken = asyncio.run(take())
    if not taken.has_picture:
        terminal.say(f"No picture came. The message says: {taken.last_words}")
    if not (taken.has_picture or asked.anyway):
        return 1
    try:
        terminal.say(develop(taken, asked.out))
    except TooLargeError as error:
        terminal.say(str(error))
        return 1
    terminal.say(f"Made in {time.monotonic() - began_s:.0f} s")
    return 0 if taken.has_picture else 1


if __name__ == "__main__":
    sys.exit(main())
