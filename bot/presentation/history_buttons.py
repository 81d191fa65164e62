"""The buttons of /history; all they know stands in their ids.

Whoever presses sees their own pictures, whosever message the button is under.
"""

import re
from typing import Protocol, Self, cast

import discord
from typing_extensions import override

from bot.presentation import history_words as words
from bot.presentation.id_buttons import AnsweringHost, IdButton, danger_button, quiet_button
from bot.services.member_history import HistoryTurn


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


class HistoryHost(AnsweringHost, Protocol):
    """A client that carries what these buttons act on."""

    history: HistoryDesk


class TurnButton(IdButton, template=r"history:(?P<side>before|after):(?P<job>\d+)"):
    """Turns to the next older or newer page."""

    def __init__(self, turn: HistoryTurn, label: str = "") -> None:
        self.turn = turn
        side = "after" if turn.before_id is None else "before"
        super().__init__(quiet_button(label, f"history:{side}:{turn.before_id or turn.after_id}"))

    @override
    @classmethod
    def said_by(cls, match: re.Match[str]) -> Self:
        job_id = int(match["job"])
        older = match["side"] == "before"
        return cls(HistoryTurn(before_id=job_id) if older else HistoryTurn(after_id=job_id))

    @override
    async def press(self, interaction: discord.Interaction) -> None:
        await _desk(interaction).turn(interaction, self.turn)


class BackButton(IdButton, template=r"history:latest"):
    """Turns to the latest page."""

    def __init__(self) -> None:
        super().__init__(quiet_button(words.BACK_LABEL, "history:latest"))

    @override
    @classmethod
    def said_by(cls, match: re.Match[str]) -> Self:
        return cls()

    @override
    async def press(self, interaction: discord.Interaction) -> None:
        await _desk(interaction).turn(interaction, HistoryTurn())


class OpenButton(IdButton, template=r"history:open:(?P<job>\d+)"):
    """Shows one job."""

    def __init__(self, job_id: int, label: str = "") -> None:
        self.job_id = job_id
        super().__init__(quiet_button(label, f"history:open:{job_id}"))

    @override
    @classmethod
    def said_by(cls, match: re.Match[str]) -> Self:
        return cls(int(match["job"]))

    @override
    async def press(self, interaction: discord.Interaction) -> None:
        await _desk(interaction).show(interaction, self.job_id)


class RemoveButton(IdButton, template=r"history:delete:(?P<job>\d+)"):
    """Deletes one job, its message and its pictures."""

    def __init__(self, job_id: int) -> None:
        self.job_id = job_id
        super().__init__(danger_button(words.DELETE_LABEL, f"history:delete:{job_id}", "🗑️"))

    @override
    @classmethod
    def said_by(cls, match: re.Match[str]) -> Self:
        return cls(int(match["job"]))

    @override
    async def press(self, interaction: discord.Interaction) -> None:
        await _desk(interaction).remove(interaction, self.job_id)


def _desk(interaction: discord.Interaction) -> HistoryDesk:
    return cast("HistoryHost", interaction.client).history
