"""Building and running the bot; nothing else imports this."""
