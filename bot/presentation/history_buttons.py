"""The buttons of /history; all they know stands in their ids.

Whoever presses sees their own pictures, whosever message the button is under.
"""

import re
from abc import abstractmethod
from contextlib import AbstractAsyncContextManager
from typing import Protocol, Self, cast

import discord
from discord import ui
from typing_extensions import override

from bot.presentation import history_words as words
from bot.services.member_history import HistoryTurn

_Button = ui.Button[ui.LayoutView]


class HistoryDesk(Protocol):
    """What the buttons act on."""

    async def turn(self, interaction: discord.Interaction, turn: HistoryTurn) -> None:
        """Show another page in place of what stands there."""
        ...

    async def show(self, interaction: discord.Interaction, job_id: int) -> None:
        """Show one job in place of the page."""
        ...

    async def remove(self, interaction: discord.Interaction, job_id: int) -> None:
        """Delete one job, its message and its pictures."""
        ...


class HistoryHost(Protocol):
    """A client that carries what these buttons act on."""

    history: HistoryDesk

    def answering(self, interaction: discord.Interaction) -> AbstractAsyncContextManager[None]:
        """Tell the member of whatever is raised inside, through the one funnel."""
        ...


class _HistoryButton(ui.DynamicItem[_Button], template=r"history:never"):
    """A button that shows something else in its message.

    The library takes a template for each class, so this one's is that of no button.
    """

    @abstractmethod
    async def act(self, desk: HistoryDesk, interaction: discord.Interaction) -> None:
        """Do what the button says."""

    @override
    async def callback(self, interaction: discord.Interaction) -> None:
        host = cast("HistoryHost", interaction.client)
        async with host.answering(interaction):
            await self.act(host.history, interaction)


class TurnButton(_HistoryButton, template=r"history:(?P<side>before|after):(?P<job>\d+)"):
    """Turns to the next older or newer page."""

    def __init__(self, turn: HistoryTurn, label: str = "") -> None:
        self.turn = turn
        side = "after" if turn.before_id is None else "before"
        super().__init__(_button(label, f"history:{side}:{turn.before_id or turn.after_id}"))

    @override
    @classmethod
    async def from_custom_id(
        cls,
        interaction: discord.Interaction,
        item: ui.Item[ui.LayoutView],
        match: re.Match[str],
        /,
    ) -> Self:
        job_id = int(match["job"])
        older = match["side"] == "before"
        return cls(HistoryTurn(before_id=job_id) if older else HistoryTurn(after_id=job_id))

    @override
    async def act(self, desk: HistoryDesk, interaction: discord.Interaction) -> None:
        await desk.turn(interaction, self.turn)


class BackButton(_HistoryButton, template=r"history:latest"):
    """Turns to the latest page."""

    def __init__(self) -> None:
        super().__init__(_button(words.BACK_LABEL, "history:latest"))

    @override
    @classmethod
    async def from_custom_id(
        cls,
        interaction: discord.Interaction,
        item: ui.Item[ui.LayoutView],
        match: re.Match[str],
        /,
    ) -> Self:
        return cls()

    @override
    async def act(self, desk: HistoryDesk, interaction: discord.Interaction) -> None:
        await desk.turn(interaction, HistoryTurn())


class OpenButton(_HistoryButton, template=r"history:open:(?P<job>\d+)"):
    """Shows one job."""

    def __init__(self, job_id: int, label: str = "") -> None:
        self.job_id = job_id
        super().__init__(_button(label, f"history:open:{job_id}"))

    @override
    @classmethod
    async def from_custom_id(
        cls,
        interaction: discord.Interaction,
        item: ui.Item[ui.LayoutView],
        match: re.Match[str],
        /,
    ) -> Self:
        return cls(int(match["job"]))

    @override
    async def act(self, desk: HistoryDesk, interaction: discord.Interaction) -> None:
        await desk.show(interaction, self.job_id)


class RemoveButton(_HistoryButton, template=r"history:delete:(?P<job>\d+)"):
    """Deletes one job, its message and its pictures."""

    def __init__(self, job_id: int) -> None:
        self.job_id = job_id
        button = _button(words.DELETE_LABEL, f"history:delete:{job_id}", "🗑️")
        button.style = discord.ButtonStyle.danger
        super().__init__(button)

    @override
    @classmethod
    async def from_custom_id(
        cls,
        interaction: discord.Interaction,
        item: ui.Item[ui.LayoutView],
        match: re.Match[str],
        /,
    ) -> Self:
        return cls(int(match["job"]))

    @override
    async def act(self, desk: HistoryDesk, interaction: discord.Interaction) -> None:
        await desk.remove(interaction, self.job_id)


def _button(label: str, custom_id: str, emoji: str | None = None) -> _Button:
    secondary = discord.ButtonStyle.secondary
    return ui.Button(label=label, style=secondary, custom_id=custom_id, emoji=emoji)
