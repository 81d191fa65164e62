"""Whoever waited over two minutes is mentioned once, also where the bot was killed meanwhile."""

import asyncio
import sqlite3
from contextlib import closing

from sandbox.discord.interactions import Interaction
from sandbox.discord.messages import MessageKind, SandboxMessage
from sandbox.discord.permissions import Permission
from sandbox.get3w import IdPlace, Scenario, Wait, Wording, event
from sandbox.get3w.outcomes import Polling
from tests.operator import Operator
from tests.stage import is_final

PROMPT = "A cathedral of matches"


async def asked_long_ago(operator: Operator, ago: str = "-3 minutes") -> Interaction:
    """Hold a job at the API, and let its bot be killed; it was asked for a while ago."""
    gate = asyncio.Event()
    words = Wording(ids=IdPlace.TOP)
    parts = [event(words.progress(0.3)), event(words.completed(), wait=Wait(gate=gate))]
    operator.api.script(PROMPT, Scenario.events(*parts).polling_as(Polling(gate=gate)))
    use = await operator.imagine(PROMPT)
    assert use.message is not None
    await use.message.until(lambda message: "30 %" in message.text)
    bot = operator.processes[-1]
    await bot.crash()
    with closing(sqlite3.connect(operator.folder / "data" / "imagine.sqlite3")) as database:
        database.execute("UPDATE jobs SET accepted_at = datetime(accepted_at, ?)", (ago,))
        database.commit()
    gate.set()
    return use


def mentions(operator: Operator, use: Interaction) -> list[SandboxMessage]:
    messages = operator.discord.messages_in(use.channel)
    return [message for message in messages if message.now.pings]


async def ended(operator: Operator, use: Interaction) -> SandboxMessage:
    """Start the bot again, wait for the end, and stop the bot, so that nothing is on its way."""
    bot = await operator.start()
    assert use.message is not None
    await use.message.until(is_final, 20)
    assert await bot.stop() == 0
    return use.message


async def test_one_mention_answers_the_picture_that_took_long(operator: Operator) -> None:
    await operator.start()
    use = await asked_long_ago(operator)

    message = await ended(operator, use)

    (mention,) = mentions(operator, use)
    assert mention.now.pings.users == {use.user.id}
    assert (mention.kind, mention.reply_to) == (MessageKind.REPLY, message)
    assert mention.text == f"<@{use.user.id}>, your picture is here."


async def test_a_picture_within_two_minutes_mentions_nobody(operator: Operator) -> None:
    await operator.start()
    use = await asked_long_ago(operator, "-1 minutes")

    await ended(operator, use)

    assert mentions(operator, use) == []


async def test_whoever_turned_it_off_isn_t_mentioned(operator: Operator) -> None:
    await operator.start()
    await operator.use("defaults", mention=False)
    use = await asked_long_ago(operator)

    await ended(operator, use)

    assert mentions(operator, use) == []


async def test_where_somebody_deleted_the_message_there_is_no_mention(operator: Operator) -> None:
    await operator.start()
    use = await asked_long_ago(operator)
    assert use.message is not None
    operator.discord.delete_message(use.message)

    bot = await operator.start()
    await bot.says("job .* done")
    assert await bot.stop() == 0

    assert mentions(operator, use) == []


async def test_where_the_bot_may_not_reply_the_mention_leads_to_the_picture(
    operator: Operator,
) -> None:
    await operator.start()
    use = await asked_long_ago(operator)
    guild = operator.discord.world.guild("Lantern Bay")
    reading = Permission.READ_MESSAGE_HISTORY
    operator.discord.admin.deny(guild.channel("general"), guild.role("Imagine"), reading)

    message = await ended(operator, use)

    (mention,) = mentions(operator, use)
    assert mention.reply_to is None
    assert f"/{use.channel.id}/{message.id}" in mention.text
