"""Behind the stage: the bot's power, and what the image API did against what the bot says."""
