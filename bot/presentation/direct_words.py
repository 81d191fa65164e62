"""The words of what is kept of a member, where they talk to the bot directly, in no server."""


def privacy_notice(kept_days: int) -> list[str]:
    """Say what is kept of a direct conversation, for how long, and with whom it is shared."""
    days = "1 day" if kept_days == 1 else f"{kept_days} days"
    return [
        "## What is kept of this conversation",
        f"""\
**For {days}**
That you made pictures, when, with which model, and what was refused. \
Beside that, what counts against your limits.""",
        """\
**Who gets it**
The image service gets your prompt and the picture's options, and neither your name nor your id. \
Discord has the messages. The host of this bot has what is kept. No moderator sees any of it.""",
        """\
**What you can do**
Take all of it along as a file, or delete it. The host's copies for safety keep what was deleted \
for a while longer. Limits go on counting. \
Your pictures are messages in Discord; delete them here.""",
    ]


def deletion_question() -> str:
    """Ask once before a member's data go."""
    return (
        "## Delete your data?\n"
        "What is kept of your pictures in this conversation goes for good. "
        "What counts against limits stays until the month is over."
    )


def deleted(staying: int) -> str:
    """Say that a member's data are gone, but those of pictures under way."""
    if not staying:
        return "Done. Your data in this conversation are deleted."
    pictures = "one picture" if staying == 1 else f"{staying} pictures"
    return f"Done, except for {pictures} under way. Ask again when nothing is under way."


def exported() -> str:
    """Hand over a member's data."""
    return "This is everything that is kept of you in this conversation."
