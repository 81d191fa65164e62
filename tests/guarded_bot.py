"""The bot on Python's own event loop, ended at once by the first step off this machine.

Connections of uvloop can't be seen by an audit hook; those of Python's own loop can. Called with
the seconds that Discord is waited for at the start.
"""

import asyncio
import os
import sys

from bot.app.running import run
from bot.observability.logs import set_up_logging
from bot.settings_report import load_settings
from tests.loopback import NetworkUsedError, refuse_other_networks

LEFT_THE_MACHINE = 86


def _end_on_other_networks(event: str, args: tuple[object, ...]) -> None:
    """Leave no chance to whoever would catch an exception."""
    try:
        refuse_other_networks(event, args)
    except NetworkUsedError as error:
        sys.stderr.write(f"{error}\n")
        sys.stderr.flush()
        os._exit(LEFT_THE_MACHINE)


def main() -> int:
    sys.addaudithook(_end_on_other_networks)
    settings = load_settings()
    set_up_logging(settings.log_level, [settings.discord_token.get_secret_value()])
    return asyncio.run(run(settings, start_wait_s=float(sys.argv[1])))


if __name__ == "__main__":
    sys.exit(main())
