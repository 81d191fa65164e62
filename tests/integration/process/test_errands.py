"""Commands that do one thing and end: what they print, and their codes."""

import asyncio
import os
import signal
import sys

import pytest

from tests.operator import Operator
from tests.stage import PROJECT

UNKNOWN = "MTIz.not.the-one"
SERVER = "postgresql://ada:correct-horse@/p?host=/nowhere"


async def tried(operator: Operator, *command: str, **settings: str) -> tuple[int, str]:
    return await operator.try_to_start(program=("-m", "bot", *command), **settings)


async def test_sync_registers_the_commands_once(operator: Operator) -> None:
    first, second = await tried(operator, "sync"), await tried(operator, "sync")

    count = len(operator.discord.commands)
    assert first == (0, f"commands  {count} registered")
    assert second == (0, f"commands  {count}, as Discord has them already")
    assert operator.discord.command_writes == 1


async def test_sync_is_no_matter_of_the_database(operator: Operator) -> None:
    bot = await operator.start()

    code, output = await tried(operator, "sync", SHARD_COUNT="2", SHARD_IDS="1")
    elsewhere = await tried(operator, "sync", DATABASE_URL=SERVER)

    assert code == 0, output
    assert elsewhere == (0, output)
    assert await bot.stop() == 0


async def test_sync_with_a_token_that_discord_refuses_ends_with_3(operator: Operator) -> None:
    code, output = await tried(operator, "sync", DISCORD_TOKEN=UNKNOWN)

    assert code == 3
    assert output.startswith("Discord refuses DISCORD_TOKEN (401).")
    assert len(output.splitlines()) == 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_a_command_that_a_signal_breaks_off_ends_with_130(
    operator: Operator, number: signal.Signals
) -> None:
    asked, done = asyncio.Event(), asyncio.Event()

    async def be_silent(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.set()
        await done.wait()
        writer.close()

    async with await asyncio.start_server(be_silent, "127.0.0.1") as silent:
        port = silent.sockets[0].getsockname()[1]
        sync = await operator.launch(
            program=("-m", "bot", "sync"), DISCORD_API_URL=f"http://127.0.0.1:{port}/api/v10"
        )
        await asked.wait()
        sync.ask_to_stop(number)
        code = await sync.ended()
        done.set()

    assert (code, sync.output) == (130, "")


async def test_migrate_says_where_the_schema_is(operator: Operator) -> None:
    code, first = await tried(operator, "migrate")
    _, second = await tried(operator, "migrate")

    schema = first.rpartition(" ")[2]
    assert code == 0
    assert first == f"database  new, schema {schema}"
    assert second == f"database  up to date, schema {schema}"


async def test_backup_prints_a_path_and_nothing_else(operator: Operator) -> None:
    await tried(operator, "migrate")

    code, output = await tried(operator, "backup")

    assert code == 0
    assert (operator.folder / output).is_file()


async def test_there_is_nothing_to_copy_before_the_first_start(operator: Operator) -> None:
    code, output = await tried(operator, "backup")

    assert code == 5
    assert output == "There is no database yet: the first start of the bot makes it."
    assert list(operator.folder.iterdir()) == []


@pytest.mark.parametrize(
    ("command", "told"), [("backup", "pg_dump --format=custom"), ("restore", "pg_restore --clean")]
)
async def test_a_server_is_copied_and_restored_by_its_own_programs(
    operator: Operator, command: str, told: str
) -> None:
    code, output = await tried(operator, command, DATABASE_URL=SERVER)

    assert code == 2
    assert told in output
    assert "correct-horse" not in output


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (("restore",), "There is no copy to restore."),
        (("restore", "nothing.sqlite3"), "There is no such file."),
        (("restore", ".env"), "is damaged, or no database. Nothing was changed"),
        (("move",), "move needs --to"),
        (("move", "--to", "sqlite:///x.sqlite3"), "--to should be the address of a PostgreSQL"),
        (("run", "x"), "run doesn't take a path"),
        (("backup", "--to", "x"), "backup doesn't take --to"),
        (("rstore",), "there is no such command; did you mean restore?"),
        (("synch",), "there is no such command; did you mean sync?"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
async def test_what_cannot_be_done_ends_with_2_and_says_why(
    operator: Operator, command: tuple[str, ...], told: str
) -> None:
    (operator.folder / ".env").write_text("# a comment\n", encoding="utf-8")

    code, output = await tried(operator, *command)

    assert code == 2, output
    assert told in output
    assert "Traceback" not in output


async def test_an_address_with_a_password_can_come_by_the_standard_input(
    operator: Operator,
) -> None:
    await tried(operator, "migrate")
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bot", "move", "--to", "-"),
        cwd=operator.folder,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(PROJECT), **operator.settings},
        stdin=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )

    _, told = await process.communicate(f"{SERVER}\n".encode())

    assert process.returncode == 5
    assert told.decode().startswith("The database on /nowhere can't be reached, and nothing was")
