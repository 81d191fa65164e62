"""/operator: the switch and the gauges of whoever hosts the bot.

Discord shows it to administrators alone, since it has no notion of an application's owner; who
that is, is checked here.
"""

from dataclasses import dataclass
from datetime import timedelta

import discord
from discord import app_commands
from discord.ext import commands

from bot.domain.refusals import NotOperatorError
from bot.domain.setting_kinds import Duration
from bot.presentation import operator_words as words
from bot.presentation.layout import notice_view, text_view
from bot.services.host_report import HostReport

_PAUSE = Duration(60, 30 * 86_400)

Asked = discord.Interaction[commands.AutoShardedBot]


@app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)
@app_commands.default_permissions(administrator=True)
@dataclass(eq=False)
class Operator(
    commands.GroupCog, group_name="operator", group_description="For whoever hosts this bot."
):
    """Pause and resume the bot, and see how it is doing."""

    report: HostReport

    @app_commands.command()
    @app_commands.rename(length="for")
    async def pause(
        self, interaction: Asked, length: app_commands.Range[str, 1, 20] | None = None
    ) -> None:
        """Begin no pictures in any server for now.

        Parameters
        ----------
        length
            How long, such as 30m, 2h or 1d; leave it out to resume by hand.
        """
        await _require_operator(interaction)
        until = None
        if length is not None:
            length_s = _PAUSE.parse(length, "for")
            until = self.report.clock.now() + timedelta(seconds=length_s)
        await self.report.state.pause(interaction.user.id, until)
        view = notice_view(words.paused_words(until))
        await interaction.response.send_message(view=view, ephemeral=True)

    @app_commands.command()
    async def resume(self, interaction: Asked) -> None:
        """Make pictures again."""
        await _require_operator(interaction)
        still = await self.report.state.resume(interaction.user.id)
        view = notice_view(words.resumed_words(still))
        await interaction.response.send_message(view=view, ephemeral=True)

    @app_commands.command()
    async def status(self, interaction: Asked) -> None:
        """See servers, spending, balance and the last failures."""
        await _require_operator(interaction)
        client, status = interaction.client, await self.report.status()
        servers = words.servers_text(len(client.guilds), everywhere=not client.shard_ids)
        first = words.status_text(status, servers, words.BALANCE_ASKED)
        await interaction.response.send_message(view=text_view(first), ephemeral=True)
        balance = words.balance_text(await self.report.balance.usd())
        last = words.status_text(status, servers, balance)
        await interaction.edit_original_response(view=text_view(last))


async def _require_operator(interaction: Asked) -> None:
    """Let the application's owner pass, and the owner's team.

    Raises
    ------
    NotOperatorError
    """
    if not await interaction.client.is_owner(interaction.user):
        raise NotOperatorError
