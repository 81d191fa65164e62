"""Buttons that outlive any process: all they know stands in their custom id.

Only :class:`discord.ui.DynamicItem` is used. An ordinary button beside one would take it off
the whole bot when its view ends, and would be kept in memory for each message besides.
"""

import re
from contextlib import AbstractAsyncContextManager
from typing import Protocol, Self, cast

import discord
from discord import ui
from typing_extensions import override

from bot.domain.errors import NotOwnerError


class JobCanceller(Protocol):
    """What the Cancel button needs of the inside."""

    async def owner_of(self, job_id: int, channel_id: int | None) -> int:
        """Tell whose job it is; raises ``JobEndedError`` where that channel has no such job."""
        ...

    async def cancel(self, job_id: int, by_id: int) -> None:
        """End the job; raises ``JobEndedError`` where it is too late."""
        ...


class ButtonHost(Protocol):
    """A client that carries what buttons act on."""

    canceller: JobCanceller

    def answering(self, interaction: discord.Interaction) -> AbstractAsyncContextManager[None]:
        """Tell the member of whatever is raised inside, through the one funnel."""
        ...


def cancel_id(job_id: int) -> str:
    """Give the id of a job's button, which its message carries until it tells an end."""
    return f"cancel:{job_id}"


class CancelButton(ui.DynamicItem[ui.Button[ui.LayoutView]], template=r"cancel:(?P<job>\d+)"):
    """Ends a job that waits or runs; for its owner and for those with Manage Messages."""

    def __init__(self, job_id: int) -> None:
        super().__init__(
            ui.Button(
                label="Cancel", style=discord.ButtonStyle.secondary, custom_id=cancel_id(job_id)
            )
        )
        self.job_id = job_id

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
    async def callback(self, interaction: discord.Interaction) -> None:
        host = cast("ButtonHost", interaction.client)
        async with host.answering(interaction):
            await self._cancel(interaction, host.canceller)

    async def _cancel(self, interaction: discord.Interaction, canceller: JobCanceller) -> None:
        owner_id = await canceller.owner_of(self.job_id, interaction.channel_id)
        if interaction.user.id != owner_id and not interaction.permissions.manage_messages:
            raise NotOwnerError
        await canceller.cancel(self.job_id, interaction.user.id)
        await interaction.response.defer()
