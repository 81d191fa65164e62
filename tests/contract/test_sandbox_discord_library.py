"""The real discord.py against the local Discord: what the library accepts is what counts."""

from __future__ import annotations

import asyncio
import io
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import discord
import pytest
from discord import app_commands
from discord.gateway import DiscordWebSocket
from discord.http import Route
from PIL import Image
from yarl import URL

from sandbox.discord.server import DiscordSandbox
from tests.discord_openapi import check_requests

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterator


def picture() -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (48, 32), "teal").save(stream, "PNG")
    return stream.getvalue()


class Layout(discord.ui.LayoutView):
    def __init__(self, text: str, file: discord.File | None = None) -> None:
        super().__init__(timeout=None)
        box = discord.ui.Container(discord.ui.TextDisplay(text))
        if file is not None:
            box.add_item(discord.ui.MediaGallery(discord.MediaGalleryItem(file)))
        self.add_item(box)
        self.add_item(discord.ui.ActionRow(discord.ui.Button(label="Cancel", custom_id="stop")))


class Bot(discord.AutoShardedClient):
    def __init__(self, **shards: Any) -> None:  # noqa: ANN401  a number or a list of them
        super().__init__(
            intents=discord.Intents(guilds=True),
            **({"shard_count": 1} | shards),
            max_messages=None,
            chunk_guilds_at_startup=False,
            guild_ready_timeout=0.05,
        )
        self.tree = app_commands.CommandTree(self)
        self.pressed: list[str] = []

    async def setup_hook(self) -> None:
        self.tree.add_command(paint)
        await self.tree.sync()

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        if interaction.type is discord.InteractionType.component:
            assert interaction.message is not None
            self.pressed.append(interaction.data["custom_id"])
            await interaction.response.send_message("Stopped.", ephemeral=True)


@app_commands.command(description="Paint a picture")
async def paint(interaction: discord.Interaction, prompt: str) -> None:
    await interaction.response.send_message(view=Layout(f"Waiting: {prompt}"))
    file = discord.File(io.BytesIO(picture()), "cat.png", description="A cat")
    await interaction.edit_original_response(view=Layout(prompt, file), attachments=[file])


@paint.autocomplete("prompt")
async def prompts(_interaction: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:
    return [app_commands.Choice(name=f"{typed} in space", value=f"{typed} in space")]


@pytest.fixture
def discord_py_is_redirected(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    with monkeypatch.context() as patch:
        yield patch


@asynccontextmanager
async def running(
    sandbox: DiscordSandbox,
    patch: pytest.MonkeyPatch,
    **shards: Any,  # noqa: ANN401  a number or a list of them
) -> AsyncGenerator[Bot]:
    patch.setattr(Route, "BASE", sandbox.api_url)
    patch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", URL(sandbox.gateway.url))
    async with Bot(**shards) as bot:
        task = asyncio.create_task(bot.start(sandbox.world.application.token))
        try:
            await sandbox.until(lambda: sandbox.ready_shards == 1 or task.done(), timeout_s=10)
            yield bot
        finally:
            await bot.close()
            await task


async def test_discord_py_answers_a_command_and_edits_it_with_a_layout_and_a_file(
    discord_py_is_redirected: pytest.MonkeyPatch,
) -> None:
    async with (
        DiscordSandbox.open() as sandbox,
        running(sandbox, discord_py_is_redirected) as bot,
    ):
        world = sandbox.world
        alice, mod = world.user("alice"), world.user("mod")
        general = world.guild("Lantern Bay").channel("general")
        use = await sandbox.invoke(alice, general, "paint", {"prompt": "A cat"})
        await use.answered()
        assert use.message is not None
        await use.message.until(lambda message: message.attachments)
        assert use.message.text == "A cat"
        assert use.message.attachments[0].data == picture()
        assert use.message.attachments[0].width == 48
        press = await sandbox.press(mod, use.message, "Cancel")
        await press.answered()
        assert bot.pressed == ["stop"]
        assert press.message is not None
        assert press.message.audience is mod
        choices = await sandbox.autocomplete(
            alice, general, "paint", {"prompt": "A cat"}, focused="prompt"
        )
        assert choices[0].value == "A cat in space"
        check_requests(sandbox.requests)


async def test_discord_py_resumes_when_it_is_asked_to_reconnect(
    discord_py_is_redirected: pytest.MonkeyPatch,
) -> None:
    async with (
        DiscordSandbox.open() as sandbox,
        running(sandbox, discord_py_is_redirected),
    ):
        gateway = sandbox.gateway
        gateway.send_reconnect()
        await sandbox.until(lambda: gateway.counts.resumes == 1 and sandbox.ready_shards)
        alice = sandbox.world.user("alice")
        general = sandbox.world.guild("Lantern Bay").channel("general")
        use = await sandbox.invoke(alice, general, "paint", {"prompt": "A cat"})

        assert await use.answered()
        assert len(gateway.identifies) == 1


async def test_discord_py_takes_a_range_of_shards(
    discord_py_is_redirected: pytest.MonkeyPatch,
) -> None:
    async with (
        DiscordSandbox.open() as sandbox,
        running(sandbox, discord_py_is_redirected, shard_count=2, shard_ids=[1]) as bot,
    ):
        await bot.wait_until_ready()

        assert [record.shard for record in sandbox.gateway.identifies] == [(1, 2)]
        assert len(bot.guilds) == 1
