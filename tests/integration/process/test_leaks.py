"""With everything logged, no secret is ever in what the process prints."""

import pytest

from sandbox.discord.faults import Fault
from sandbox.discord.interactions import Interaction
from sandbox.get3w import Scenario
from tests.operator import Operator
from tests.stage import KEY, is_final


async def ended(use: Interaction) -> None:
    assert use.message is not None
    await use.message.until(is_final, 15.0)


async def test_at_debug_a_whole_life_holds_no_secret(operator: Operator) -> None:
    bot = await operator.start(LOG_LEVEL="DEBUG", SHUTDOWN_GRACE_S="0")
    discord, alice = operator.discord, operator.discord.world.user("alice")
    operator.api.script("Refused", Scenario.refusal(401, f"no such key {KEY}"))
    operator.api.script("Cut", Scenario.stream([0.1]).cut(after_events=1))
    for prompt in ("To be cancelled", "To be interrupted"):
        operator.api.script(prompt, Scenario.stream([0.2, 0.3], every_s=3600))

    for prompt in ("A boat", "Refused", "Cut"):
        await ended(await operator.imagine(prompt))
    cancelled = await operator.imagine("To be cancelled")
    await discord.press(alice, cancelled.message, "Cancel")
    await ended(cancelled)
    interrupted = await operator.imagine("To be interrupted")
    discord.gateway.send_reconnect()
    assert await bot.stop() == 0
    await ended(interrupted)

    assert "A boat" in bot.output
    assert len(discord.interactions) == 6
    assert operator.leaks() == []


async def test_a_leak_that_is_planted_is_found(operator: Operator) -> None:
    bot = await operator.launch(DISCORD_API_URL="https://")
    await bot.ended()
    assert operator.leaks() == []

    bot.lines.append(f"POST /x {operator.discord.world.application.token}")

    assert operator.leaks() == ["the token"]
    bot.lines.clear()


async def test_a_mistake_in_serving_ends_with_1_and_one_trace_without_the_token(
    operator: Operator,
) -> None:
    token = operator.discord.world.application.token
    body = {"id": token, "username": "x", "discriminator": "0", "avatar": None}
    operator.discord.faults.add(Fault(path_glob="*/users/@me", status=200, body=body))

    code, output = await operator.try_to_start()

    assert code == 1
    assert output.count("Traceback") == 1
    assert "ERROR    the bot ended by a mistake of ours" in output
    assert "ValueError: invalid literal for int() with base 10: '[hidden]'" in output


async def test_a_mistake_in_a_command_is_one_trace_without_the_interactions_token(
    operator: Operator,
) -> None:
    bot = await operator.start()
    fault = Fault(path_glob="*/callback", status=200, carried_out=True)
    fault.matching = lambda request: _answer_with_its_token(fault, request.path)
    operator.discord.faults.add(fault)

    await operator.use("help")
    line = await bot.says("failed by a mistake of ours")

    await bot.says(r"ValueError: invalid literal .* '\[hidden\]'")
    assert line.split()[1] == "ERROR"
    assert bot.output.count("Traceback") == 1


def _answer_with_its_token(fault: Fault, path: str) -> bool:
    fault.body = {"interaction": {"id": path.split("/")[-2], "type": 2}}
    return True


@pytest.mark.parametrize("level", ["INFO", "WARNING"])
async def test_below_debug_no_prompt_is_logged(operator: Operator, level: str) -> None:
    bot = await operator.launch(LOG_LEVEL=level)
    await operator.discord.until(lambda: operator.discord.ready_shards, 30.0)
    operator.api.script("xyzzy refused", Scenario.refusal(400, "xyzzy isn't allowed"))

    for prompt in ("xyzzy boat", "xyzzy refused"):
        await ended(await operator.imagine(prompt))

    assert await bot.stop() == 0
    assert "xyzzy" not in bot.output
