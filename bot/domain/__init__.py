"""What the bot is about, in pure Python: requests, events, jobs, pictures, errors and ports."""
