"""The buttons of the pages that members open; like all of ours, they outlive any process."""

import re
from contextlib import AbstractAsyncContextManager
from typing import Protocol, Self, cast

import discord
from discord import ui
from typing_extensions import override


class Commands(Protocol):
    """A client that carries groups of commands, which its buttons act on."""

    def get_cog(self, name: str, /) -> object:
        """Find a group of commands by its name."""
        ...

    def answering(self, interaction: discord.Interaction) -> AbstractAsyncContextManager[None]:
        """Tell the member of whatever is raised inside, through the one funnel."""
        ...


class ModelPages(Protocol):
    """What the buttons of /models need."""

    async def turn(self, interaction: discord.Interaction, page: int) -> None:
        """Show another page in the message that was pressed."""
        ...


class PrivacySteps(Protocol):
    """What the buttons of /privacy need."""

    async def take_step(self, interaction: discord.Interaction, step: str) -> None:
        """Do what a button says: ``export``, ``delete``, ``confirm`` or ``keep``."""
        ...


class ModelPageButton(
    ui.DynamicItem[ui.Button[ui.LayoutView]], template=r"models:(?P<page>\d{1,4})"
):
    """Turns the list of models to a page, counted from 0."""

    def __init__(self, page: int, label: str = "") -> None:
        super().__init__(ui.Button(label=label, custom_id=f"models:{page}"))
        self.page = page

    @override
    @classmethod
    async def from_custom_id(
        cls,
        interaction: discord.Interaction,
        item: ui.Item[ui.LayoutView],
        match: re.Match[str],
        /,
    ) -> Self:
        return cls(int(match["page"]))

    @override
    async def callback(self, interaction: discord.Interaction) -> None:
        host = cast("Commands", interaction.client)
        async with host.answering(interaction):
            await cast("ModelPages", host.get_cog("Models")).turn(interaction, self.page)


class PrivacyButton(
    ui.DynamicItem[ui.Button[ui.LayoutView]],
    template=r"privacy:(?P<step>export|delete|confirm|keep)",
):
    """Exports or deletes a member's own data, which is asked once."""

    def __init__(self, step: str, label: str = "", *, dangerous: bool = False) -> None:
        style = discord.ButtonStyle.danger if dangerous else discord.ButtonStyle.secondary
        super().__init__(ui.Button(label=label, style=style, custom_id=f"privacy:{step}"))
        self.step = step

    @override
    @classmethod
    async def from_custom_id(
        cls,
        interaction: discord.Interaction,
        item: ui.Item[ui.LayoutView],
        match: re.Match[str],
        /,
    ) -> Self:
        return cls(match["step"])

    @override
    async def callback(self, interaction: discord.Interaction) -> None:
        host = cast("Commands", interaction.client)
        async with host.answering(interaction):
            await cast("PrivacySteps", host.get_cog("Privacy")).take_step(interaction, self.step)


Row = ui.ActionRow[ui.LayoutView]


def page_buttons(page: int, pages: int) -> Row | None:
    """Give the buttons that lead from one page to its neighbours, where it has any."""
    around = ((page - 1, "◀ Previous"), (page + 1, "Next ▶"))
    beside = [(number, label) for number, label in around if 0 <= number < pages]
    if not beside:
        return None
    row = Row()
    for number, label in beside:
        row.add_item(ModelPageButton(number, label))
    return row


def privacy_buttons() -> Row:
    """Give the buttons below what is kept."""
    delete = PrivacyButton("delete", "Delete my data", dangerous=True)
    return Row().add_item(PrivacyButton("export", "Export my data")).add_item(delete)


def deletion_buttons() -> Row:
    """Give the two answers to whether data shall be deleted."""
    confirm = PrivacyButton("confirm", "Delete", dangerous=True)
    return Row().add_item(confirm).add_item(PrivacyButton("keep", "Keep them"))
