"""The command line: read the settings, set up the log, run, end with a code that says why."""

import argparse
import asyncio
import difflib
import gc
import logging
import os
import signal
import sys
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TextIO, TypeVar

from typing_extensions import override

from bot import __version__
from bot.settings import Settings
from bot.settings_report import SettingsError, load_settings, written
from bot.settings_sources import load_for_database, read_leniently

if TYPE_CHECKING:
    from bot.app.errands import Outcome

T = TypeVar("T")

# What each command takes besides the options of all.
_COMMANDS: Mapping[str, tuple[str, ...]] = {
    "run": (),
    "health": (),
    "check": ("--report", "--alert"),
    "sync": (),
    "migrate": (),
    "backup": (),
    "restore": ("a path",),
    "move": ("--to",),
}
# These need no token and no key.
_OF_DATABASE = frozenset({"migrate", "backup", "restore", "move"})
_OPTIONS = ("--help", "--version")
# What a shell says of a program that Ctrl-C ended.
_BROKEN_OFF = 128 + 2
# Python looks for cycles after 700, 7,000 and 70,000 new objects that stay. A command has some 75
# until it is answered, and to look through those of a thousand again and again takes a tenth of the
# time until all are; 25,000 take some 10 ms.
_COLLECTOR_THRESHOLDS = (25_000, 5, 10)
_HELP = """\
usage: python -m bot [command]

A Discord bot that makes pictures from words.

commands:
  run        run the bot until SIGTERM or Ctrl-C; done when no command is named
  health     ask the bot that runs here whether it is alive
  check      look at each thing that the bot needs and say how to mend it; changes nothing and
             costs nothing. --report writes a text for a bug report, --alert tries ALERT_URL
  sync       register the commands at Discord, as each start does too
  migrate    bring the database's schema up to date, as each start does too
  backup     copy the database, also while the bot runs, and print the path of the copy
  restore    put a copy in the database's place while the bot is stopped: the newest one, or the
             one whose path follows; what was there is kept, and how to undo it is said
  move       move all that is kept from the SQLite file to a PostgreSQL server while the bot is
             stopped: --to ADDRESS, or --to - to read the address from the standard input

options:
  --help     this text
  --version  the version

Settings come from the environment, from a file .env in this folder and from files in
/run/secrets. DISCORD_TOKEN and GET3W_API_KEY are all that is needed.

exit codes:
  0  stopped as asked                   3  Discord refused token, intents or shards
  1  a mistake of ours; see the log     4  Discord couldn't be reached for 30 s at the start
  2  settings or command line are wrong   5  the database can't be used

check ends with 0 where all is well and with 1 where there is something to mend.
Any command but run ends with 130 where Ctrl-C or SIGTERM breaks it off.
"""


@dataclass(frozen=True, slots=True)
class Command:
    """What was typed."""

    name: str
    path: str = ""
    to: str = ""
    report: bool = False
    alert: bool = False

    @property
    def misplaced(self) -> str:
        """Name what this command doesn't take; empty where all is in its place."""
        given: Mapping[str, object] = {
            "a path": self.path,
            "--to": self.to,
            "--report": self.report,
            "--alert": self.alert,
        }
        taken = _COMMANDS[self.name]
        return next((name for name, value in given.items() if value and name not in taken), "")


class _Parser(argparse.ArgumentParser):
    """Says in one line what is wrong, without repeating what was typed: it may be a secret."""

    def parse_command(self) -> Command:
        """Give the command; ends the process where the line can't be understood."""
        arguments, unknown = self.parse_known_args()
        name: str = arguments.command
        if name not in _COMMANDS:
            self.error(f"there is no such command{_hint(name, tuple(_COMMANDS))}")
        if unknown:
            self.error(f"there is no such option{_hint(unknown[0], _known_options())}")
        command = Command(
            name, arguments.path, arguments.to, report=arguments.report, alert=arguments.alert
        )
        if command.misplaced:
            self.error(f"{name} doesn't take {command.misplaced}")
        if name == "move" and not command.to:
            self.error("move needs --to and the address of a PostgreSQL server")
        return command

    @override
    def format_help(self) -> str:
        return _HELP

    @override
    def format_usage(self) -> str:
        return ""


def run() -> int:
    """Do what the command line says; give the exit code."""
    # Until the loop hears signals itself, both end the process in the same way.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    name = "run"
    try:
        command = _command()
        name = command.name
        return _obey(command)
    except (KeyboardInterrupt, asyncio.CancelledError):
        # A bot is made to be stopped; what else is broken off hasn't done what it was asked for.
        return 0 if name == "run" else _BROKEN_OFF


