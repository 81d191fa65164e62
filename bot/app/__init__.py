"""Building and running the bot; nothing else imports this."""

from bot.app.check import CheckRequest, check
from bot.app.running import START_WAIT_S, migrate, run

__all__ = ["START_WAIT_S", "CheckRequest", "check", "migrate", "run"]
