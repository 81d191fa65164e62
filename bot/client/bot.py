"""The bot as Discord knows it: its connection, its commands, and its answers to errors."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from math import isfinite
from time import monotonic

import aiohttp
import discord
from discord import app_commands, ui
from discord.ext import commands
from typing_extensions import override

from bot.client.discord_errors import cannot_be_answered
from bot.client.identify_gate import IdentifyGate
from bot.client.interaction_events import InteractionEvents
from bot.client.registration import Registration, register_commands
from bot.client.shard_watch import ShardWatch
from bot.client.shards import Shards, counted
from bot.client.view import View
from bot.domain.errors import BrokenCommandError, DuplicateInteractionError, ImagineError
from bot.domain.jobs import reference_of
from bot.presentation.attempts import Attempts
from bot.presentation.buttons import CancelButton, JobCanceller
from bot.presentation.first_minute import Greeter
from bot.presentation.history_buttons import HistoryDesk
from bot.presentation.layout import refusal_view
from bot.presentation.log_pages import LogPages
from bot.presentation.model_pages import ModelPages
from bot.presentation.next_buttons import NextPresses
from bot.presentation.preferences import DefaultsPage
from bot.presentation.privacy_steps import PrivacySteps
from bot.presentation.result_buttons import PictureDesk
from bot.services.moderation import Moderation
from bot.services.retention import Presence

# Servers are only counted, so a start needn't wait the library's two seconds for the last of them.
_GUILDS_SETTLE_S = 0.5

DynamicButton = ui.DynamicItem[ui.Button[ui.LayoutView]]

_log = logging.getLogger(__name__)


class ImagineTree(app_commands.CommandTree["ImagineBot"]):
    """The commands; whatever one of them raises goes through the bot's one funnel."""

    @override
    async def on_error(
        self, interaction: discord.Interaction["ImagineBot"], error: app_commands.AppCommandError
    ) -> None:
        await self.client.answer_error(interaction, error)
        # What is missing is never worth more than where a command was just refused for it.
        await self.client.greet(interaction)


