"""Finding Discord before logging in: where its gateway is, and whether it takes our token."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus

import aiohttp
import orjson
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.client.identify_gate import SessionStarts

_ASK_AGAIN_S = 1.0
_ASKED_WITHIN_S = 10.0
_NO_ANSWER = "no answer"

_log = logging.getLogger(__name__)


@dataclass(eq=False)
class DiscordUnreachableError(Exception):
    """Discord gave no usable answer for as long as we wait at a start.

    Attributes
    ----------
    reason
        What was wrong with the last attempt, in a few words without any address.
    """

    reason: str


@dataclass(eq=False)
class TokenRefusedError(Exception):
    """Discord doesn't take the token (401, 403)."""

    status: int


@dataclass(frozen=True, slots=True)
class Gateway:
    """Where it is, and what it says of sessions."""

    url: yarl.URL
    starts: SessionStarts | None


async def find_gateway(
    session: aiohttp.ClientSession, api_url: str, token: str, wait_s: float
) -> Gateway:
    """Ask Discord for its gateway, again and again for a while.

    Raises
    ------
    DiscordUnreachableError
        After ``wait_s`` without an answer that can be used.
    TokenRefusedError
        As soon as Discord says so.
    """
    reason = _NO_ANSWER
    try:
        async with asyncio.timeout(wait_s):
            while True:
                try:
                    return await _asked(session, api_url, token)
                except (aiohttp.ClientError, OSError, ValueError, LookupError, TypeError) as error:
                    reason = _warned(_reason(error), reason)
                await asyncio.sleep(_ASK_AGAIN_S)
    except TimeoutError:
        raise DiscordUnreachableError(reason) from None


def session_asker(
    session: aiohttp.ClientSession, api_url: str, token: str
) -> Callable[[], Awaitable[SessionStarts | None]]:
    """Give what asks Discord how many sessions are left; it is told nothing where that fails."""

    async def ask() -> SessionStarts | None:
        try:
            async with asyncio.timeout(_ASKED_WITHIN_S):
                return (await _asked(session, api_url, token)).starts
        except (aiohttp.ClientError, OSError, ValueError, LookupError, TypeError):
            return None
        except TokenRefusedError:
            return None

    return ask


async def _asked(session: aiohttp.ClientSession, api_url: str, token: str) -> Gateway:
    headers = {"Authorization": f"Bot {token}"}
    async with session.get(f"{api_url}/gateway/bot", headers=headers) as response:
        if response.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
            raise TokenRefusedError(response.status)
        response.raise_for_status()
        told = orjson.loads(await response.read())
    url = yarl.URL(str(told["url"]))
    if url.scheme not in {"ws", "wss"}:
        raise ValueError("no address of a gateway")
    return Gateway(url, _starts(told.get("session_start_limit")))


def _starts(told: object) -> SessionStarts | None:
    """Read what is said of sessions; nothing where it isn't as documented."""
    match told:
        case {
            "remaining": int(remaining),
            "total": int(total),
            "reset_after": int() | float() as reset_ms,
            "max_concurrency": int(at_once),
        } if at_once > 0:
            return SessionStarts(remaining, total, reset_ms / 1000, at_once)
        case _:
            return None


def _reason(error: Exception) -> str:
    match error:
        case aiohttp.ClientResponseError():
            return f"status {error.status}"
        case aiohttp.ClientConnectorError():
            return "no connection"
        case TimeoutError():
            return _NO_ANSWER
        case aiohttp.ClientError() | OSError():
            return type(error).__name__
        case _:
            return "an answer that isn't Discord's"


def _warned(reason: str, known: str) -> str:
    if reason != known:
        _log.warning("Discord can't be reached (%s); asking again", reason)
    return reason


def point_library_at(api_url: str, gateway: yarl.URL) -> None:
    """Make discord.py use this REST and this gateway, both or none.

    With REST alone moved, it would bring the token to the real gateway.
    """
    Route.BASE = api_url
    DiscordWebSocket.DEFAULT_GATEWAY = gateway
