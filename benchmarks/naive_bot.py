"""The bot that a beginner writes, to measure ours against.

It answers at once, edits its message at every event, then downloads the picture and attaches it.
Nothing slows it down on purpose: one session for everything, no limit on connections, the same
libraries in the same versions. It is read from the same environment as ours.
"""

import asyncio
import io
import json
import os

import aiohttp
import discord
from discord import app_commands

MODEL = "get3w/flux-dev"
NAMED = "-# flux-dev"


class NaiveBot(discord.AutoShardedClient):
    """A client with one command."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        super().__init__(intents=discord.Intents.default())
        self.session = session
        self.tree = app_commands.CommandTree(self)

    async def setup_hook(self) -> None:
        """Register the command."""
        self.tree.add_command(imagine)
        await self.tree.sync()


@app_commands.command(description="Make a picture from words.")
async def imagine(interaction: discord.Interaction[NaiveBot], prompt: str) -> None:
    """Answer, follow the stream, attach the picture."""
    words = f"> {prompt}\n{NAMED} · for {interaction.user.mention}"
    started = f"<t:{int(interaction.created_at.timestamp())}:R>"
    await interaction.response.send_message(f"🎨 Painting · started {started}\n{words}")
    address = f"{os.environ['GET3W_API_URL']}/{MODEL}"
    headers = {"Authorization": f"Bearer {os.environ['GET3W_API_KEY']}"}
    body = {"prompt": prompt, "stream": True}
    session = interaction.client.session
    async with session.post(address, json=body, headers=headers) as response:
        async for line in response.content:
            if line.startswith(b"data:"):
                await show(interaction, json.loads(line.removeprefix(b"data:")), words)


async def show(interaction: discord.Interaction[NaiveBot], event: dict, words: str) -> None:
    """Edit the message to what an event says."""
    if event["status"] == "completed":
        async with interaction.client.session.get(event["outputs"][0]) as response:
            picture = discord.File(io.BytesIO(await response.read()), "picture.png")
        await interaction.edit_original_response(content=words, attachments=[picture])
    else:
        percent = int(event["progress"] * 100)
        bar = "▰" * (percent // 10) + "▱" * (10 - percent // 10)
        await interaction.edit_original_response(content=f"🎨 {bar} {percent} %\n{words}")


async def main() -> None:
    """Run until killed."""
    discord.utils.setup_logging()
    api_url = os.environ["DISCORD_API_URL"]
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        token = os.environ["DISCORD_TOKEN"]
        headers = {"Authorization": f"Bot {token}"}
        async with session.get(f"{api_url}/gateway/bot", headers=headers) as response:
            gateway = discord.gateway.yarl.URL((await response.json())["url"])
        discord.http.Route.BASE = api_url
        discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = gateway
        async with NaiveBot(session) as bot:
            await bot.start(token)


if __name__ == "__main__":
    asyncio.run(main())
