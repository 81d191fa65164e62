"""The doctor finds fifteen planted mistakes, names what mends each, and touches nothing."""

import asyncio
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import AsyncGenerator, Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import takewhile
from pathlib import Path

import pytest

from bot.app.check import CheckRequest, check
from bot.settings_sources import read_leniently
from sandbox.discord.faults import Fault
from sandbox.get3w import Reply
from tests.contract.alert_taker import AlertTaker, alert_taker
from tests.operator import Operator
from tests.stage import KEY, PROJECT

CHECK = ("-m", "bot", "check")
NOBODY = "http://127.0.0.1:9/api/v3"
CLIENT_SECRET = "yZ3kq0bFv8sT1xW6uJ9hN4mR7pL2cE5d"  # noqa: S105  it opens nothing
IS_ROOT = sys.platform != "win32" and os.geteuid() == 0
# With these a process may write everywhere, whoever it runs as.
POWERS = "-dac_override,-dac_read_search,-fowner"


@pytest.fixture(autouse=True)
def _good(operator: Operator) -> None:
    """Let all be well but for what a test plants."""
    operator.discord.world.application.public = False


async def checked(operator: Operator, **settings: str) -> tuple[int, str]:
    return await operator.try_to_start(program=CHECK, **settings)


def told(output: str, subject: str) -> tuple[str, str]:
    """Give the line of a thing and the step below it, without what stands before them."""
    lines = output.splitlines()
    at = next(n for n, line in enumerate(lines) if re.match(rf"\S \w+ +{subject}  ", line))
    below = lines[at + 1] if at + 1 < len(lines) else ""
    return lines[at], below.partition("→ ")[2]


@pytest.fixture
async def taker() -> AsyncGenerator[AlertTaker]:
    async with alert_taker() as taker:
        yield taker


async def test_where_all_is_well_it_says_so_in_a_line_for_each_thing(operator: Operator) -> None:
    code, output = await checked(operator)

    assert code == 0, output
    assert output.endswith("\n\nAll is well.")
    verdicts = re.findall(r"^(\S \w+) {2,}\S", output, re.MULTILINE)
    assert set(verdicts) == {"✓ well", "! look"}
    assert told(output, "token")[0].endswith("Discord takes it: Imagine, in 2 servers")
    assert told(output, "balance")[0].endswith("$10.00 left")
    assert told(output, "model")[0].endswith("get3w/flux-dev, $0.012 a picture")