class ImagineBot(InteractionEvents):
    """A bot that sees servers, no members and no messages.

    Parameters
    ----------
    shards
        Which part of the servers is ours.
    canceller
        What the Cancel button acts on.
    drain
        Lets the jobs under way end; awaited once, before the connection closes.
    direct_messages
        Whether Discord offers the commands in conversations with the bot too.
    view
        Who looks at what it does.

    Attributes
    ----------
    gate
        What each IDENTIFY has to pass; set by whoever wires.
    moderation, pictures, next_presses, log_pages, model_pages, privacy, history, defaults
        What buttons act on: those of settings, under pictures and reports, of the log, of /models,
        of /privacy, of /history and of /defaults; set by whoever wires.
    registration
        What became of the commands at Discord; ``None`` where another process sees to that.
    attempts, presence, greeter
        Who takes note of what was tried without the right to, of servers, and who greets in them.
    """

    gate: IdentifyGate
    moderation: Moderation
    pictures: PictureDesk
    next_presses: NextPresses
    log_pages: LogPages
    model_pages: ModelPages
    privacy: PrivacySteps
    history: HistoryDesk
    defaults: DefaultsPage
    registration: Registration | None = None
    attempts: Attempts | None = None
    presence: Presence | None = None
    greeter: Greeter | None = None

    def __init__(
        self,
        shards: Shards,
        canceller: JobCanceller,
        drain: Callable[[], Awaitable[None]],
        *,
        direct_messages: bool = False,
        view: View | None = None,
    ) -> None:
        view = view or View()
        super().__init__(
            command_prefix=commands.when_mentioned,
            help_command=None,
            tree_cls=ImagineTree,
            intents=discord.Intents(guilds=True),
            allowed_mentions=discord.AllowedMentions.none(),
            allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=direct_messages),
            allowed_installs=app_commands.AppInstallationType(guild=True),
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            max_messages=None,
            guild_ready_timeout=_GUILDS_SETTLE_S,
            http_trace=view.trace,
            **shards.options(),
        )
        self.canceller = canceller
        self.connected = asyncio.Event()
        self.observe = view.observe
        self.shard_watch = ShardWatch(self.observe)
        self._drain = drain
        self._groups: Sequence[commands.Cog] = ()
        self._items: Sequence[type[DynamicButton]] = ()
        self._menus: Sequence[app_commands.ContextMenu] = ()
        self._closing = asyncio.Lock()
        self._drained = False
        self._started_s = monotonic()
        self._was_ready = False

    def bring(
        self,
        groups: Sequence[commands.Cog],
        items: Sequence[type[DynamicButton]] = (),
        menus: Sequence[app_commands.ContextMenu] = (),
    ) -> None:
        """Set what is there from the start.

        Parameters
        ----------
        groups
            The commands that are registered.
        items
            The buttons that are known by their ids, beside *Cancel*.
        menus
            What stands in the menus of messages.
        """
        self._groups = groups
        self._items = items
        self._menus = menus

    @override
    async def setup_hook(self) -> None:
        for group in self._groups:
            await self.add_cog(group)
        for menu in self._menus:
            self.tree.add_command(menu)
        self.add_dynamic_items(CancelButton, *self._items)
        if not self.shard_ids or 0 in self.shard_ids:
            self.registration = await register_commands(self.tree)

    @override
    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        await self.gate.enter(shard_id or 0)

    async def on_shard_connect(self, shard_id: int) -> None:
        """Take note that Discord let a shard in, with a new session."""
        self.connected.set()
        self.shard_watch.came(shard_id)

    async def on_shard_resumed(self, shard_id: int) -> None:
        """Take note that a shard's session goes on."""
        self.shard_watch.came(shard_id, resumed=True)

    async def on_shard_disconnect(self, shard_id: int) -> None:
        """Take note since when a shard is away; the library connects it again."""
        self.shard_watch.went(shard_id)

    async def on_ready(self) -> None:
        """Say in one line that members are served; Discord tells of each new session."""
        if not self._was_ready:
            self._was_ready = True
            self._tell_of_start()
        if self.presence is not None:
            await self.presence.reconcile(self._is_in, self._serves)

    def _is_in(self, server_id: int) -> bool:
        return self.get_guild(server_id) is not None

    def _serves(self, server_id: int) -> bool:
        """Tell whether a server's events come to this process."""
        # https://discord.com/developers/docs/events/gateway#sharding-sharding-formula
        return (server_id >> 22) % (self.shard_count or 1) in self.shards

    def _tell_of_start(self) -> None:
        took_s = monotonic() - self._started_s
        servers = counted(len(self.guilds), "server")
        shards = counted(len(self.shards), "shard")
        _log.info("ready  %s  %s  %s  %.1f s", self._full_name(), servers, shards, took_s)

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Take note that the bot is in a server, for the first time or again."""
        if self.presence is not None:
            await self.presence.returned(guild.id)

    async def on_guild_available(self, guild: discord.Guild) -> None:
        """Take note of a server that is there again, as all are with each new session."""
        if self.presence is not None:
            await self.presence.there_again(guild.id)

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Take note that the bot was removed from a server."""
        if self.presence is not None:
            await self.presence.left(guild.id)

    async def on_app_command_completion(
        self,
        interaction: discord.Interaction,
        _: app_commands.Command[commands.Cog, ..., object] | app_commands.ContextMenu,
    ) -> None:
        """Greet whoever is to be greeted, once their command is answered."""
        await self.greet(interaction)

    async def greet(self, interaction: discord.Interaction) -> None:
        """Greet a server's first moderator beside the answer to their command."""
        if self.greeter is not None:
            await self.greeter.greet(interaction)

    def _full_name(self) -> str:
        return f"{self.user.name}#{self.user.discriminator}" if self.user else ""

    @property
    def shards_served(self) -> int:
        """How many shards this process has to serve, as far as that is known."""
        return len(self.shard_ids or range(self.shard_count or 1))

    @property
    def heard_latencies(self) -> Sequence[tuple[int, float]]:
        """The seconds from a heartbeat to its answer, for each shard that had one."""
        return [(shard, latency) for shard, latency in self.latencies if isfinite(latency)]

    @property
    def stopping(self) -> bool:
        """Whether it is on its way out."""
        return self._drained or self._closing.locked()

    @override
    async def close(self) -> None:
        # The library closes too when Discord throws us out, and waits for the jobs as well.
        async with self._closing:
            if not self._drained:
                await self._drain()
                self._drained = True
        await super().close()

    @asynccontextmanager
    async def answering(self, interaction: discord.Interaction) -> AsyncGenerator[None]:
        """Tell the member of whatever is raised inside."""
        try:
            yield
        except Exception as error:  # noqa: BLE001  # this is the one funnel
            await self.answer_error(interaction, error)

    async def answer_error(self, interaction: discord.Interaction, error: Exception) -> None:
        """Tell a member, privately, why nothing came of a command or a button."""
        cause = error.original if isinstance(error, app_commands.CommandInvokeError) else error
        if isinstance(cause, DuplicateInteractionError):
            return
        if cannot_be_answered(cause):
            _log.warning("interaction %d got no answer: %s", interaction.id, type(cause).__name__)
            return
        if not isinstance(cause, ImagineError):
            reference = reference_of(interaction.id)
            _log.error("command %s failed by a mistake of ours", reference, exc_info=cause)
            cause = BrokenCommandError(reference)
        if self.attempts is not None:
            self.attempts.note(interaction, cause)
        await self._refuse(interaction, cause)

    async def _refuse(self, interaction: discord.Interaction, error: ImagineError) -> None:
        view = refusal_view(error)
        try:
            if interaction.response.is_done():
                await interaction.followup.send(view=view, ephemeral=True)
            else:
                await interaction.response.send_message(view=view, ephemeral=True)
        except (discord.DiscordException, aiohttp.ClientError, OSError, TypeError) as failure:
            # The library lets errors of the connection through as they are, and stumbles over a
            # 429 that is a proxy's page.
            what = type(failure).__name__
            _log.warning("interaction %d got no answer: %s", interaction.id, what)
