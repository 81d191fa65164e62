"""/settings as it would be registered; nothing connects."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import discord
import pytest

from bot.client.bot import ImagineBot
from bot.client.shards import Shards
from bot.presentation.why import Why
from cogs.settings import Settings
from cogs.settings_limits import LimitSettings
from cogs.settings_models import ModelSettings
from cogs.settings_terms import TermSettings
from cogs.settings_why import why_command
from tests.unit.books import Counter
from tests.unit.moderated import Office
from tests.unit.virtual_time import LoopClock

Payload = dict[str, Any]

# https://discord.com/developers/docs/interactions/application-commands#application-command-limits
COMMAND_MAX_CHARACTERS = 8_000


class NoJobs:
    """Fulfils ``JobCanceller``."""

    async def owner_of(self, job_id: int, channel_id: int | None) -> int:
        raise NotImplementedError

    async def cancel(self, job_id: int, by_id: int) -> None:
        raise NotImplementedError


@pytest.fixture
async def payload(clock: LoopClock) -> AsyncIterator[Payload]:
    async def drain() -> None:
        return

    moderation = Office().moderation()
    groups = ModelSettings(moderation), LimitSettings(moderation), TermSettings(moderation)
    parts = (*groups, why_command(Why(Counter().admission), moderation))
    async with ImagineBot(Shards(), NoJobs(), drain) as bot:
        await bot.add_cog(Settings(moderation, clock, parts))
        (command,) = bot.tree.get_commands()
        yield command.to_dict(bot.tree)


def parts_of(payload: Payload, above: str = "") -> Iterator[tuple[str, Payload]]:
    name = f"{above} {payload['name']}".strip()
    yield name, payload
    for option in payload.get("options", ()):
        yield from parts_of(option, name)


def test_the_commands_are_these(payload: Payload) -> None:
    options = dict(parts_of(payload))
    commands = [name for name, part in options.items() if part["type"] == 1]

    assert sorted(commands) == [
        "settings",
        "settings block",
        "settings export",
        "settings import",
        "settings limits set",
        "settings limits show",
        "settings models allow",
        "settings models default",
        "settings models deny",
        "settings models list",
        "settings models reset",
        "settings reset",
        "settings set",
        "settings terms add",
        "settings terms list",
        "settings terms remove",
        "settings unblock",
        "settings why",
    ]


def test_every_command_and_option_says_what_it_is(payload: Payload) -> None:
    for name, part in parts_of(payload):
        assert 3 < len(part["description"]) <= 100, name
        assert "…" not in part["description"], name


def test_discord_shows_them_to_those_who_manage_the_server(payload: Payload) -> None:
    assert payload["default_member_permissions"] == discord.Permissions(manage_guild=True).value


def test_they_are_for_servers_only(payload: Payload) -> None:
    assert payload["contexts"] == [0]


def test_they_leave_room_within_discords_limit(payload: Payload) -> None:
    texts = (len(part["name"]) + len(part["description"]) for _, part in parts_of(payload))

    assert sum(texts) < COMMAND_MAX_CHARACTERS / 2


@pytest.mark.parametrize(
    ("name", "offers"),
    [
        ("settings set name", True),
        ("settings set value", True),
        ("settings models allow model", True),
        ("settings models deny model", True),
        ("settings models default model", True),
        ("settings limits set limit", True),
        ("settings terms remove terms", True),
        ("settings terms add terms", False),
        ("settings block for", True),
        ("settings why model", True),
    ],
)
def test_what_is_typed_is_offered_where_there_is_something_to_choose(
    payload: Payload, name: str, *, offers: bool
) -> None:
    assert dict(parts_of(payload))[name].get("autocomplete", False) is offers


def test_a_channel_is_one_that_rules_can_hold_for(payload: Payload) -> None:
    channel = dict(parts_of(payload))["settings models allow channel"]

    assert discord.ChannelType.category.value not in channel["channel_types"]
    assert discord.ChannelType.text.value in channel["channel_types"]
    assert discord.ChannelType.public_thread.value in channel["channel_types"]
