"""What the end of the bot's connection means: an exit code, and a sentence for its host."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from http import HTTPStatus

import aiohttp
import discord

from bot.client.gateway import DiscordUnreachableError, TokenRefusedError


class ExitCode(IntEnum):
    """How the program ended, for whatever starts it again."""

    STOPPED = 0
    OUR_BUG = 1
    SETTINGS = 2
    DISCORD_REFUSED = 3
    DISCORD_UNREACHABLE = 4
    DATABASE_UNUSABLE = 5


@dataclass(frozen=True, slots=True)
class Ending:
    """An exit code, and the one sentence or two that say why and what mends it."""

    code: ExitCode
    words: str


_RESET = (
    "Discord refuses DISCORD_TOKEN ({})."
    " Reset it in the developer portal (Bot) and set the new one."
)
_INTENTS = (
    "Discord refuses the bot's intents ({}), though it asks for servers alone."
    " Look at the application of DISCORD_TOKEN in the developer portal (Bot)."
)
# By HTTP status and by close code.
# https://discord.com/developers/docs/topics/opcodes-and-status-codes#gateway-gateway-close-event-codes
_REFUSALS: Mapping[int, str] = {
    401: _RESET,
    403: _RESET,
    4004: _RESET,
    4010: "Discord refuses these shards ({})."
    " SHARD_IDS takes numbers below SHARD_COUNT, which is the same in every process.",
    4011: "Discord wants the servers spread over more shards ({})."
    " Raise SHARD_COUNT, or leave it empty.",
    4012: "Discord refuses this version of its gateway ({})."
    " Look at DISCORD_API_URL, or upgrade the bot.",
    4013: _INTENTS,
    4014: _INTENTS,
}
_PRIVILEGED_INTENTS = 4014


def ending_of(error: BaseException) -> Ending | None:
    """Tell what an error means; ``None`` where it is a mistake of ours."""
    words = _REFUSALS.get(_refusal_code(error))
    if words is not None:
        return Ending(ExitCode.DISCORD_REFUSED, words.format(_refusal_code(error)))
    reason = _unreachable_for(error)
    if reason is None:
        return None
    look_at = "Look at this host's network, and at DISCORD_API_URL where it is set."
    return Ending(ExitCode.DISCORD_UNREACHABLE, f"Discord can't be reached ({reason}). {look_at}")


def _refusal_code(error: BaseException) -> int:
    match error:
        case TokenRefusedError(status):
            return status
        case discord.LoginFailure():
            return HTTPStatus.UNAUTHORIZED.value
        case discord.PrivilegedIntentsRequired():
            return _PRIVILEGED_INTENTS
        case discord.ConnectionClosed(code=code):
            return code
        case _:
            return 0


def _unreachable_for(error: BaseException) -> str | None:
    match error:
        case DiscordUnreachableError(reason):
            return reason
        case discord.DiscordServerError() | discord.HTTPException(status=429):
            return f"status {error.status}"
        case aiohttp.ClientError() | discord.GatewayNotFound() | TimeoutError():
            return type(error).__name__
        case _:
            return None
