"""What the real discord.py makes of a moderator's commands, menus and channels here."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import discord
import pytest
from discord import app_commands
from discord.gateway import DiscordWebSocket
from discord.http import Route
from yarl import URL

from sandbox.discord.attachments import Upload
from sandbox.discord.person import Person
from sandbox.discord.server import DiscordSandbox

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from sandbox.discord.messages import SandboxMessage

MANAGERS = discord.Permissions(manage_guild=True)


class Settings(app_commands.Group):
    """/settings models allow; what it heard is kept."""

    def __init__(self) -> None:
        super().__init__(
            name="settings", description="x", default_permissions=MANAGERS, guild_only=True
        )
        self.heard: dict[str, object] = {}
        models = app_commands.Group(name="models", description="x", parent=self)
        models.add_command(self.allow_command())
        self.panel: discord.ui.LayoutView | None = None
        self.panel_listens = asyncio.Event()

    def allow_command(self) -> app_commands.Command:
        @app_commands.command(name="allow", description="x")
        async def allow(
            interaction: discord.Interaction,
            role: discord.Role,
            channel: app_commands.AppCommandChannel,
            member: discord.Member,
            file: discord.Attachment,
        ) -> None:
            self.heard = {
                "role": role.name,
                "may_send_there": channel.permissions.send_messages,
                "member": (member.name, [item.name for item in member.roles]),
                "member_may_manage": member.resolved_permissions.manage_guild,
                "file": (await file.read(), file.filename),
            }
            await interaction.response.send_message("Allowed", ephemeral=True)

        return allow

    @app_commands.command(description="x")
    async def here(self, interaction: discord.Interaction) -> None:
        assert interaction.channel is not None
        self.heard = {
            "age_restricted": interaction.channel.is_nsfw(),
            "mine": interaction.app_permissions.view_channel,
            "theirs": interaction.permissions.manage_guild,
        }
        if self.panel is not None:
            await interaction.response.send_message(view=self.panel, ephemeral=True)
            self.panel_listens.set()
        else:
            await interaction.response.send_message("Here")


class Bot(discord.Client):
    def __init__(self, settings: Settings) -> None:
        super().__init__(
            intents=discord.Intents(guilds=True),
            chunk_guilds_at_startup=False,
            guild_ready_timeout=0.05,
        )
        self.settings = settings
        self.tree = app_commands.CommandTree(self)

    async def setup_hook(self) -> None:
        self.tree.add_command(self.settings)
        await self.tree.sync()


@pytest.fixture
async def sandbox(monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[DiscordSandbox]:
    async with DiscordSandbox.open() as opened:
        monkeypatch.setattr(Route, "BASE", opened.api_url)
        monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", URL(opened.gateway.url))
        yield opened


@asynccontextmanager
async def running(sandbox: DiscordSandbox) -> AsyncGenerator[Bot]:
    async with Bot(Settings()) as bot:
        task = asyncio.create_task(bot.start(sandbox.world.application.token))
        try:
            await sandbox.until(lambda: sandbox.ready_shards == 1 or task.done(), timeout_s=10)
            async with asyncio.timeout(10):
                await bot.wait_until_ready()
            yield bot
        finally:
            await bot.close()
            await task


async def test_discord_py_reads_a_nested_command_with_all_that_it_points_at(
    sandbox: DiscordSandbox,
) -> None:
    async with running(sandbox) as bot:
        carol = Person.of(sandbox, "carol")
        guild = carol.guild
        await carol.use(
            "settings models allow",
            role=carol.role("Artist"),
            channel=guild.channel("staff-room"),
            member=guild.member("dora"),
            file=Upload("rules.json", b"{}"),
        )

    assert bot.settings.heard == {
        "role": "Artist",
        "may_send_there": True,
        "member": ("dora", ["@everyone", "Artist"]),
        "member_may_manage": False,
        "file": (b"{}", "rules.json"),
    }


@pytest.mark.parametrize(
    ("channel", "heard"),
    [
        ("general", {"age_restricted": False, "mine": True, "theirs": True}),
        ("after-dark", {"age_restricted": True, "mine": True, "theirs": True}),
        ("late", {"age_restricted": True, "mine": True, "theirs": True}),
        ("staff-room", {"age_restricted": False, "mine": False, "theirs": True}),
    ],
)
async def test_discord_py_knows_where_it_is(
    sandbox: DiscordSandbox, channel: str, heard: dict[str, bool]
) -> None:
    guild = sandbox.world.guild("Lantern Bay")
    sandbox.world.add_channel(guild, "late", guild.channel("after-dark"))
    async with running(sandbox) as bot:
        await Person.of(sandbox, "carol", channel).use("settings here")

    assert bot.settings.heard == heard


async def test_a_command_for_servers_is_not_offered_in_a_conversation(
    sandbox: DiscordSandbox,
) -> None:
    async with running(sandbox):
        carol = sandbox.world.user("carol")
        talk = Person.of(sandbox, "carol", sandbox.world.direct_channel(carol))

        with pytest.raises(PermissionError):
            await talk.use("settings here")


class Panel(discord.ui.LayoutView):
    """A menu of each kind, with what is set chosen beforehand; each choice is kept and shown."""

    def __init__(self, role_id: int, channel_id: int) -> None:
        super().__init__(timeout=None)
        self.chosen: list[str] = []
        role = discord.SelectDefaultValue(id=role_id, type=discord.SelectDefaultValueType.role)
        place = discord.SelectDefaultValue(
            id=channel_id, type=discord.SelectDefaultValueType.channel
        )
        self.add_menu(discord.ui.RoleSelect(custom_id="role", default_values=[role]))
        self.add_menu(discord.ui.ChannelSelect(custom_id="channel", default_values=[place]))
        self.add_menu(discord.ui.UserSelect(custom_id="user"))
        self.add_menu(discord.ui.MentionableSelect(custom_id="anybody", max_values=2))
        options = [discord.SelectOption(label=name) for name in ("on", "off")]
        self.add_menu(discord.ui.Select(custom_id="text", options=options, min_values=0))

    def add_menu(self, menu: discord.ui.select.BaseSelect) -> None:
        async def chosen(interaction: discord.Interaction) -> None:
            self.chosen = [getattr(value, "name", value) for value in menu.values]
            await interaction.response.edit_message(view=self)

        menu.callback = chosen
        self.add_item(discord.ui.ActionRow(menu))


@asynccontextmanager
async def panel(
    sandbox: DiscordSandbox,
) -> AsyncGenerator[tuple[Person, Panel, SandboxMessage]]:
    async with running(sandbox) as bot:
        carol = Person.of(sandbox, "carol")
        guild = carol.guild
        shown = Panel(guild.role("Artist").id, guild.channel("mod-log").id)
        bot.settings.panel = shown
        use = await carol.use("settings here")
        # The library listens to a view once its message is confirmed.
        await bot.settings.panel_listens.wait()
        assert use.message is not None
        yield carol, shown, use.message


@pytest.mark.parametrize(
    ("menu", "names"),
    [
        ("role", ["Moderator"]),
        ("channel", ["notices"]),
        ("user", ["bob"]),
        ("anybody", ["bob", "Artist"]),
        ("text", ["off"]),
        ("text", []),
    ],
)
async def test_discord_py_hears_what_is_chosen_in_each_kind_of_menu(
    sandbox: DiscordSandbox, menu: str, names: list[str]
) -> None:
    async with panel(sandbox) as (carol, shown, message):
        guild = carol.guild
        things = {
            "Moderator": guild.role("Moderator"),
            "Artist": guild.role("Artist"),
            "notices": guild.channel("notices"),
            "bob": guild.member("bob"),
        }
        chosen = [things.get(name, name) for name in names]
        await carol.select(message, chosen, custom_id=menu)

    assert sorted(shown.chosen) == sorted(names)


async def test_a_server_that_is_away_for_a_while_was_not_left(sandbox: DiscordSandbox) -> None:
    async with running(sandbox) as bot:
        guild = sandbox.world.guild("Lantern Bay")
        away = asyncio.create_task(bot.wait_for("guild_unavailable", timeout=10))
        back = asyncio.create_task(bot.wait_for("guild_available", timeout=10))
        asyncio.get_running_loop().call_soon(sandbox.admin.start_outage, guild)

        assert (await away).id == guild.id
        sandbox.admin.end_outage(guild)
        assert (await back).id == guild.id
