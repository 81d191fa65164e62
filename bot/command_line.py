"""The command line: read the settings, set up the log, run, end with a code that says why."""

import argparse
import asyncio
import difflib
import gc
import logging
import signal
import sys
from collections.abc import Callable

from typing_extensions import override

from bot import __version__
from bot.settings import Settings
from bot.settings_report import SettingsError, load_settings, written

_OPTIONS = ("--help", "--version")
_COMMANDS = ("run", "health", "migrate")
# Python looks for cycles after 700, 7,000 and 70,000 new objects; one picture makes some thousand.
_COLLECTOR_THRESHOLDS = (5_000, 5, 10)
_HELP = """\
usage: python -m bot [command]

A Discord bot that makes pictures from words.

commands:
  run        run the bot until SIGTERM or Ctrl-C; done when no command is named
  health     ask the bot that runs here whether it is alive
  migrate    bring the database's schema up to date, as each start does too

options:
  --help     this text
  --version  the version

Settings come from the environment, from a file .env in this folder and from files in
/run/secrets. DISCORD_TOKEN and GET3W_API_KEY are all that is needed.

exit codes:
  0  stopped as asked                   3  Discord refused token, intents or shards
  1  a mistake of ours; see the log     4  Discord couldn't be reached for 30 s at the start
  2  settings or command line are wrong   5  the database can't be used
"""


class _Parser(argparse.ArgumentParser):
    """Says in one line what is wrong, without repeating what was typed: it may be a secret."""

    def parse_command(self) -> str:
        """Give the command; ends the process where the line can't be understood."""
        arguments, unknown = self.parse_known_args()
        command: str = arguments.command
        if command not in _COMMANDS:
            self.error(f"there is no such command{_hint(command, _COMMANDS)}")
        if unknown:
            self.error(f"there is no such option{_hint(unknown[0], _OPTIONS)}")
        return command

    @override
    def format_help(self) -> str:
        return _HELP

    @override
    def format_usage(self) -> str:
        return ""


def run() -> int:
    """Run the bot; give its exit code."""
    # Until the loop hears signals itself, both end the process in the same way.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return _obey()
    except KeyboardInterrupt:
        return 0


def _obey() -> int:
    parser = _Parser(prog="python -m bot", allow_abbrev=False)
    parser.add_argument("--version", action="version", version=__version__)
    parser.add_argument("command", nargs="?", default="run")
    command = parser.parse_command()
    try:
        settings = load_settings()
    except SettingsError as error:
        sys.stderr.write(written(error) + "\n")
        return 2
    return _work(settings, command)


def _hint(typed: str, known: tuple[str, ...]) -> str:
    meant = difflib.get_close_matches(typed, known, n=1)
    return f"; is {meant[0]} meant?" if meant else f"; there is {', '.join(known)}"


def _work(settings: Settings, command: str) -> int:
    # The libraries are imported only now: wrong settings are told without waiting for them.
    from bot import app  # noqa: PLC0415  # see above
    from bot.client.endings import ExitCode  # noqa: PLC0415  # see above
    from bot.observability.logs import set_up_logging  # noqa: PLC0415  # see above

    calm_collector()
    set_up_logging(settings.log_level, settings.secrets, form=settings.log_format)
    work = app.migrate if command == "migrate" else app.run
    try:
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            return runner.run(work(settings))
    except Exception:
        logging.getLogger("bot").exception("the bot ended by a mistake of ours")
        return ExitCode.OUR_BUG


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
