"""Building and running the bot; nothing else imports this."""

from bot.app.running import START_WAIT_S, migrate, run

__all__ = ["START_WAIT_S", "migrate", "run"]
