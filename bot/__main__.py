"""``python -m bot``: read the settings, set up the log, run, end with a code that says why."""

import argparse
import asyncio
import difflib
import gc
import logging
import signal
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import TextIOWrapper
from typing import TextIO

from typing_extensions import override

from bot import __version__
from bot.settings import Settings
from bot.settings_report import SettingsError, load_settings, written

# What each command takes besides the options of all.
_COMMANDS: Mapping[str, tuple[str, ...]] = {
    "run": (),
    "check": ("--report", "--alert"),
    "migrate": (),
}
_OPTIONS = ("--help", "--version")
# Python looks for cycles after 700, 7,000 and 70,000 new objects; one picture makes some thousand.
_COLLECTOR_THRESHOLDS = (5_000, 5, 10)
_HELP = """\
usage: python -m bot [command]

A Discord bot that makes pictures from words.

commands:
  run        run the bot until SIGTERM or Ctrl-C; done when no command is named
  check      look at each thing that the bot needs and say how to mend it; changes nothing and
             costs nothing. --report writes a text for a bug report, --alert tries ALERT_URL
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

check ends with 0 where all is well and with 1 where there is something to mend.
"""


@dataclass(frozen=True, slots=True)
class Command:
    """What was typed."""

    name: str
    report: bool = False
    alert: bool = False


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
        command = Command(name, report=arguments.report, alert=arguments.alert)
        given = {"--report": command.report, "--alert": command.alert}
        for option, is_given in given.items():
            if is_given and option not in _COMMANDS[name]:
                self.error(f"{name} doesn't take {option}")
        return command

    @override
    def format_help(self) -> str:
        return _HELP

    @override
    def format_usage(self) -> str:
        return ""


def main() -> int:
    """Run the bot; give its exit code."""
    # Until the loop hears signals itself, both end the process in the same way.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return _main()
    except KeyboardInterrupt:
        return 0


def _main() -> int:
    parser = _Parser(prog="python -m bot", allow_abbrev=False)
    parser.add_argument("--version", action="version", version=__version__)
    parser.add_argument("--report", action="store_true")
    parser.add_argument("--alert", action="store_true")
    parser.add_argument("command", nargs="?", default="run")
    command = parser.parse_command()
    if command.name == "check":
        return _check(command)
    try:
        settings = load_settings()
    except SettingsError as error:
        sys.stderr.write(written(error) + "\n")
        return 2
    return _run(settings, command)


def _known_options() -> tuple[str, ...]:
    return (*_OPTIONS, *(option for options in _COMMANDS.values() for option in options))


def _hint(typed: str, known: tuple[str, ...]) -> str:
    meant = difflib.get_close_matches(typed, known, n=1)
    return f"; did you mean {meant[0]}?" if meant else f"; there is {', '.join(known)}"


def _check(command: Command) -> int:
    from bot import app  # noqa: PLC0415  # a mistyped command needn't wait for the libraries
    from bot.observability.logs import set_up_logging  # noqa: PLC0415  # the same

    set_up_logging("ERROR", ())
    request = app.CheckRequest(report=command.report, alert=command.alert)
    return asyncio.run(app.check(request, _terminal()))


def _terminal() -> TextIO:
    """Give what is printed to; a terminal without our characters shows others in their place."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    return sys.stdout


def _run(settings: Settings, command: Command) -> int:
    # The libraries are imported only now: wrong settings are told without waiting for them.
    from bot import app  # noqa: PLC0415  # see above
    from bot.client.endings import ExitCode  # noqa: PLC0415  # see above
    from bot.observability.logs import set_up_logging  # noqa: PLC0415  # see above

    calm_collector()
    set_up_logging(settings.log_level, settings.secrets)
    work = app.migrate if command.name == "migrate" else app.run
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


if __name__ == "__main__":
    sys.exit(main())
