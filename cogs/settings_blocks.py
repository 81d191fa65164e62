"""/settings block and unblock: who makes no pictures in a server."""

from dataclasses import dataclass
from datetime import timedelta

import discord
from discord import app_commands
from discord.ext import commands

from bot.domain.ports import Clock
from bot.domain.reasons import REASON_MAX_CHARACTERS
from bot.presentation import moderation_words as words
from bot.presentation.answers import answer
from bot.presentation.rights import deciding
from bot.presentation.settings_choices import choices, time_offers
from bot.services.moderation import BLOCK_SPAN, Moderation

Person = discord.User | discord.Member
Reason = app_commands.Range[str, 1, REASON_MAX_CHARACTERS]

_BLOCKING = ("manage_guild", "moderate_members")


@dataclass(eq=False)
class BlockCommands(commands.Cog):
    """The two commands about members, for the group that they stand in."""

    moderation: Moderation
    clock: Clock

    @app_commands.command()
    @app_commands.rename(duration="for")
    async def block(
        self,
        interaction: discord.Interaction,
        member: Person,
        duration: str = words.FOR_GOOD,
        reason: Reason = "",
    ) -> None:
        """Let a member make no pictures in this server.

        Parameters
        ----------
        member
            Whom.
        duration
            For how long, such as 12h or 7d; leave it out for good.
        reason
            Why; only moderators see it.
        """
        by = deciding(interaction, *_BLOCKING)
        until = None
        if duration.strip().casefold() != words.FOR_GOOD:
            until = self.clock.now() + timedelta(seconds=BLOCK_SPAN.parse(duration, "for"))
        done = await self.moderation.block(by, member.id, until, reason)
        await answer(interaction, words.blocked(done))

    @block.autocomplete("duration")
    async def _offer_times(
        self, _: discord.Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        return choices(time_offers(), typed)

    @app_commands.command()
    async def unblock(self, interaction: discord.Interaction, member: Person) -> None:
        """Let a member make pictures again.

        Parameters
        ----------
        member
            Whom.
        """
        by = deciding(interaction, *_BLOCKING)
        done = await self.moderation.unblock(by, member.id)
        await answer(interaction, words.unblocked(member.id, done))
