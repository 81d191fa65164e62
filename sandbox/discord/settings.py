"""What a test may set about the local Discord; read anew at each use, so changes hold at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

MIB = 1024 * 1024


class Rate(NamedTuple):
    """So many requests in so many seconds; the window opens with its first request."""

    limit: int
    per_s: float


# 5 per 2 s and 30 per 60 s are what authors of libraries observe; Discord publishes no number.
WEBHOOK_RATE = Rate(5, 2.0)
HIDDEN_RATE = Rate(30, 60.0)
CHANNEL_RATE = Rate(5, 5.0)
GLOBAL_RATE = Rate(50, 1.0)


@dataclass(slots=True)
class SandboxSettings:
    """Limits and clocks, with Discord's own as defaults.

    Attributes
    ----------
    webhook_rate
        Of each interaction's webhook (edits, follow-ups); announced in headers.
    hidden_rate
        Shared by all webhook calls in one channel; shows itself only by a 429. None: none.
    channel_rate
        Of a bot's messages in one channel; announced in headers.
    global_rate
        Of all calls with the bot's token. None: none.
    answer_within_s, token_life_s
        From the interaction's event: to the first callback, and to the token's end.
    file_max_bytes
        For each file; also the interactions' `attachment_size_limit`.
    request_max_bytes
        For a whole request.
    keep_bytes
        Whether uploaded bytes are kept and served back, or only their size and digest.
    digest_bytes
        Whether they are digested at all, which takes a millisecond of each picture.
    requests_kept
        How many requests are on record, newest last; 0: none.
    heartbeat_interval_s
        As HELLO announces it.
    recommended_shards, sessions_a_day, sessions_reset_s, max_concurrency
        As `GET /gateway/bot` answers it.
    identify_every_s
        How long after an IDENTIFY the next one of its bucket is refused (op 9); Discord has 5.
        0: never.
    """

    webhook_rate: Rate = WEBHOOK_RATE
    hidden_rate: Rate | None = HIDDEN_RATE
    channel_rate: Rate = CHANNEL_RATE
    global_rate: Rate | None = GLOBAL_RATE
    answer_within_s: float = 3.0
    token_life_s: float = 900.0
    file_max_bytes: int = 10 * MIB
    request_max_bytes: int = 25 * MIB
    keep_bytes: bool = True
    digest_bytes: bool = True
    requests_kept: int = 10_000
    heartbeat_interval_s: float = 41.25
    recommended_shards: int = 1
    sessions_a_day: int = 1000
    sessions_reset_s: float = 86_400.0
    max_concurrency: int = 1
    identify_every_s: float = 0.0
