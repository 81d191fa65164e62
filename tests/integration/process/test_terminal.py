"""What an operator reads: one line for each thing that matters, aligned, coloured on a terminal."""

import asyncio
import json
import os
import re
import sys
from pathlib import Path

import pytest

from sandbox.discord.faults import Fault
from sandbox.discord.server import DiscordSandbox
from sandbox.get3w import Get3WSandbox, Scenario
from tests.operator import Operator
from tests.stage import KEY, PROJECT, is_final

LINE = re.compile(r"\d\d:\d\d:\d\d  (INFO   |WARNING|ERROR  )  \S.*")
RED = "\x1b[31m"
UNKNOWN = "MTIz.not.the-one"
# View Channel, Send Messages, Attach Files, Send Messages in Threads.
LEAST_PERMISSIONS = 0x400 | 0x800 | 0x8000 | 0x4000000000


async def printed_on_a_terminal(folder: Path, environment: dict[str, str], *command: str) -> str:
    """Run the bot to its end on a pseudo-terminal, and give what appears there."""
    ours, theirs = os.openpty()
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bot", *command),
        cwd=folder,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(PROJECT), **environment},
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    shown = await asyncio.to_thread(_read_all, ours)
    await process.wait()
    return shown


def _read_all(terminal: int) -> str:
    pieces: list[bytes] = []
    try:
        while piece := os.read(terminal, 4096):
            pieces.append(piece)
    except OSError:
        # Linux says so when the last process on the other side is gone.
        pass
    finally:
        os.close(terminal)
    return b"".join(pieces).decode()


async def test_the_first_line_is_the_invite_link_before_discord_is_asked_anything(
    operator: Operator,
) -> None:
    held = operator.discord.faults.add(Fault(hold=asyncio.Event(), times=None))
    bot = await operator.launch()

    await operator.discord.until(lambda: held.hits, 30.0)

    application_id = operator.discord.world.application.id
    line, database = bot.lines
    assert "  database  new, schema " in database
    assert f"  invite  https://discord.com/oauth2/authorize?client_id={application_id}&" in line
    assert f"permissions={LEAST_PERMISSIONS}" in line
    assert "scope=bot+applications.commands" in line
    held.hold.set()
    await bot.stop()


async def test_a_life_at_info_is_a_line_for_each_thing_that_matters(operator: Operator) -> None:
    bot = await operator.start()
    use = await operator.imagine("A boat")
    await use.message.until(is_final, 15.0)
    await bot.says("  job ")
    assert await bot.stop() == 0

    assert [line for line in bot.lines if not LINE.fullmatch(line)] == []
    # The job may not be quite over a moment after its line, and that is drained.
    told = [line[19:] for line in bot.lines if "  draining  " not in line]
    assert [line.split()[0] for line in told] == [
        "invite",
        "database",
        "commands",
        "ready",
        "job",
        "stopping",
        "stopped",
    ]
    assert re.fullmatch(r"ready  imagine#0  2 servers  1 shard  \d+\.\d s", told[3])
    named, *spans = re.split(r"  (?=\w+_s=)", told[4])
    assert re.fullmatch(r"job [0-9A-Z]{5}  get3w/flux-dev  done  \d+\.\d s", named)
    assert all(re.fullmatch(r"\w+_s=\d+\.\d+", span) for span in spans)
    assert [span.partition("_s=")[0] for span in spans] == [
        "answered",
        "slot",
        "progress",
        "completed",
        "delivered",
        "picture",
    ]


async def test_a_dead_image_api_is_one_warning_and_the_bot_answers(operator: Operator) -> None:
    bot = await operator.start(GET3W_API_URL="http://127.0.0.1:9/api/v3")
    await bot.says("WARNING")

    use = await operator.imagine("A boat")
    choices = await operator.discord.autocomplete(
        use.user, use.channel, "imagine", {"prompt": "x", "model": ""}, focused="model"
    )

    assert use.message is not None
    assert [choice.value for choice in choices] == ["get3w/flux-dev"]
    await bot.stop()
    warnings = [line for line in bot.lines if "INFO" not in line]
    assert len(warnings) == 1
    assert "(no connection; look at GET3W_API_URL and at this host's network)" in warnings[0]


async def test_a_refused_key_is_said_at_the_start_and_at_the_picture(operator: Operator) -> None:
    bot = await operator.start(GET3W_API_KEY="sk_some_other_key")
    use = await operator.imagine("A boat")
    await use.message.until(is_final, 15.0)
    await bot.stop()

    warnings = [line for line in bot.lines if "WARNING" in line]
    assert warnings
    assert all("GET3W_API_KEY" in line for line in warnings)
    assert "some_other" not in bot.output


async def test_where_there_is_no_terminal_every_line_is_a_document(operator: Operator) -> None:
    bot = await operator.start(LOG_FORMAT="auto")
    use = await operator.imagine("A boat")
    await use.message.until(is_final, 15.0)
    await bot.says('"job [0-9A-Z]{5}  ')
    assert await bot.stop() == 0

    documents = [json.loads(line) for line in bot.lines]
    assert all({"at", "level", "logger", "event"} <= each.keys() for each in documents)
    (ended,) = (each for each in documents if each["event"].startswith("job "))
    assert ended["interaction"] == use.id
    assert ended["member"] == use.user.id
    assert ended["server"] == operator.discord.world.guild("Lantern Bay").id
    assert ended["model"] == "get3w/flux-dev"
    assert 0 < ended["answered_s"] <= ended["slot_s"] <= ended["completed_s"]
    assert ended["delivered_s"] == pytest.approx(
        ended["completed_s"] + ended["picture_s"], abs=0.002
    )
    assert "A boat" not in bot.output


