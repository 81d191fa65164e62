"""Wrong settings end the start at once, name every variable and print no value."""

from pathlib import Path

import pytest

from tests.stage import BotProcess

# Stands for every value: it must never be printed.
VALUE = "xyzzy-some-value"
PORTAL = "developer portal"
ACCOUNT = "Your Get3W account"
BOTH = {"DISCORD_TOKEN": VALUE, "GET3W_API_KEY": VALUE}


async def refused(folder: Path, *arguments: str, **environment: str) -> str:
    """Start the bot, which must refuse; give what it says with its lines joined."""
    bot = await BotProcess.start(folder, environment, ("-m", "bot", *arguments))
    assert await bot.ended() == 2
    assert VALUE not in bot.output
    assert "Traceback" not in bot.output
    return " ".join(bot.output.split())


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"GET3W_API_KEY": VALUE}, ["DISCORD_TOKEN is missing", PORTAL]),
        ({"DISCORD_TOKEN": VALUE}, ["GET3W_API_KEY is missing", ACCOUNT]),
        ({}, ["DISCORD_TOKEN is missing", PORTAL, "GET3W_API_KEY is missing", ACCOUNT]),
        (
            {"DISCORD_TOKN": VALUE, "GET3W_API_KEY": VALUE},
            ["DISCORD_TOKEN is missing; is DISCORD_TOKN meant for it?", PORTAL],
        ),
        (
            {**BOTH, "SHUTDOWN_GRACE": "7", "LOG_LEVL": "INFO"},
            [
                "SHUTDOWN_GRACE isn't a setting; SHUTDOWN_GRACE_S is probably meant",
                "LOG_LEVL isn't a setting; LOG_LEVEL is probably meant",
            ],
        ),
        (
            {**BOTH, "GET3W_CONCURRENCY": VALUE, "GET3W_STREAM": VALUE, "SHARD_IDS": VALUE},
            [
                "GET3W_CONCURRENCY should be a whole number",
                "GET3W_STREAM should be on or off",
                "SHARD_IDS should be shard numbers such as 0,1,2 or 0-2",
            ],
        ),
        (
            {**BOTH, "ALLOWED_MODELS": "google/*", "SHARD_IDS": "1"},
            [
                "DEFAULT_MODEL isn't among ALLOWED_MODELS; add it there or change it",
                "SHARD_COUNT is missing; SHARD_IDS needs it",
            ],
        ),
        ({**BOTH, "DISCORD_TOKEN": f"{VALUE} {VALUE}"}, ["DISCORD_TOKEN can't be used: there is"]),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, dict) else "",
)
async def test_every_variable_that_is_wrong_is_named_with_what_mends_it(
    tmp_path: Path, settings: dict[str, str], told: list[str]
) -> None:
    output = await refused(tmp_path, **settings)

    assert [words for words in told if words not in output] == []


async def test_a_file_of_settings_that_cant_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"\xff\xfe" + VALUE.encode())

    assert ": .env can't be read: it isn't text in UTF-8" in await refused(tmp_path)


async def test_a_refusal_waits_for_none_of_the_large_libraries(tmp_path: Path) -> None:
    bot = await BotProcess.start(tmp_path, {}, ("-X", "importtime", "-m", "bot"))

    assert await bot.ended() == 2
    imported = {line.rpartition("|")[2].strip() for line in bot.lines}
    assert "pydantic_settings" in imported
    assert imported.isdisjoint({"discord", "aiohttp", "PIL"})


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["rnu"], "there is no such command; did you mean run?"),
        ([VALUE], "there is no such command; there is run"),
        (["chekc"], "there is no such command; did you mean check?"),
        (["check", "--reprot"], "there is no such option; did you mean --report?"),
        (["run", "--report"], "run doesn't take --report"),
        (["--verison"], "there is no such option; did you mean --version?"),
    ],
)
async def test_a_mistyped_command_line_is_refused_with_a_suggestion(
    tmp_path: Path, arguments: list[str], told: str
) -> None:
    assert told in await refused(tmp_path, *arguments)


@pytest.mark.parametrize(("argument", "told"), [("--help", "exit codes:"), ("--version", "0.1.0")])
async def test_a_question_on_the_command_line_is_answered_without_any_settings(
    tmp_path: Path, argument: str, told: str
) -> None:
    bot = await BotProcess.start(tmp_path, {}, ("-m", "bot", argument))

    assert await bot.ended() == 0
    assert told in bot.output
