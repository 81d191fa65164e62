"""``python -m bot``."""

import sys

from bot.command_line import run

if __name__ == "__main__":
    sys.exit(run())
