"""A local Discord whose bot paints: the commands that tests of its client use."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from tests.discord_wire import Body, Scene, scene

CHOICES = [{"name": "Square", "value": "square"}, {"name": "Wide", "value": "wide"}]


def option(kind: int, name: str, **changes: Body) -> dict[str, Body]:
    return {"type": kind, "name": name, "description": "x", **changes}


PAINT = {
    "name": "paint",
    "description": "x",
    "options": [
        option(3, "text", min_length=2, max_length=4),
        option(4, "count", min_value=1, max_value=4),
        option(10, "strength", min_value=0.0, max_value=1.0),
        option(5, "private"),
        option(3, "shape", choices=CHOICES),
        option(6, "who"),
        option(7, "where"),
        option(8, "role"),
        option(11, "image"),
    ],
}
SETTINGS = {
    "name": "settings",
    "description": "x",
    "default_member_permissions": str(1 << 5),
    "options": [
        option(
            2, "models", options=[option(1, "allow", options=[option(3, "model", required=True)])]
        ),
        option(1, "panel"),
    ],
}

BUTTONS = {
    "type": 1,
    "components": [
        {"type": 2, "style": 1, "label": "Go", "custom_id": "go"},
        {"type": 2, "style": 1, "label": "Off", "custom_id": "off", "disabled": True},
        {"type": 2, "style": 5, "label": "Link", "url": "https://example.org"},
    ],
}


@asynccontextmanager
async def painting() -> AsyncGenerator[Scene]:
    """Open a Discord where these commands are registered."""
    async with scene() as opened:
        await opened.bot.register(PAINT, SETTINGS)
        yield opened


async def data(stage: Scene) -> Body:
    return (await stage.bot.event("INTERACTION_CREATE"))["data"]


async def shown(stage: Scene, *rows: dict[str, Body], **fields: Body) -> Body:
    """Have the bot show a message with these rows."""
    use = await stage.discord.invoke(stage.alice, stage.general, "paint")
    await stage.bot.say(use, content="Here", components=rows, **fields)
    await stage.bot.event("INTERACTION_CREATE")
    return use.message
