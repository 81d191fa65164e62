"""The button that ends a job, as long as it can be ended."""

import re
from typing import Protocol, Self, cast

import discord
from typing_extensions import override

from bot.domain.errors import NotOwnerError
from bot.presentation.id_buttons import IdButton, quiet_button


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


def cancel_id(job_id: int) -> str:
    """Give the id of a job's button, which its message carries until it tells an end."""
    return f"cancel:{job_id}"


class CancelButton(IdButton, template=r"cancel:(?P<job>\d+)"):
    """Ends a job that waits or runs; for its owner and for those with Manage Messages."""

    def __init__(self, job_id: int) -> None:
        super().__init__(quiet_button("Cancel", cancel_id(job_id)))
        self.job_id = job_id

    @override
    @classmethod
    def said_by(cls, match: re.Match[str]) -> Self:
        return cls(int(match["job"]))

    @override
    async def press(self, interaction: discord.Interaction) -> None:
        canceller = cast("ButtonHost", interaction.client).canceller
        owner_id = await canceller.owner_of(self.job_id, interaction.channel_id)
        if interaction.user.id != owner_id and not interaction.permissions.manage_messages:
            raise NotOwnerError
        await canceller.cancel(self.job_id, interaction.user.id)
        await interaction.response.defer()
