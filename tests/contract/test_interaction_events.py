"""Who hears of which interactions, as the library and the local Discord have them."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import discord
import pytest
from discord import app_commands
from discord.ext import commands
from discord.gateway import DiscordWebSocket
from discord.http import Route
from yarl import URL

from bot.client.interaction_events import InteractionEvents
from bot.domain.happenings import Happening, InteractionReceived
from sandbox.discord.server import DiscordSandbox

CHOICE = app_commands.Choice(name="a cat", value="cat")


class Listening(InteractionEvents):
    """Notes what it hears of, and what it is observed to receive."""

    def __init__(self) -> None:
        super().__init__(
            commands.when_mentioned,
            intents=discord.Intents(guilds=True),
            shard_count=1,
            max_messages=None,
            guild_ready_timeout=0.05,
        )
        self.heard: list[discord.InteractionType] = []
        self.received: list[int] = []
        self.ended: asyncio.Queue[int] = asyncio.Queue()
        self.observe = self._receive

    def _receive(self, happening: Happening) -> None:
        assert isinstance(happening, InteractionReceived)
        self.received.append(happening.interaction_id)

    async def setup_hook(self) -> None:
        self.tree.add_command(paint)
        await self.tree.sync()

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        self.heard.append(interaction.type)
        await interaction.response.defer()

    async def on_app_command_completion(
        self, interaction: discord.Interaction, _: app_commands.Command[commands.Cog, ..., object]
    ) -> None:
        self.ended.put_nowait(interaction.id)


@app_commands.command(description="Paint a picture")
async def paint(interaction: discord.Interaction, prompt: str) -> None:
    view = discord.ui.View(timeout=None)
    view.add_item(discord.ui.Button(label="Stop", custom_id="stop"))
    await interaction.response.send_message(prompt, view=view)
    view.stop()


@paint.autocomplete("prompt")
async def prompts(_: discord.Interaction, __: str) -> list[app_commands.Choice[str]]:
    return [CHOICE]


@dataclass
class Scene:
    sandbox: DiscordSandbox
    bot: Listening

    @property
    def who_and_where(self) -> tuple[object, object]:
        world = self.sandbox.world
        return world.user("alice"), world.guild("Lantern Bay").channel("general")


@pytest.fixture
async def scene(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Scene]:
    async with DiscordSandbox.open() as sandbox, Listening() as bot:
        monkeypatch.setattr(Route, "BASE", sandbox.api_url)
        monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", URL(sandbox.gateway.url))
        running = asyncio.create_task(bot.start(sandbox.world.application.token))
        await sandbox.until(lambda: sandbox.ready_shards == 1, timeout_s=10)
        yield Scene(sandbox, bot)
        await bot.close()
        await running


async def test_a_command_is_taken_note_of_and_no_listener_hears_of_it(scene: Scene) -> None:
    use = await scene.sandbox.invoke(*scene.who_and_where, "paint", {"prompt": "A cat"})
    await use.answered()

    assert scene.bot.received == [use.id]
    assert scene.bot.heard == []


async def test_a_press_is_taken_note_of_and_listeners_hear_of_it(scene: Scene) -> None:
    use = await scene.sandbox.invoke(*scene.who_and_where, "paint", {"prompt": "A cat"})
    await use.answered()
    person, _ = scene.who_and_where

    press = await scene.sandbox.press(person, use.message, "Stop")
    await press.answered()

    assert scene.bot.received == [use.id, press.id]
    assert scene.bot.heard == [discord.InteractionType.component]


async def test_nobody_is_told_of_suggestions(scene: Scene) -> None:
    options = {"prompt": "A"}
    found = await scene.sandbox.autocomplete(
        *scene.who_and_where, "paint", options, focused="prompt"
    )

    assert [choice.value for choice in found] == [CHOICE.value]
    assert scene.bot.received == []
    assert scene.bot.heard == []


async def test_listeners_hear_of_a_commands_end(scene: Scene) -> None:
    use = await scene.sandbox.invoke(*scene.who_and_where, "paint", {"prompt": "A cat"})
    await use.answered()

    assert await asyncio.wait_for(scene.bot.ended.get(), 10) == use.id


async def test_nobody_hears_of_an_end_at_which_nothing_is_to_do(scene: Scene) -> None:
    scene.bot.hears_of_end = lambda interaction: interaction.namespace.prompt == "A dog"
    for prompt in ("A cat", "A dog"):
        use = await scene.sandbox.invoke(*scene.who_and_where, "paint", {"prompt": prompt})
        await use.answered()

    assert await asyncio.wait_for(scene.bot.ended.get(), 10) == use.id
