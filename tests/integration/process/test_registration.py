"""Commands are registered when Discord's differ from ours, and at no other time."""

from sandbox.discord.server import DiscordSandbox
from tests.operator import Operator

COMMANDS = "/applications/{application}/commands"


async def lived(operator: Operator, **settings: str) -> None:
    """Let a bot start, and stop again."""
    bot = await operator.start(**settings)
    assert await bot.stop() == 0


def command(discord: DiscordSandbox, name: str) -> dict[str, object]:
    (found,) = [command for command in discord.commands if command["name"] == name]
    return found


async def test_a_first_start_registers_every_command_with_its_places_spelt_out(
    operator: Operator,
) -> None:
    await lived(operator)

    (request,) = operator.discord.requests.to("PUT", COMMANDS)
    sent = {item["name"]: item for item in request.json}
    assert set(sent) >= {"imagine", "help", "history", "models", "usage", "privacy"}
    assert {name: item["contexts"] for name, item in sent.items()} == {name: [0] for name in sent}
    assert all(item["integration_types"] == [0] for item in sent.values())


async def test_direct_messages_open_what_members_use_there_and_nothing_else(
    operator: Operator,
) -> None:
    bot = await operator.start(DIRECT_MESSAGES="on")
    assert await bot.stop() == 0

    (request,) = operator.discord.requests.to("PUT", COMMANDS)
    places = {item["name"]: item["contexts"] for item in request.json}
    open_here = {name for name, contexts in places.items() if contexts == [0, 1]}
    assert open_here == {
        "imagine",
        "help",
        "history",
        "defaults",
        "models",
        "usage",
        "privacy",
        "Use as image for /imagine",
    }
    assert all(contexts == [0] for name, contexts in places.items() if name not in open_here)


async def test_every_command_and_option_is_registered_with_words_of_its_own(
    operator: Operator,
) -> None:
    await lived(operator)

    (request,) = operator.discord.requests.to("PUT", COMMANDS)
    wordless = [
        f"{command['name']} {part['name']}"
        for command in request.json
        # What stands in the menu of a message has no words but its name.
        if command["type"] == 1
        for part in (command, *command.get("options", ()))
        if len(part["description"]) <= 3
    ]
    assert wordless == []


async def test_a_second_start_registers_nothing(operator: Operator) -> None:
    await lived(operator)
    await lived(operator)

    assert operator.discord.command_writes == 1
    assert len(operator.discord.requests.to("GET", COMMANDS)) == 2


async def test_a_command_that_discord_has_otherwise_is_registered_again(
    operator: Operator,
) -> None:
    await lived(operator)
    command(operator.discord, "help")["description"] = "What an older release said"

    await lived(operator)

    assert operator.discord.command_writes == 2
    assert command(operator.discord, "help")["description"] != "What an older release said"


async def test_permissions_that_discord_holds_and_we_dont_ask_for_are_taken_back(
    operator: Operator,
) -> None:
    await lived(operator)
    command(operator.discord, "imagine")["default_member_permissions"] = "8192"

    await lived(operator)

    assert command(operator.discord, "imagine")["default_member_permissions"] is None


async def test_a_command_that_isnt_ours_any_more_goes(operator: Operator) -> None:
    await lived(operator)
    operator.discord.commands.append({**command(operator.discord, "help"), "name": "old"})

    await lived(operator)

    assert "old" not in {item["name"] for item in operator.discord.commands}


async def test_a_new_session_registers_nothing(operator: Operator) -> None:
    bot = await operator.start()
    gateway = operator.discord.gateway

    gateway.invalidate()
    await operator.discord.until(lambda: len(gateway.identifies) == 2, 20.0)
    await operator.discord.until(lambda: operator.discord.ready_shards, 20.0)

    assert await bot.stop() == 0
    assert len(operator.discord.requests.to("GET", COMMANDS)) == 1
    assert operator.discord.command_writes == 1
    assert len([line for line in bot.lines if "ready  " in line]) == 1


async def test_the_bot_asks_for_servers_alone(operator: Operator) -> None:
    bot = await operator.start()
    guild = operator.discord.world.guild("Lantern Bay")
    operator.discord.admin.invite_bot(guild)
    await operator.imagine("A boat")
    assert await bot.stop() == 0

    (identify,) = operator.discord.gateway.identifies
    assert identify.intents == 1
    assert identify.told["shard"] == [0, 1]
    assert identify.told["large_threshold"] == 250
    assert operator.discord.gateway.counts.member_requests == 0
