"""Finding Discord before logging in: where its gateway is, and whether it takes our token."""

import asyncio
import logging
from http import HTTPStatus

import aiohttp
import orjson
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

_ASK_AGAIN_S = 1.0

_log = logging.getLogger(__name__)


class DiscordUnreachableError(Exception):
    """Discord gave no usable answer for as long as we wait at a start."""


class TokenRefusedError(Exception):
    """Discord doesn't know the token (401)."""


async def find_gateway(
    session: aiohttp.ClientSession, api_url: str, token: str, wait_s: float
) -> yarl.URL:
    """Ask Discord for its gateway, again and again for a while.

    Raises
    ------
    DiscordUnreachableError
        After ``wait_s`` without an answer that can be used.
    TokenRefusedError
        As soon as Discord says so.
    """
    said = ""
    try:
        async with asyncio.timeout(wait_s):
            while True:
                try:
                    return await _asked(session, api_url, token)
                except (aiohttp.ClientError, OSError, ValueError, KeyError) as error:
                    if type(error).__name__ != said:
                        said = type(error).__name__
                        _log.warning("Discord can't be reached (%s); asking again", said)
                await asyncio.sleep(_ASK_AGAIN_S)
    except TimeoutError:
        raise DiscordUnreachableError from None


async def _asked(session: aiohttp.ClientSession, api_url: str, token: str) -> yarl.URL:
    headers = {"Authorization": f"Bot {token}"}
    async with session.get(f"{api_url}/gateway/bot", headers=headers) as response:
        if response.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
            raise TokenRefusedError
        response.raise_for_status()
        return yarl.URL(str(orjson.loads(await response.read())["url"]))


def point_library_at(api_url: str, gateway: yarl.URL) -> None:
    """Make discord.py use this REST and this gateway, both or none.

    With REST alone moved, it would bring the token to the real gateway.
    """
    Route.BASE = api_url
    DiscordWebSocket.DEFAULT_GATEWAY = gateway
