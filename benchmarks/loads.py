"""What is done to a bot in one trial."""

from dataclasses import dataclass
from typing import Final

from sandbox.discord.settings import Rate


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """Commands sent at once, and what Discord and the image API do with them.

    Attributes
    ----------
    jobs, channels
        So many commands, each of another member, spread over so many channels.
    events, takes_s
        Of each stream, the completed one among them; they are evenly spaced.
    picture_bytes
        Of each picture.
    hidden_rate
        The limit that all edits in a channel share; None: there is none.
    concurrency
        What our bot gets as ``GET3W_CONCURRENCY``; None: its default.
    answers_only
        Nothing after the first answers counts, and the bot is killed then.
    quiet_s
        For so long the bot sends nothing before a picture counts as missing. Longer than any
        rate limit of the load makes a bot wait.
    """

    jobs: int
    channels: int = 1
    events: int = 9
    takes_s: float = 2.0
    picture_bytes: int = 1_500_000
    hidden_rate: Rate | None = None
    concurrency: int | None = None
    answers_only: bool = False
    quiet_s: float = 10.0


LOADS: Final = {
    "start": Load(jobs=0),
    "one": Load(jobs=1),
    "flood": Load(jobs=1, events=30, takes_s=3.0),
    "crowd": Load(jobs=40, picture_bytes=200_000, hidden_rate=Rate(30, 6.0), concurrency=40),
    "burst": Load(jobs=200, channels=20, concurrency=200),
    "thousand": Load(jobs=1_000, channels=20, picture_bytes=50_000, concurrency=1_000),
    "line": Load(jobs=1_000, channels=20, picture_bytes=50_000, answers_only=True),
}