def _command() -> Command:
    parser = _Parser(prog="python -m bot", allow_abbrev=False)
    parser.add_argument("--version", action="version", version=__version__)
    parser.add_argument("--report", action="store_true")
    parser.add_argument("--alert", action="store_true")
    parser.add_argument("--to", default="")
    parser.add_argument("command", nargs="?", default="run")
    parser.add_argument("path", nargs="?", default="")
    return parser.parse_command()


def _obey(command: Command) -> int:
    if command.name == "check":
        return _check(command)
    load = load_for_database if command.name in _OF_DATABASE else load_settings
    try:
        settings = load()
    except SettingsError as error:
        sys.stderr.write(written(error) + "\n")
        return 2
    return _work(settings, command)


def _known_options() -> tuple[str, ...]:
    every = (option for options in _COMMANDS.values() for option in options)
    return (*_OPTIONS, *(option for option in every if option.startswith("-")))


def _hint(typed: str, known: tuple[str, ...]) -> str:
    meant = difflib.get_close_matches(typed, known, n=1)
    return f"; did you mean {meant[0]}?" if meant else f"; there is {', '.join(known)}"


def _check(command: Command) -> int:
    from bot.app.check import CheckRequest, check  # noqa: PLC0415  # a mistyped command waits for no library
    from bot.observability.logs import set_up_logging  # noqa: PLC0415  # the same

    # Masks what has the shape of a secret until it is known what is one.
    set_up_logging("ERROR", ())
    # https://no-color.org
    coloured = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    request = CheckRequest(report=command.report, alert=command.alert, coloured=coloured)
    try:
        reading = read_leniently()
        set_up_logging("ERROR", reading.secrets)
        checked = asyncio.run(_unless_stopped(check(request, reading)))
    except Exception:
        logging.getLogger("bot").exception("the check ended by a mistake of ours")
        return 1
    _print(checked.text, sys.stdout)
    return 1 if checked.to_mend else 0


def _print(text: str, out: TextIO) -> None:
    """Print; a terminal that doesn't know our characters shows others in their place."""
    encoding = out.encoding or "utf-8"
    out.write(text.encode(encoding, "replace").decode(encoding) + "\n")


def _work(settings: Settings, command: Command) -> int:
    # The libraries are imported only now: wrong settings are told without waiting for them.
    from bot.app.running import run as run_bot  # noqa: PLC0415  # see above
    from bot.client.endings import ExitCode  # noqa: PLC0415  # see above
    from bot.observability.logs import set_up_logging  # noqa: PLC0415  # see above

    calm_collector()
    runs = command.name == "run"
    set_up_logging(
        settings.log_level if runs else "ERROR", settings.secrets, form=settings.log_format
    )
    try:
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            if runs:
                return runner.run(run_bot(settings))
            return _told(runner.run(_unless_stopped(_errand(settings, command))))
    except Exception:
        logging.getLogger("bot").exception("the bot ended by a mistake of ours")
        return ExitCode.OUR_BUG


async def _unless_stopped(work: Coroutine[None, None, T]) -> T:
    """Let SIGTERM and Ctrl-C break work off by a cancel, and not inside whatever runs just then."""
    task = asyncio.create_task(work)
    loop = asyncio.get_running_loop()
    # Windows has none.
    with suppress(NotImplementedError):
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, task.cancel)
    return await task


def _errand(settings: Settings, command: Command) -> "Coroutine[None, None, Outcome]":
    from bot.app import errands  # noqa: PLC0415  # a bot that runs needs none of them

    match command.name:
        case "sync":
            return errands.sync(settings)
        case "migrate":
            return errands.migrate(settings)
        case "backup":
            return errands.backup(settings)
        case "restore":
            return errands.restored(settings, Path(command.path) if command.path else None)
        case _:
            return errands.moved(
                settings, sys.stdin.readline() if command.to == "-" else command.to
            )


def _told(outcome: "Outcome") -> int:
    """Say how an errand ended: what went well can be read by a program, alone."""
    _print(outcome.text, sys.stderr if outcome.code else sys.stdout)
    return outcome.code


def calm_collector() -> None:
    """Look for cycles less often, and not among what the imports made, which stays for good.

    A thousand commands at once otherwise stop the loop for up to 150 ms at a time.
    """
    gc.freeze()
    gc.set_threshold(*_COLLECTOR_THRESHOLDS)


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    if sys.platform == "win32":
        return None
    import uvloop  # noqa: PLC0415  # it isn't there on Windows

    return uvloop.new_event_loop
