"""A report outlives the process in which it was begun."""

import pytest

from sandbox.discord.interactions import Interaction
from sandbox.discord.person import Person
from tests.operator import Operator

REASON = {"reason": "It shows a person that I know."}


async def opened_form(person: Person) -> Interaction:
    picture = (await person.use("imagine", prompt="A cat in space")).message
    assert picture is not None
    await picture.until(lambda message: bool(message.attachments), 15.0)
    offered = await person.press(picture, "More")
    return await person.press(offered.message, "Report")


async def test_a_form_that_was_open_during_a_restart_is_taken(operator: Operator) -> None:
    bot = await operator.start()
    alice = Person.of(operator.discord, "alice")
    asked = await opened_form(alice)

    await bot.stop()
    await operator.start()
    use = await alice.submit(asked.modal, REASON)

    assert use.message is not None
    assert use.message.text.startswith("**Thank you.**")


async def test_a_form_that_is_sent_twice_is_one_report(operator: Operator) -> None:
    await operator.start()
    alice = Person.of(operator.discord, "alice")
    asked = await opened_form(alice)
    await alice.submit(asked.modal, REASON)

    again = await alice.submit(asked.modal, REASON)

    assert again.message is not None
    assert "You reported this picture already." in again.message.text


async def settings_with_log_channel(operator: Operator, channel: str) -> Person:
    carol = Person.of(operator.discord, "carol")
    mention = f"<#{carol.guild.channel(channel).id}>"
    await carol.use("settings set", name="log_channel", value=mention)
    return carol


@pytest.mark.parametrize(
    ("channel", "told"),
    [("mod-log", "The moderators have it."), ("notices", "`/settings log show`")],
)
async def test_who_reports_is_told_who_can_see_it(
    operator: Operator, channel: str, told: str
) -> None:
    await operator.start()
    await settings_with_log_channel(operator, channel)
    alice = Person.of(operator.discord, "alice")
    asked = await opened_form(alice)

    use = await alice.submit(asked.modal, REASON)

    assert use.message is not None
    assert told in use.message.text
