"""Building and running the bot; nothing else imports this."""

from bot.app.check import Checked, CheckRequest, check
from bot.app.errands import Outcome, backup, migrate, moved, restored, sync
from bot.app.running import START_WAIT_S, run

__all__ = [
    "START_WAIT_S",
    "CheckRequest",
    "Checked",
    "Outcome",
    "backup",
    "check",
    "migrate",
    "moved",
    "restored",
    "run",
    "sync",
]
