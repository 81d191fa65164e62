"""The real discord.py against the local Discord: what the library accepts is what counts."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import discord
import pytest
from discord import app_commands
from discord.gateway import DiscordWebSocket
from discord.http import Route
from PIL import Image
from yarl import URL

from sandbox.discord.faults import Fault
from sandbox.discord.permissions import Permission
from sandbox.discord.server import DiscordSandbox
from sandbox.discord.settings import SandboxSettings
from tests.discord_openapi import check_requests

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterator

    from sandbox.discord.interactions import Interaction
    from tests.discord_wire import Body


def picture() -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (48, 32), "teal").save(stream, "PNG")
    return stream.getvalue()


Answering = Callable[[discord.Interaction], Awaitable[None]]


class Layout(discord.ui.LayoutView):
    def __init__(self, text: str, file: discord.File | None = None) -> None:
        super().__init__(timeout=None)
        box = discord.ui.Container(discord.ui.TextDisplay(text))
        if file is not None:
            box.add_item(discord.ui.MediaGallery(discord.MediaGalleryItem(file)))
        self.add_item(box)
        self.add_item(discord.ui.ActionRow(discord.ui.Button(label="Cancel", custom_id="stop")))


class Bot(discord.AutoShardedClient):
    def __init__(self, sandbox: DiscordSandbox, **shards: Body) -> None:
        super().__init__(
            intents=discord.Intents(guilds=True),
            **({"shard_count": 1} | shards),
            max_messages=None,
            chunk_guilds_at_startup=False,
            guild_ready_timeout=0.05,
        )
        self.tree = app_commands.CommandTree(self)
        self.pressed: list[str] = []
        self.answer: Answering | None = None
        self.sandbox = sandbox

    async def setup_hook(self) -> None:
        self.tree.add_command(paint)
        self.tree.add_command(ask)
        await self.tree.sync()

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        if (interaction.data or {}).get("custom_id") == "stop":
            assert interaction.message is not None
            self.pressed.append(interaction.data["custom_id"])
            await interaction.response.send_message("Stopped.", ephemeral=True)


@app_commands.command(description="Paint a picture")
async def paint(interaction: discord.Interaction, prompt: str) -> None:
    await interaction.response.send_message(view=Layout(f"Waiting: {prompt}"))
    file = discord.File(io.BytesIO(picture()), "cat.png", description="A cat")
    await interaction.edit_original_response(view=Layout(prompt, file), attachments=[file])


@app_commands.command(description="Ask the bot for whatever the test wants")
async def ask(interaction: discord.Interaction) -> None:
    await interaction.client.answer(interaction)


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
    **shards: Body,
) -> AsyncGenerator[Bot]:
    patch.setattr(Route, "BASE", sandbox.api_url)
    patch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", URL(sandbox.gateway.url))
    async with Bot(sandbox, **shards) as bot:
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


@asynccontextmanager
async def answering(
    patch: pytest.MonkeyPatch, answer: Answering, **settings: Body
) -> AsyncGenerator[tuple[DiscordSandbox, Interaction]]:
    """Run a bot that answers by `answer`, and send it a command."""
    async with (
        DiscordSandbox.open(settings=SandboxSettings(**settings)) as sandbox,
        running(sandbox, patch) as bot,
    ):
        bot.answer = answer
        alice = sandbox.world.user("alice")
        general = sandbox.world.guild("Lantern Bay").channel("general")
        yield sandbox, await sandbox.invoke(alice, general, "ask")


async def told(patch: pytest.MonkeyPatch, answer: Answering, **settings: Body) -> BaseException:
    """Return the error that an answer meets."""
    met: asyncio.Future[BaseException] = asyncio.get_running_loop().create_future()

    async def watched(interaction: discord.Interaction) -> None:
        try:
            await answer(interaction)
        except (discord.DiscordException, TypeError) as error:
            met.set_result(error)

    async with answering(patch, watched, **settings), asyncio.timeout(10):
        return await met


async def test_discord_py_defers_and_edits(discord_py_is_redirected: pytest.MonkeyPatch) -> None:
    async def answer(interaction: discord.Interaction) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        await interaction.edit_original_response(content="Here")

    async with answering(discord_py_is_redirected, answer) as (sandbox, use):
        await use.answered()
        assert use.message is not None
        await use.message.until(lambda message: message.content == "Here")
        assert use.message.audience is sandbox.world.user("alice")


async def test_discord_py_sends_follow_ups_and_takes_them_back(
    discord_py_is_redirected: pytest.MonkeyPatch,
) -> None:
    async def answer(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("One")
        message = await interaction.followup.send("Two", wait=True)
        await message.edit(content="Three")
        await message.delete()
        await interaction.delete_original_response()

    async with answering(discord_py_is_redirected, answer) as (sandbox, use):
        await sandbox.until(lambda: use.message and use.message.deleted)
        (follow_up,) = use.followups
        assert [state.text for state in follow_up.history] == ["Two", "Three"]
        assert follow_up.deleted


async def test_discord_py_opens_a_modal_and_hears_what_was_typed(
    discord_py_is_redirected: pytest.MonkeyPatch,
) -> None:
    class Form(discord.ui.Modal, title="Edit"):
        prompt: discord.ui.TextInput[Form] = discord.ui.TextInput(label="Prompt")

        async def on_submit(self, interaction: discord.Interaction) -> None:
            await interaction.response.send_message(f"Painting {self.prompt.value}")

    listens = asyncio.Event()

    async def answer(interaction: discord.Interaction) -> None:
        await interaction.response.send_modal(Form(custom_id="edit"))
        listens.set()

    async with answering(discord_py_is_redirected, answer) as (sandbox, use):
        modal = await use.until(lambda it: it.modal)
        await listens.wait()
        (row,) = modal.components
        field = row["components"][0]["custom_id"]
        submitted = await sandbox.submit_modal(modal, {field: "A dog"})
        await submitted.answered()
        assert submitted.message is not None
        assert submitted.message.content == "Painting A dog"


async def test_discord_py_hears_of_a_choice(discord_py_is_redirected: pytest.MonkeyPatch) -> None:
    class Menu(discord.ui.View):
        @discord.ui.select(
            options=[discord.SelectOption(label="Flux"), discord.SelectOption(label="Seed")]
        )
        async def pick(
            self, interaction: discord.Interaction, select: discord.ui.Select[Menu]
        ) -> None:
            await interaction.response.edit_message(content=select.values[0], view=None)

    listens = asyncio.Event()

    async def answer(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("Which", view=Menu())
        listens.set()

    async with answering(discord_py_is_redirected, answer) as (sandbox, use):
        await use.answered()
        await listens.wait()
        assert use.message is not None
        await sandbox.select(sandbox.world.user("mod"), use.message, ["Seed"])
        await use.message.until(lambda message: message.content == "Seed")
        assert use.message.selects == []


async def test_discord_py_waits_out_a_429_and_tries_again(
    discord_py_is_redirected: pytest.MonkeyPatch,
) -> None:
    async def answer(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("Waiting")
        await interaction.edit_original_response(content="Done")

    async with answering(discord_py_is_redirected, answer) as (sandbox, use):
        fault = sandbox.faults.add(Fault.rate_limited("*/messages/*", 0.01))
        await use.answered()
        assert use.message is not None
        await use.message.until(lambda message: message.content == "Done")
        assert fault.hits == 1


async def test_discord_py_takes_a_429_without_via_for_a_ban(
    discord_py_is_redirected: pytest.MonkeyPatch,
) -> None:
    async def answer(interaction: discord.Interaction) -> None:
        interaction.client.sandbox.faults.add(Fault.rate_limited("*", 0.01, via=False))
        await interaction.response.send_message("Waiting")

    error = await told(discord_py_is_redirected, answer)

    assert isinstance(error, discord.HTTPException)
    assert error.status == 429


async def answer_twice(interaction: discord.Interaction) -> None:
    await interaction.response.send_message("One")
    interaction.response._response_type = None  # noqa: SLF001  as another process would see it
    await interaction.response.send_message("Two")


async def answer_with_a_big_file(interaction: discord.Interaction) -> None:
    await interaction.response.send_message(file=discord.File(io.BytesIO(b"x" * 11), "a.png"))


async def edit_after_the_end(interaction: discord.Interaction) -> None:
    await interaction.response.send_message("Waiting")
    interaction.client.sandbox.settings.token_life_s = 0.0
    await interaction.edit_original_response(content="Late")


async def edit_what_is_gone(interaction: discord.Interaction) -> None:
    await interaction.response.send_message("Waiting")
    interaction.client.sandbox.delete_message(interaction.client.sandbox.messages[-1])
    await interaction.edit_original_response(content="Late")


async def answer_with_too_much(interaction: discord.Interaction) -> None:
    await interaction.response.send_message("x" * 2001)


async def answer_late(interaction: discord.Interaction) -> None:
    interaction.client.sandbox.settings.answer_within_s = 0.0
    await interaction.response.send_message("Late")


@pytest.mark.parametrize(
    ("answer", "status", "code"),
    [
        (answer_twice, 400, 40060),
        (answer_late, 404, 10062),
        (answer_with_a_big_file, 413, 40005),
        (answer_with_too_much, 400, 50035),
        (edit_after_the_end, 401, 50027),
        (edit_what_is_gone, 404, 10008),
    ],
)
async def test_discord_py_understands_a_refusal(
    discord_py_is_redirected: pytest.MonkeyPatch, answer: Answering, status: int, code: int
) -> None:
    error = await told(discord_py_is_redirected, answer, file_max_bytes=10)

    assert isinstance(error, discord.HTTPException)
    assert (error.status, error.code) == (status, code)


async def test_discord_py_posts_edits_and_deletes_by_the_channel(
    discord_py_is_redirected: pytest.MonkeyPatch,
) -> None:
    async with (
        DiscordSandbox.open() as sandbox,
        running(sandbox, discord_py_is_redirected) as bot,
    ):
        general = sandbox.world.guild("Lantern Bay").channel("general")
        channel = await bot.fetch_channel(general.id)
        assert isinstance(channel, discord.TextChannel)
        message = await channel.send("One")
        await message.edit(content="Two")
        (shown,) = sandbox.messages_in(general)
        assert [state.text for state in shown.history] == ["One", "Two"]
        assert [item.content async for item in channel.history()] == ["Two"]
        await message.delete()
        assert shown.deleted


async def test_discord_py_keeps_up_with_the_world(
    discord_py_is_redirected: pytest.MonkeyPatch,
) -> None:
    async with (
        DiscordSandbox.open() as sandbox,
        running(sandbox, discord_py_is_redirected) as bot,
    ):
        await bot.wait_until_ready()
        guild = sandbox.world.guild("Lantern Bay")
        general = guild.channel("general")
        updated = asyncio.create_task(bot.wait_for("guild_channel_update", timeout=10))
        removed = asyncio.create_task(bot.wait_for("guild_remove", timeout=10))
        asyncio.get_running_loop().call_soon(
            sandbox.admin.deny, general, sandbox.world.application.bot, Permission.ATTACH_FILES
        )
        _, after = await updated
        sandbox.admin.remove_bot(guild)

        assert not after.permissions_for(after.guild.me).attach_files
        assert (await removed).id == guild.id