MISTAKES: Mapping[str, tuple[dict[str, str], str, str, str]] = {
    "no token": ({"DISCORD_TOKEN": ""}, "token", "DISCORD_TOKEN is missing.", "Reset Token"),
    "a client secret for a token": (
        {"DISCORD_TOKEN": CLIENT_SECRET},
        "token",
        "DISCORD_TOKEN is the application's client secret, not its bot's token.",
        "Reset Token",
    ),
    "no key": ({"GET3W_API_KEY": ""}, "key", "GET3W_API_KEY is missing.", "API keys"),
    "a wrong key": (
        {"GET3W_API_KEY": "sk_some_other_key"},
        "key",
        "The image API refuses GET3W_API_KEY (401).",
        "API keys",
    ),
    "an image API that is away": (
        {"GET3W_API_URL": NOBODY},
        "image api",
        "The image API can't be reached (no connection).",
        "GET3W_API_URL",
    ),
    "a Discord that is away": (
        {"DISCORD_API_URL": NOBODY},
        "discord",
        "Discord can't be reached (no connection).",
        "DISCORD_API_URL",
    ),
    "a default model that isn't allowed": (
        {"ALLOWED_MODELS": "google/*"},
        "settings",
        "DEFAULT_MODEL isn't among ALLOWED_MODELS; add it there or change it.",
        "used when a member names none",
    ),
    "a default model that the API doesn't have": (
        {"DEFAULT_MODEL": "get3w/flux-dve"},
        "model",
        "The image API has no get3w/flux-dve, which DEFAULT_MODEL names.",
        "get3w/flux-dev",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES.keys())
async def test_a_mistake_in_the_settings_is_found_with_what_mends_it(
    operator: Operator, mistake: tuple[dict[str, str], str, str, str]
) -> None:
    settings, subject, what, how = mistake

    code, output = await checked(operator, **settings)

    line, step = told(output, subject)
    assert code == 1
    assert line.startswith("✗ mend")
    assert line.endswith(what)
    assert how in step
    assert output.endswith("1 thing to mend.")
    assert CLIENT_SECRET not in output


async def test_a_token_that_discord_refuses_is_found_and_sent_once(operator: Operator) -> None:
    token = operator.discord.world.application.token
    code, output = await checked(operator, DISCORD_TOKEN=f"{token}x")

    line, step = told(output, "token")
    assert code == 1
    assert line.endswith("Discord refuses DISCORD_TOKEN (401).")
    assert "Reset Token" in step
    assert len(operator.discord.requests) == 1
    assert token not in output


async def test_a_text_that_cannot_be_a_token_is_not_sent_to_anybody(operator: Operator) -> None:
    await checked(operator, DISCORD_TOKEN=CLIENT_SECRET)

    assert operator.discord.requests
    assert all("Authorization" not in request.headers for request in operator.discord.requests)


async def test_an_account_without_money_is_found(operator: Operator) -> None:
    operator.api.account.balance_usd = 0.01

    code, output = await checked(operator)

    line, step = told(output, "balance")
    assert code == 1
    assert line.endswith("$0.01 are left at the image API, which is no picture's price.")
    assert step == "Top up your Get3W account."


async def test_a_public_bot_that_works_everywhere_is_found(operator: Operator) -> None:
    operator.discord.world.application.public = True

    code, output = await checked(operator)

    line, step = told(output, "reach")
    assert code == 1
    assert line.endswith("SERVERS=* lets them spend your money.")
    assert "Set SERVERS to the ids of your servers" in step
    assert (await checked(operator, SERVERS="1234567890123456789"))[0] == 0


async def test_a_clock_that_is_off_is_found(operator: Operator) -> None:
    then = format_datetime(datetime.now(UTC) + timedelta(minutes=5), usegmt=True)
    gateway = {"url": "ws://127.0.0.1:9", "shards": 1, "session_start_limit": {"remaining": 999}}
    answer = Fault(path_glob="*/gateway/bot", status=200, body=gateway, headers={"Date": then})
    operator.discord.faults.add(answer)

    code, output = await checked(operator)

    line, step = told(output, "clock")
    assert code == 1
    assert re.search(r"This machine's clock is (2[5-9]\d|30\d) s behind", line)
    assert step.endswith("timedatectl set-ntp true")


async def test_the_image_apis_clock_serves_where_discords_is_away(operator: Operator) -> None:
    dated = (("Date", format_datetime(datetime.now(UTC), usegmt=True)),)
    operator.api.account.models_reply = replace(Reply.html(503), headers=dated)

    _, output = await checked(operator, DISCORD_API_URL=NOBODY)

    assert told(output, "clock")[0].startswith("✓ well")
    assert told(output, "image api")[0].endswith("can't be reached (status 503).")


async def test_a_schema_of_a_newer_program_is_found_and_left(operator: Operator) -> None:
    file = await kept_by_a_bot(operator)
    newer(file)

    code, output = await checked(operator)

    line, step = told(output, "database")
    assert code == 1
    assert "has the schema 9999 of a newer version of the bot; this one knows" in line
    assert "Start the newer version again" in step


async def test_a_damaged_database_is_found(operator: Operator) -> None:
    file = await kept_by_a_bot(operator)
    file.write_bytes(b"no database " * 1000)

    code, output = await checked(operator)

    assert code == 1
    assert "is damaged, or no database" in told(output, "database")[0]


async def kept_by_a_bot(operator: Operator) -> Path:
    code, _ = await operator.try_to_start(program=("-m", "bot", "migrate"))
    assert code == 0
    return operator.folder / "data" / "imagine.sqlite3"


def newer(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")


@pytest.mark.skipif(not IS_ROOT or shutil.which("setpriv") is None, reason="needs root to plant it")
async def test_a_folder_of_somebody_else_is_found_with_the_exact_line(operator: Operator) -> None:
    data = operator.folder / "data"
    data.mkdir(mode=0o700)
    os.chown(data, 4242, 4343)

    output = await as_a_mortal(operator)

    line, step = told(output, "folder")
    assert line.endswith(f"{data} belongs to 4242:4343, and the bot runs as 0:0.")
    assert step == f"sudo chown -R 0:0 {data}"


@pytest.mark.skipif(not IS_ROOT or shutil.which("setpriv") is None, reason="needs root to plant it")
async def test_a_folder_that_is_read_only_is_found(operator: Operator) -> None:
    data = operator.folder / "data"
    data.mkdir(mode=0o500)

    line, step = told(await as_a_mortal(operator), "folder")

    assert line.endswith(f"{data} can't be written to.")
    assert step == f"chmod u+rwX {data}"


async def as_a_mortal(operator: Operator) -> str:
    """Run the check as root without root's power over other people's files."""
    process = await asyncio.create_subprocess_exec(
        "setpriv",
        f"--bounding-set={POWERS}",
        sys.executable,
        *CHECK,
        cwd=operator.folder,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(PROJECT), **operator.settings},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    assert process.returncode == 1
    return output.decode()


@pytest.fixture
def small_disk(operator: Operator) -> Iterator[Path]:
    """Mount a disk of one megabyte where the bot keeps its data."""
    data = operator.folder / "data"
    data.mkdir()
    mounted = IS_ROOT and _succeeds("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(data))
    if not mounted:
        pytest.skip("nothing may be mounted here")
    yield data
    _succeeds("umount", str(data))


def _succeeds(*command: str) -> bool:
    return subprocess.run(command, check=False, capture_output=True).returncode == 0  # noqa: S603  the command is ours, whole


async def test_a_full_disk_is_found(operator: Operator, small_disk: Path) -> None:
    (small_disk / "full").write_bytes(bytes(900_000))

    code, output = await checked(operator)

    line, step = told(output, "disk")
    assert code == 1
    assert line.endswith(f"Only 0 MB are free at {small_disk}; the bot needs 100 MB.")
    assert step == "Make room there, or lower PICTURES_ON_DISK_MB."


async def test_a_database_on_a_network_file_system_is_found(
    operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in operator.settings.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(operator.folder)
    mounts = operator.folder / "mountinfo"
    mounts.write_text(
        "21 1 254:1 / / rw - ext4 /dev/vda1 rw\n"
        f"36 21 0:41 / {operator.folder} rw shared:1 - nfs4 files:/bot rw\n",
        encoding="utf-8",
    )

    page = await check(CheckRequest(mounts=mounts), read_leniently())

    line, step = told(page.text, "file system")
    assert page.to_mend == 1
    assert line.endswith("is on nfs4, where SQLite loses data.")
    assert "DATABASE_URL" in step


async def test_all_that_is_wrong_is_told_at_once(operator: Operator) -> None:
    code, output = await checked(
        operator, DISCORD_TOKEN="", GET3W_API_KEY="", SHARD_IDS="x", GET3W_CONCURRENCY="many"
    )

    assert code == 1
    assert output.endswith("4 things to mend.")
    assert told(output, "discord")[0].startswith("✓ well")
    assert told(output, "image api")[0].startswith("✓ well")
    assert told(output, "database")[0].startswith("✓ well")


async def test_nothing_is_changed_and_nothing_is_paid_for(operator: Operator) -> None:
    file = await kept_by_a_bot(operator)
    before = files_under(operator.folder)

    await checked(operator)

    assert files_under(operator.folder) == before
    assert file in before
    assert operator.api.submissions == []
    assert {request.method for request in operator.discord.requests} == {"GET"}


def files_under(folder: Path) -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*")}


async def test_it_reads_the_database_of_a_bot_that_runs(operator: Operator) -> None:
    bot = await operator.start()

    code, output = await checked(operator)

    assert code == 0, output
    assert told(output, "database")[0].startswith("✓ well")
    assert await bot.stop() == 0


async def test_each_setting_is_shown_with_its_source_and_no_secret(operator: Operator) -> None:
    (operator.folder / ".env").write_text("BUDGET_USD_PER_DAY=7\n", encoding="utf-8")
    _, output = await checked(
        operator,
        ALERT_URL="https://hooks.example/secret-place",
        DATABASE_URL="postgresql://ada:correct-horse@/p?host=/nowhere",
    )

    listed = takewhile(bool, output.splitlines()[2:])
    rows = {line.split()[0]: line.split()[1:] for line in listed}
    assert rows["DISCORD_TOKEN"] == ["[hidden]", "environment"]
    assert rows["BUDGET_USD_PER_DAY"] == ["7", ".env"]
    assert rows["SERVERS"] == ["*", "default"]
    assert rows["ALERT_URL"] == ["https://hooks.example/[hidden]", "environment"]
    assert rows["DATABASE_URL"] == ["postgresql://ada:[hidden]@/nowhere/p", "environment"]
    assert "secret-place" not in output
    assert "correct-horse" not in output


async def test_a_report_names_nobody_and_no_place(operator: Operator) -> None:
    code, output = await operator.try_to_start(
        program=(*CHECK, "--report"), SERVERS="1234567890123456789", LOG_LEVEL="DEBUG"
    )

    assert code == 0
    assert output.startswith("```\nimagine-bot 0.1.0, Python 3.")
    assert "LOG_LEVEL" in output
    assert "DEBUG" in output
    hidden = (KEY, "1234567890123456789", str(operator.folder), operator.api.url, "Imagine,")
    assert [text for text in hidden if text in output] == []


async def test_a_report_says_what_is_missing(operator: Operator) -> None:
    asked = (*CHECK, "--report")

    code, output = await operator.try_to_start(program=asked, DISCORD_TOKEN="", GET3W_API_KEY="")

    assert code == 1
    assert "DISCORD_TOKEN is missing." in output
    assert "GET3W_API_KEY is missing." in output


async def test_an_alert_is_tried_when_asked_for(operator: Operator, taker: AlertTaker) -> None:
    asked = (*CHECK, "--alert")
    code, output = await operator.try_to_start(program=asked, ALERT_URL=f"{taker.url}/topic")

    assert code == 0
    assert told(output, "alerts")[0].endswith("one was sent to ALERT_URL and taken")
    (post,) = taker.posts
    assert post.headers["Title"] == "imagine: this is a test"
    assert (await checked(operator, ALERT_URL=f"{taker.url}/topic"))[0] == 0
    assert len(taker.posts) == 1


async def test_an_alert_that_nobody_takes_is_to_be_mended(
    operator: Operator, taker: AlertTaker
) -> None:
    taker.statuses = [404]
    asked = (*CHECK, "--alert")

    code, output = await operator.try_to_start(program=asked, ALERT_URL=f"{taker.url}/topic")
    unset, _ = await operator.try_to_start(program=asked)

    assert (code, unset) == (1, 1)
    assert told(output, "alerts")[0].endswith("ALERT_URL didn't take an alert (status 404).")


# What no one thought of, with secrets in its text that have no shape to be known by.
MISTAKEN = """
import os, sys
from bot import command_line
from bot.app import check

async def mistaken(*_):
    raise LookupError(*(os.environ[name] for name in ("GET3W_API_KEY", "DISCORD_TOKEN")))

check.check = mistaken
sys.argv[1:] = ["check"]
sys.exit(command_line.run())
"""


async def test_a_mistake_of_ours_shows_no_secret_not_even_one_that_was_refused(
    operator: Operator,
) -> None:
    secrets = {"GET3W_API_KEY": "plain-words-and-a-number-4711", "DISCORD_TOKEN": CLIENT_SECRET}

    code, output = await operator.try_to_start(program=("-c", MISTAKEN), **secrets)

    assert code == 1
    assert "LookupError" in output
    assert [secret for secret in secrets.values() if secret in output] == []