async def test_at_debug_a_document_tells_of_the_job_that_it_comes_from(
    operator: Operator,
) -> None:
    bot = await operator.start(LOG_FORMAT="json", LOG_LEVEL="DEBUG")
    operator.api.default = Scenario.refusal(400, "no")
    use = await operator.imagine("A boat")
    await use.message.until(is_final, 15.0)
    await bot.says('"job [0-9A-Z]{5}  ')
    await bot.stop()

    documents = [json.loads(line) for line in bot.lines]
    (ended,) = (each for each in documents if each["event"].startswith("job "))
    assert ended["event"].split("  ")[2].startswith("failed: ")
    of_job = {each["logger"] for each in documents if each.get("job") == ended["job"]}
    assert "bot.services.job_reports" in of_job


async def test_on_a_terminal_lines_are_for_people_without_asking_for_it(
    tmp_path: Path, operator: Operator
) -> None:
    settings = {**operator.settings, "DISCORD_TOKEN": UNKNOWN, "LOG_FORMAT": "auto"}

    shown = await printed_on_a_terminal(tmp_path, settings)

    assert any(LINE.fullmatch(line) for line in shown.splitlines())


async def test_no_colour_is_in_what_is_piped_away(operator: Operator) -> None:
    code, output = await operator.try_to_start(DISCORD_TOKEN=UNKNOWN)

    assert code == 3
    assert "ERROR" in output
    assert "\x1b" not in output


async def test_on_a_terminal_an_error_is_red(tmp_path: Path, operator: Operator) -> None:
    shown = await printed_on_a_terminal(tmp_path, {**operator.settings, "DISCORD_TOKEN": UNKNOWN})

    (line,) = [line for line in shown.splitlines() if "ERROR" in line]
    assert line.startswith(RED)
    assert line.endswith("\x1b[0m")


async def test_a_check_is_coloured_on_a_terminal_unless_nobody_wants_that(
    tmp_path: Path, operator: Operator
) -> None:
    settings = {**operator.settings, "SERVERS": "1234567890123456789"}

    shown = await printed_on_a_terminal(tmp_path, settings, "check")
    plain = await printed_on_a_terminal(tmp_path, {**settings, "NO_COLOR": "1"}, "check")

    assert "\x1b[32m✓ well\x1b[0m  " in shown
    assert "\x1b" not in plain


async def test_a_terminal_without_our_characters_shows_others(operator: Operator) -> None:
    check = ("-m", "bot", "check")

    code, output = await operator.try_to_start(
        program=check, SERVERS="1234567890123456789", PYTHONIOENCODING="ascii"
    )

    assert code == 0
    assert re.search(r"^\? well +clock", output, re.MULTILINE)


async def test_a_gateway_that_asks_for_a_new_connection_is_worth_no_line(
    operator: Operator,
) -> None:
    bot = await operator.start()
    before = len(bot.lines)

    operator.discord.gateway.send_reconnect()
    await operator.discord.until(lambda: operator.discord.gateway.counts.resumes, 10.0)

    assert len(bot.lines) == before
    assert await bot.stop() == 0


async def test_a_discord_that_goes_away_and_comes_back_is_said_without_traces(
    tmp_path: Path,
) -> None:
    async with Get3WSandbox.open(key=KEY) as api:
        async with DiscordSandbox.open() as discord:
            operator = Operator(discord, api, tmp_path)
            bot = await operator.start()
            port = int(discord.base_url.rpartition(":")[2])
        line = await bot.says("Attempting a reconnect")
        async with DiscordSandbox.open(port=port) as discord:
            await discord.until(lambda: discord.ready_shards, 60.0)
            assert await bot.stop() == 0

    assert "WARNING  Attempting a reconnect for shard ID 0" in line
    assert [line for line in bot.lines if not LINE.fullmatch(line)] == []


async def test_the_names_of_servers_and_of_the_bot_cant_forge_a_line(operator: Operator) -> None:
    operator.discord.world.application.bot.name = "x\n12:00:00  ERROR    pay\x1b[31m\u202e"

    bot = await operator.start()
    await bot.stop()

    assert [line for line in bot.lines if not LINE.fullmatch(line)] == []
    (ready,) = [line for line in bot.lines if "ready" in line]
    assert r"x\n12:00:00  ERROR    pay\x1b[31m\u202e#0  2 servers" in ready


async def test_a_members_name_and_prompt_cant_forge_a_line_at_debug(operator: Operator) -> None:
    forged = "x\n12:00:00  ERROR    the bot ended\r\x1b[2J"
    guild = operator.discord.world.guild("Lantern Bay")
    alice = operator.discord.world.user("alice")
    alice.display_name = guild.members[alice.id].nick = forged
    operator.api.default = Scenario.refusal(400, forged)
    bot = await operator.start(LOG_LEVEL="DEBUG")

    use = await operator.imagine(forged)
    await use.message.until(is_final, 15.0)
    await bot.stop()

    forgeries = [line for line in bot.lines if line.startswith("12:00:00  ERROR")]
    assert forgeries == []
    assert "\x1b" not in bot.output
