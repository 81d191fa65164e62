"""Reading a server's log, which is kept a moment after what it tells of."""

import asyncio

from sandbox.discord.person import Person

_WITHIN_S = 10.0


async def log_with(moderator: Person, sentence: str) -> str:
    """Open the log again and again until it has a sentence; give its text."""
    async with asyncio.timeout(_WITHIN_S):
        while True:
            use = await moderator.use("settings log show")
            if use.message is not None and sentence in use.message.text:
                return use.message.text
