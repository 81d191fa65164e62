"""``python -m bot``: read the settings, set up the log, run, end with a code that says why."""

import argparse
import asyncio
import logging
import sys
from collections.abc import Callable

from bot import __version__
from bot.settings import Settings
from bot.settings_report import SettingsError, load_settings, written


def main() -> int:
    """Run the bot; give its exit code."""
    _parse_arguments()
    try:
        settings = load_settings()
    except SettingsError as error:
        sys.stderr.write(written(error) + "\n")
        return 2
    return _run(settings)


def _parse_arguments() -> None:
    parser = argparse.ArgumentParser(prog="python -m bot", description="Run the Discord bot.")
    parser.add_argument("--version", action="version", version=__version__)
    parser.add_argument("command", nargs="?", choices=["run"], default="run")
    parser.parse_args()


def _run(settings: Settings) -> int:
    # The libraries are imported only now: wrong settings are told without waiting for them.
    from bot import app  # noqa: PLC0415  # see above
    from bot.client.endings import ExitCode  # noqa: PLC0415  # see above
    from bot.observability.logs import set_up_logging  # noqa: PLC0415  # see above

    secrets = (settings.discord_token, settings.get3w_api_key)
    set_up_logging(settings.log_level, [secret.get_secret_value() for secret in secrets])
    try:
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            return runner.run(app.run(settings))
    except Exception:
        logging.getLogger("bot").exception("the bot ended by a mistake of ours")
        return ExitCode.OUR_BUG


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    if sys.platform == "win32":
        return None
    import uvloop  # noqa: PLC0415  # it isn't there on Windows

    return uvloop.new_event_loop


if __name__ == "__main__":
    sys.exit(main())
