"""Behind the stage, in the page's JSON: the bot's power, the API's manner, and the ledger.

The ``backstage`` event of the stream is {power, manner{with_ids, slow}, entries[]}, oldest first.
An *entry* is {id, prompt, person, tasks[], message, flags[{level, words}]}: what was asked for,
what the API did, what the message says, and where they disagree. `person` and `message` may be
null; the message's `link` is null where the viewer can't see it. Moments are Unix time in
milliseconds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aiohttp import web

from sandbox.backstage.comparing import flags
from sandbox.get3w.manner import Manner
from sandbox.page import asked, wire
from sandbox.page.replies import json_response, refusals_told

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.backstage.facts import Entry, MessageFacts, TaskFacts
    from sandbox.backstage.scene import Backstage
    from sandbox.discord.json_types import Json, JsonObject
    from sandbox.discord.world import User, World

ENTRIES_SHOWN: Final = 30


class BackstageHandlers:
    """What is seen and done behind the stage."""

    def __init__(self, backstage: Backstage) -> None:
        self._backstage = backstage

    def routes(self) -> list[web.RouteDef]:
        """Return its addresses."""
        return [
            web.post("/page/power", self.power),
            web.post("/page/manner", self.manner),
        ]

    async def power(self, request: web.Request) -> web.Response:
        """Kill the bot, or start it again."""
        body = await asked.body_of(request)
        plug = self._backstage.plug
        with refusals_told():
            plug.start() if body.get("on") is True else plug.pull()
        return json_response({})

    async def manner(self, request: web.Request) -> web.Response:
        """Let the image API behave otherwise from now on, in what is named."""
        body, before = await asked.body_of(request), self._backstage.manner
        self._backstage.play(
            Manner(
                with_ids=body.get("with_ids", before.with_ids) is True,
                slow=body.get("slow", before.slow) is True,
            )
        )
        return json_response({})

    def seen_by(self, viewer: User) -> Callable[[], Json]:
        """Return how to look behind the stage with the eyes of `viewer`."""
        return lambda: backstage_json(self._backstage, viewer)


def backstage_json(backstage: Backstage, viewer: User) -> JsonObject:
    """Return how all of it stands now."""
    world, now_s = backstage.discord.world, backstage.discord.clock.now()
    entries = backstage.entries()[-ENTRIES_SHOWN:]
    manner = backstage.manner
    return {
        "power": backstage.plug.power.value,
        "manner": {"with_ids": manner.with_ids, "slow": manner.slow},
        "entries": [entry_json(entry, world, viewer, now_s) for entry in entries],
    }


def entry_json(entry: Entry, world: World, viewer: User, now_s: float) -> JsonObject:
    """Return what belongs to one picture."""
    found = flags(entry, now_s)
    return {
        "id": f"ask-{entry.ask.id}" if entry.ask else f"task-{entry.began_at_s}",
        "prompt": entry.ask.prompt if entry.ask else entry.tasks[0].prompt,
        "person": entry.ask.person if entry.ask else None,
        "tasks": [task_json(task) for task in entry.tasks],
        "message": message_json(entry.message, world, viewer) if entry.message else None,
        "flags": [{"level": flag.level.value, "words": flag.words} for flag in found],
    }


def task_json(task: TaskFacts) -> JsonObject:
    """Return what the API did with a submission."""
    return {
        "model": task.model,
        "submitted_ms": _ms(task.submitted_at_s),
        "fate": task.fate.value,
        "took_s": None if task.ended_at_s is None else task.ended_at_s - task.submitted_at_s,
        "charged": task.charged,
        "price_usd": task.price_usd,
        "streamed": task.streamed,
        "tells_id": task.tells_id,
        "told": task.told,
        "connection": task.connection,
        "n_events": task.n_events,
        "n_polls": task.n_polls,
        "n_served": task.n_served,
        "n_bytes": task.n_bytes,
    }


def message_json(message: MessageFacts, world: World, viewer: User) -> JsonObject:
    """Return what a message says."""
    return {
        "headline": message.headline,
        "changed_ms": _ms(message.changed_at_s),
        "ended": message.ended_at_s is not None,
        "has_picture": message.has_picture,
        "link": _link(message, world, viewer),
    }


def _link(message: MessageFacts, world: World, viewer: User) -> str | None:
    channel = world.find_channel(message.channel_id)
    if message.deleted or channel is None or not wire.may_see(world, channel, viewer):
        return None
    return f"/channels/{message.guild_id or wire.DIRECT}/{message.channel_id}/{message.id}"


def _ms(at_s: float) -> int:
    return int(at_s * 1000)
