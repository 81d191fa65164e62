"""Giving Discord our commands, only where it has others."""

import logging
from typing import NamedTuple, TypeVar

import discord
from discord import app_commands

from bot.presentation.command_sync import same_commands

ClientT = TypeVar("ClientT", bound=discord.Client)

_log = logging.getLogger(__name__)


class Registration(NamedTuple):
    """How many commands there are, and whether Discord had to be given them."""

    commands: int
    sent: bool


async def register_commands(tree: app_commands.CommandTree[ClientT]) -> Registration | None:
    """Compare and, where they differ, register; ``None`` before a login."""
    client = tree.client
    if client.application_id is None:
        return None
    ours = [command.to_dict(tree) for command in tree.get_commands()]
    theirs = await client.http.get_global_commands(client.application_id)
    if same_commands(ours, theirs):
        return Registration(len(ours), sent=False)
    await tree.sync()
    _log.info("commands  %d registered", len(ours))
    return Registration(len(ours), sent=True)
