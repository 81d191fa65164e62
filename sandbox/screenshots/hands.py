"""A person's hands on the page: what they send, press, choose and fill in, by what they read."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from playwright.async_api import expect

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playwright.async_api import Locator, Page

# A machine at work with other things is waited for.
PATIENT_MS: Final = 30_000
BUSY: Final = "[aria-busy=true]"
ANSWER: Final = "#messages .message[data-message]"


class Hands:
    """What one person does on the page, one action at a time.

    Attributes
    ----------
    message
        The answer to the last command, in which buttons are pressed.
    actions
        How many there were: commands sent, presses and choices.
    """

    def __init__(self, page: Page) -> None:
        self.page = page
        self.message = page.locator(ANSWER).last
        self.actions = 0

    async def send(self, command: str, **options: str | Path) -> Locator:
        """Send a command with its options, written out in full; returns its answer.

        An option's name may end with ``_`` where it is a word of Python.
        """
        # Others' words may come in between, such as the greeting a moderator gets once.
        used = self.page.locator(".command-name").get_by_text(f"/{command}", exact=True)
        answers = self.page.locator(ANSWER).filter(has=used)
        before = await answers.count()
        await self._open(command)
        for name, value in options.items():
            await self._give(name.removesuffix("_"), value)
        await self._end_of(command).press("Enter")
        self.actions += 1
        await expect(answers.nth(before)).to_be_visible(timeout=PATIENT_MS)
        element_id = await answers.nth(before).get_attribute("id")
        self.message = self.page.locator(f"#{element_id}")
        return self.message

    async def press(self, label: str, beside: str = "") -> None:
        """Press a button of the answer; `beside` tells alike ones apart by what they are about."""
        place = self.message
        if beside:
            place = place.locator(".section").filter(has_text=beside)
        await place.get_by_role("button", name=label, exact=True).click()
        await self._acted()

    async def follow(self, link: str) -> None:
        """Press a link of the answer, such as a file to download."""
        await self.message.get_by_role("link", name=link, exact=True).click()
        self.actions += 1

    async def choose(self, menu: str, *labels: str) -> None:
        """Choose in a menu of the answer, or of the open form, by what stands on it."""
        is_form = await self.form.count() > 0
        place = self.form if is_form else self.message
        await place.get_by_role("button", name=re.compile(f"^{re.escape(menu)}")).click()
        await self._choose_among(labels)
        await self._acted()

    async def fill(self, label: str, text: str) -> None:
        """Write into a field of the open form; that alone is no action."""
        await self.form.get_by_label(re.compile(f"^{re.escape(label)}")).fill(text)

    async def submit(self) -> None:
        """Send the open form."""
        await self.form.get_by_role("button", name="Submit").click()
        self.actions += 1
        await expect(self.form).to_have_count(0, timeout=PATIENT_MS)

    @property
    def form(self) -> Locator:
        """Return the form that is open."""
        return self.page.locator("dialog.modal")

    async def _acted(self) -> None:
        self.actions += 1
        await expect(self.page.locator(BUSY)).to_have_count(0, timeout=PATIENT_MS)

    async def _open(self, command: str) -> None:
        box = self.page.locator("#message-box")
        await box.fill(f"/{command}")
        listed = self.page.get_by_role("option").filter(has_text=f"/{command}")
        await expect(listed.first).to_be_visible(timeout=PATIENT_MS)
        await box.press_sequentially(" ")

    async def _give(self, name: str, value: str | Path) -> None:
        field = self.page.locator(f".option[data-option={name}]").locator("input, textarea")
        if await field.count() == 0:
            await self._add_option(name)
        if isinstance(value, Path):
            await field.set_input_files(value)
        else:
            await field.fill(value)

    async def _add_option(self, name: str) -> None:
        end = self.page.locator(".option-tail")
        await end.fill(name)
        await end.press("Tab")

    def _end_of(self, command: str) -> Locator:
        return self.page.get_by_role("combobox", name=f"End of /{command}")

    async def _choose_among(self, labels: Sequence[str]) -> None:
        menu = self.page.locator(".menu")
        for label in labels:
            await menu.get_by_role("option").filter(has_text=label).first.click()
        if await menu.count() > 0:  # one of several choices: the menu's end sends them
            await self.page.keyboard.press("Tab")
