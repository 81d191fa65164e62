"""A button stays alive: through restarts, and after a process that knew of it was killed."""

from sandbox.discord.interactions import Interaction
from sandbox.discord.messages import SandboxMessage
from sandbox.discord.person import Person
from sandbox.get3w import Scenario
from tests.operator import Operator
from tests.stage import is_final


async def made(use: Interaction) -> SandboxMessage:
    assert use.message is not None
    await use.message.until(is_final, 15)
    return use.message


async def test_a_button_from_before_three_restarts_works(operator: Operator) -> None:
    bot, alice = await operator.start(), Person.of(operator.discord, "alice")
    first = await made(await operator.imagine("A cat of long ago"))
    failing = Scenario.refusal(400, "no")
    operator.api.script("A dog of long ago", failing, Scenario.stream([0.5]))
    failed = await made(await operator.imagine("A dog of long ago"))
    for _ in range(3):
        assert await bot.stop() == 0
        bot = await operator.start()
    again = await made(await alice.press(first, "Re-roll"))
    mended = await made(await alice.press(failed, "Try again"))

    assert again.attachments
    assert mended.attachments
    assert len(operator.api.submissions_of("A cat of long ago")) == 2


async def test_a_button_outlives_the_process_that_made_it(operator: Operator) -> None:
    bot = await operator.start()
    first = await made(await operator.imagine("A cat before the crash"))
    await bot.crash()
    await operator.start()
    alice = Person.of(operator.discord, "alice")
    more = await alice.press(first, "More")
    info = await alice.press(more.message, "Info")

    assert info.message is not None
    assert "A cat before the crash" in info.message.text
