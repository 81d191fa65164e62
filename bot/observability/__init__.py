"""What an operator sees of the bot: its log."""
