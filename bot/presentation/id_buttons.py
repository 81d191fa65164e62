"""What buttons have in common that outlive any process: all they know stands in their ids.

A button is made anew from its id at each press, whichever process hears of it, and whatever goes
wrong is told to the presser through the one funnel.

Only :class:`discord.ui.DynamicItem` is used. An ordinary button beside one would take it off the
whole bot when its view ends, and would be kept in memory for each message besides.
"""

import re
from abc import abstractmethod
from contextlib import AbstractAsyncContextManager
from typing import Protocol, Self, cast

import discord
from discord import ui
from typing_extensions import override

Button = ui.Button[ui.LayoutView]


class AnsweringHost(Protocol):
    """A client that tells members of errors."""

    def answering(self, interaction: discord.Interaction) -> AbstractAsyncContextManager[None]:
        """Tell the member of whatever is raised inside, through the one funnel."""
        ...


class IdButton(ui.DynamicItem[Button], template=r"id:never"):
    """A button whose id says all.

    The library takes a template for each class, so this one's is that of no button.
    """

    @classmethod
    @abstractmethod
    def said_by(cls, match: re.Match[str]) -> Self:
        """Make the button that an id stands for."""

    @abstractmethod
    async def press(self, interaction: discord.Interaction) -> None:
        """Do what the button says."""

    @override
    @classmethod
    async def from_custom_id(
        cls,
        interaction: discord.Interaction,
        item: ui.Item[ui.LayoutView],
        match: re.Match[str],
        /,
    ) -> Self:
        return cls.said_by(match)

    @override
    async def callback(self, interaction: discord.Interaction) -> None:
        async with cast("AnsweringHost", interaction.client).answering(interaction):
            await self.press(interaction)


def quiet_button(label: str, custom_id: str, icon: str | None = None) -> Button:
    """Make what most buttons look like."""
    secondary = discord.ButtonStyle.secondary
    return ui.Button(label=label, style=secondary, custom_id=custom_id, emoji=icon)


def danger_button(label: str, custom_id: str, icon: str | None = None) -> Button:
    """Make what a button looks like that takes something away for good."""
    danger = discord.ButtonStyle.danger
    return ui.Button(label=label, style=danger, custom_id=custom_id, emoji=icon)
