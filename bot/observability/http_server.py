"""The one door at which the bot listens: for whoever looks after it, never for members."""

import errno
import os
import socket
from collections.abc import AsyncGenerator, Iterable, Mapping
from contextlib import asynccontextmanager

from aiohttp import web

# Those who ask get their answer in milliseconds; nobody is waited for at the end.
_SHUTDOWN_S = 1.0
_REASONS: Mapping[int, str] = {
    errno.EADDRINUSE: "another program has it",
    errno.EACCES: "the system keeps it for root",
    errno.EADDRNOTAVAIL: "the address isn't this machine's",
}


class PortUnusableError(Exception):
    """Nobody can listen where it was asked for; the text is a sentence for whoever hosts."""


@asynccontextmanager
async def open_http_server(
    address: str, port: int, routes: Iterable[web.AbstractRouteDef]
) -> AsyncGenerator[None]:
    """Serve some routes until the end of the block.

    Parameters
    ----------
    address
        Empty for all addresses of this machine.

    Raises
    ------
    PortUnusableError
        Where the port can't be listened on.
    """
    app = web.Application()
    app.add_routes(routes)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=_SHUTDOWN_S)
    await runner.setup()
    try:
        await _listen(web.TCPSite(runner, address or None, port), port)
        yield
    finally:
        await runner.cleanup()


async def _listen(site: web.TCPSite, port: int) -> None:
    try:
        await site.start()
    except OSError as error:
        raise PortUnusableError(_sentence(error, port)) from error


def _sentence(error: OSError, port: int) -> str:
    if isinstance(error, socket.gaierror):
        reason = "there is no such address"
    else:
        code = error.errno or 0
        reason = _REASONS.get(code) or os.strerror(code)
    return f"HTTP_PORT {port} can't be listened on: {reason}. Set another one, or 0 for none."
