"""What is done to a bot in one trial."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sandbox.discord.settings import Rate

PROMPT: Final = "A cat in space"
# As long as people write them: checks read it several times.
WORDY_PROMPT: Final = (
    "A lighthouse on a cliff at dusk, waves breaking far below, a small boat on its way home,"
    " oil on canvas, warm light from one window, very detailed"
)


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
    ruled
        The server has decided all that can be decided, and none of it refuses these commands.
    prompt
        The beginning of every prompt.
    ours_only
        It says nothing about the naive bot, which has no such feature.
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
    ruled: bool = False
    prompt: str = PROMPT
    ours_only: bool = False
    quiet_s: float = 10.0

    @property
    def servers(self) -> int:
        """All of it happens in one."""
        return 1

    @property
    def members(self) -> int:
        """Each sends one command."""
        return self.jobs


@dataclass(frozen=True, slots=True, kw_only=True)
class PickerLoad:
    """Members in many servers that have rules type in the picker of ``/imagine``, at a steady pace.

    Attributes
    ----------
    asks, asks_per_s
        So many questions, so often: fewer than the bot could answer, since the question isn't how
        long a queue gets.
    models
        What the image API lists beside those that the sandbox knows.
    """

    servers: int
    members: int
    asks: int
    asks_per_s: int
    models: int
    channels: int = 2
    concurrency: int | None = None
    hidden_rate: Rate | None = None
    ruled: bool = True
    ours_only: bool = True


AnyLoad = Load | PickerLoad

LOADS: Final[Mapping[str, AnyLoad]] = {
    "start": Load(jobs=0),
    "one": Load(jobs=1),
    "flood": Load(jobs=1, events=30, takes_s=3.0),
    "crowd": Load(jobs=40, picture_bytes=200_000, hidden_rate=Rate(30, 6.0), concurrency=40),
    "burst": Load(jobs=200, channels=20, concurrency=200),
    "thousand": Load(jobs=1_000, channels=20, picture_bytes=50_000, concurrency=1_000),
    # Our default number of slots is no question to the naive bot, which has none.
    "line": Load(jobs=1_000, channels=20, picture_bytes=50_000, answers_only=True, ours_only=True),
    "ruled-burst": Load(
        jobs=200, channels=20, concurrency=200, ruled=True, prompt=WORDY_PROMPT, ours_only=True
    ),
    "ruled-thousand": Load(
        jobs=1_000,
        channels=20,
        picture_bytes=50_000,
        concurrency=1_000,
        ruled=True,
        prompt=WORDY_PROMPT,
        ours_only=True,
    ),
    "pickers": PickerLoad(servers=1_000, members=20, asks=3_000, asks_per_s=150, models=300),
}
