"""The commands as they would be registered, and the errors that end them; nothing connects."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import discord
import pytest
from discord import app_commands

from bot.client.bot import ImagineBot
from bot.client.shards import Shards
from bot.domain.requests import PROMPT_MAX_CHARACTERS, Shape
from bot.presentation.buttons import CancelButton
from bot.presentation.command_sync import same_commands
from bot.presentation.fitting import PictureFitter
from bot.presentation.job_messages import JobMessages
from bot.presentation.model_pages import ModelPages
from bot.presentation.pacing import ChannelPaces
from bot.presentation.privacy_steps import PrivacySteps
from bot.services.generation import Generation
from bot.services.privacy import PersonalData
from bot.services.retention import PastPictures
from bot.services.usage import UsageReports
from cogs.help import Help
from cogs.imagine import Imagine
from cogs.models import Models
from cogs.privacy import Privacy
from cogs.usage import Usage
from tests.unit.books import Counter
from tests.unit.discord_side import AnswerSide, DiscordSide
from tests.unit.records_side import KeptJobs, KeptRecords
from tests.unit.scripted import PAINTED, ScriptedApi, Shelves, a_workshop
from tests.unit.virtual_time import LoopClock

Payload = dict[str, Any]


@pytest.fixture
async def bot(clock: LoopClock) -> AsyncIterator[ImagineBot]:
    counter = Counter()
    workshop = a_workshop(ScriptedApi(PAINTED), counter=counter)
    generation = Generation(counter.bookings, workshop)
    sender = DiscordSide()
    messages = JobMessages(
        AnswerSide(), sender, sender, ChannelPaces(clock), PictureFitter(), clock
    )

    async def drain() -> None:
        await generation.drain(0)

    async with ImagineBot(Shards(), generation, drain) as bot:
        await bot.add_cog(Imagine(counter.admission, generation, counter.models, messages))
        await bot.add_cog(Help(counter.models, counter.book))
        await bot.add_cog(Models(ModelPages(counter.models)))
        reports = UsageReports(counter.ledgers, counter.book, counter.host, 90, clock)
        await bot.add_cog(Usage(reports))
        past = PastPictures(KeptJobs(), Shelves())
        data = PersonalData(KeptRecords(), past, counter.policies, counter.host_policies, 90, clock)
        await bot.add_cog(Privacy(PrivacySteps(data)))
        yield bot


def payloads(bot: ImagineBot) -> dict[str, Payload]:
    return {command.name: command.to_dict(bot.tree) for command in bot.tree.get_commands()}


def described(payload: Payload) -> Iterator[tuple[str, str]]:
    yield payload["name"], payload["description"]
    for option in payload.get("options", ()):
        yield from described(option)


async def test_the_commands_are_these(bot: ImagineBot) -> None:
    assert set(payloads(bot)) == {"imagine", "help", "models", "usage", "privacy"}


async def test_every_command_and_option_says_what_it_is(bot: ImagineBot) -> None:
    for payload in payloads(bot).values():
        for name, description in described(payload):
            assert 3 < len(description) <= 100, name
            assert "…" not in description, name


async def test_commands_are_for_servers_only(bot: ImagineBot) -> None:
    for payload in payloads(bot).values():
        assert payload["contexts"] == [0]
        assert payload["integration_types"] == [0]


async def test_imagine_takes_a_prompt_and_may_be_told_more(bot: ImagineBot) -> None:
    prompt, *others = payloads(bot)["imagine"]["options"]
    model, shape, count, seed, negative, image, strength, private = others

    assert (prompt["name"], prompt["required"]) == ("prompt", True)
    assert (prompt["min_length"], prompt["max_length"]) == (1, PROMPT_MAX_CHARACTERS)
    assert not any(option["required"] for option in others)
    assert (model["name"], model["autocomplete"]) == ("model", True)
    assert [choice["value"] for choice in shape["choices"]] == [each.value for each in Shape]
    assert (count["name"], count["min_value"], count["max_value"]) == ("count", 1, 4)
    assert (seed["name"], seed["min_value"], seed["max_value"]) == ("seed", 0, 2147483647)
    assert (negative["name"], negative["max_length"]) == ("negative", 1000)
    assert (image["name"], image["type"]) == ("image", 11)
    assert (strength["name"], strength["min_value"], strength["max_value"]) == ("strength", 0, 1)
    assert (private["name"], private["type"]) == ("private", 5)


async def test_commands_that_discord_has_are_not_registered_again(bot: ImagineBot) -> None:
    first, again = payloads(bot).values(), payloads(bot).values()

    assert same_commands(first, again)


async def test_the_bot_sees_servers_and_no_messages_or_members(bot: ImagineBot) -> None:
    assert bot.intents == discord.Intents(guilds=True)
    assert bot.allowed_mentions is not None
    assert bot.allowed_mentions.to_dict() == {"parse": []}


@pytest.mark.parametrize(
    ("shards", "options"),
    [
        (Shards(), {}),
        (Shards(4), {"shard_count": 4}),
        (Shards(4, (2, 3)), {"shard_count": 4, "shard_ids": [2, 3]}),
    ],
)
def test_a_part_of_the_shards_is_handed_on(shards: Shards, options: dict[str, object]) -> None:
    assert shards.options() == options


async def test_commands_read_their_errors_at_one_place(bot: ImagineBot) -> None:
    assert isinstance(bot.tree, app_commands.CommandTree)
    assert type(bot.tree).on_error is not app_commands.CommandTree.on_error
    assert not any(command.on_error for command in bot.tree.get_commands())


@pytest.mark.parametrize("custom_id", ["cancel:9001", "cancel:1300000000000000001"])
async def test_a_button_is_known_by_its_id_alone(custom_id: str) -> None:
    template = CancelButton.__discord_ui_compiled_template__

    match = template.fullmatch(custom_id)
    assert match is not None
    assert CancelButton(int(match["job"])).custom_id == custom_id


@pytest.mark.parametrize("custom_id", ["cancel:", "cancel:x", "cancel:1:2", "uncancel:1"])
def test_other_ids_are_no_button_of_ours(custom_id: str) -> None:
    assert CancelButton.__discord_ui_compiled_template__.fullmatch(custom_id) is None


async def test_a_shard_that_was_never_away_is_back_after_no_time(
    bot: ImagineBot, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", "bot")

    await bot.on_shard_connect(3)

    assert caplog.messages == ["connected  shard 3  after 0 s away"]
