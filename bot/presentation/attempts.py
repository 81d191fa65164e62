"""Who tried what they have no right to, as the log of a server keeps it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

import discord

from bot.domain.ports import ServerLog
from bot.domain.refusals import NotOperatorError, NotPermittedError
from bot.services.refusal_notes import rights_entry


@dataclass(frozen=True, slots=True)
class Attempts:
    """Notes what was refused for want of a right."""

    log: ServerLog

    def note(self, interaction: discord.Interaction, error: Exception) -> None:
        """Keep a refusal, where it is such a one and there is a server whose log it belongs to."""
        server_id = interaction.guild_id
        if server_id is not None and isinstance(error, NotPermittedError | NotOperatorError):
            at, who = interaction.created_at, interaction.user.id
            self.log.record(rights_entry(server_id, at, who, _tried(interaction)))


def _tried(interaction: discord.Interaction) -> str:
    """Name a command; of a button, what its pages or pictures belong to."""
    if interaction.command is not None:
        return interaction.command.qualified_name
    return _beginning(cast("Mapping[str, object]", interaction.data or {}))


def _beginning(data: Mapping[str, object]) -> str:
    return str(data.get("custom_id", "")).partition(":")[0]
