"""A bot for tests of the demo, as a program: each way of a bot to go well or badly.

`python demo_bot.py paint | fail | die | sulk`
"""

from __future__ import annotations

import asyncio
import os
import sys

from tests.page.stand_in_bot import MESSAGE, StandInBot, layout, text
from tests.page.tiny_picture import tiny_png

COMMANDS = [
    {
        "name": "imagine",
        "description": "Paint",
        "options": [{"type": 3, "name": "prompt", "description": "What", "required": True}],
    }
]


async def serve(way: str) -> None:
    api_url, token = os.environ["DISCORD_API_URL"], os.environ["DISCORD_TOKEN"]
    async with StandInBot.connected(api_url, token, COMMANDS) as bot:
        interaction = await bot.next_interaction()
        await bot.answer(interaction, MESSAGE, layout(text("🎨 **Painting** · 10 %")))
        if way == "fail":
            await bot.edit(interaction, layout(text("⚠️ The connection was lost.")))
        if way == "paint":
            await bot.edit(interaction, layout(text("🎨 **Painting** · 90 %")))
            gallery = {"type": 12, "items": [{"media": {"url": "attachment://cat.png"}}]}
            done = layout(gallery) | {"attachments": [{"id": 0, "filename": "cat.png"}]}
            await bot.edit(interaction, done, [("cat.png", tiny_png())])
        await asyncio.Event().wait()


if __name__ == "__main__":
    if sys.argv[1] == "die":
        sys.exit("DISCORD_TOKEN is missing")
    asyncio.run(serve(sys.argv[1]))
