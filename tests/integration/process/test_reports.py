"""A report outlives the process in which it was begun."""

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
