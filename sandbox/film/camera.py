"""A camera over a page in the browser, and a pointer that can be seen on it."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

from sandbox.film.cutting import Frame

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from playwright.async_api import FloatRect, Locator, Page

EVERY_S: Final = 0.12
# The browser draws no pointer of its own where nobody sees it.
POINTER: Final = """() => {
    const svg = "http://www.w3.org/2000/svg";
    const pointer = document.createElementNS(svg, "svg");
    pointer.id = "film-pointer";
    pointer.setAttribute("viewBox", "0 0 24 24");
    pointer.setAttribute("aria-hidden", "true");
    const arrow = document.createElementNS(svg, "path");
    arrow.setAttribute("d", "M4 2v17l4.5-4.2 3 6.6 3-1.4-3-6.4H18z");
    arrow.setAttribute("fill", "#fff");
    arrow.setAttribute("stroke", "#000");
    pointer.append(arrow);
    Object.assign(pointer.style, {
        position: "fixed", left: "0", top: "0", width: "26px", zIndex: "99",
        pointerEvents: "none", transform: "translate(700px, 560px)",
        transition: "transform 0.6s ease-in-out",
    });
    document.body.append(pointer);
}"""
MOVE: Final = """([x, y]) => {
    const pointer = document.getElementById("film-pointer");
    pointer.style.transform = `translate(${x}px, ${y}px)`;
    return Promise.allSettled(pointer.getAnimations().map((animation) => animation.finished));
}"""


class Camera:
    """Films one page; `frames` is what it has seen."""

    def __init__(self, page: Page, clip: FloatRect) -> None:
        self._page = page
        self._clip = clip
        self.frames: list[Frame] = []

    @asynccontextmanager
    async def rolling(self) -> AsyncGenerator[None]:
        """Film until the context ends."""
        filming = asyncio.create_task(self._film())
        try:
            yield
        finally:
            filming.cancel()
            await asyncio.wait([filming])

    async def _film(self) -> None:
        while True:
            image = await self._page.screenshot(clip=self._clip, type="png")
            self.frames.append(Frame(time.monotonic(), image))
            await asyncio.sleep(EVERY_S)


async def show_pointer(page: Page) -> None:
    """Draw a pointer on the page."""
    await page.evaluate(POINTER)


async def point_and_click(target: Locator) -> None:
    """Move the pointer onto something that can be pressed, and press it."""
    box = await target.bounding_box()
    if box is not None:
        middle = [box["x"] + box["width"] / 2, box["y"] + box["height"] / 2]
        await target.page.evaluate(MOVE, middle)
    await target.click()
