"""The page's server: plain files, a JSON API and a live stream over the local Discord.

The contract
------------
Snowflakes travel as text. `as` is the id of the person whose eyes or hands are meant; the page has
no log-in, since all of its people are toys of the sandbox.

====== ================================== =====================================================
GET    ``/page/world?as=``                now_ms, application{id, name, bot}, users[], guilds[{id,
                                          name, channels[], roles[], members[]}], as `as` sees them
GET    ``/page/channels/{c}/messages``    messages[], oldest first, only what `as` sees
GET    ``/page/channels/{c}/commands``    commands[] as registered, only what Discord would offer,
                                          and menus[], the names in the menu of a message
GET    ``/page/events?as=``               server-sent events: ``message`` (one, new or edited),
                                          ``gone`` {channel_id, id}, ``commands`` and ``world``
                                          (read them anew); only what `as` may see
GET    ``/page/files/{id}/{name}``        the bytes of an attachment
POST   ``/page/commands``                 {as, channel, command, options{}} -> outcome
POST   ``/page/autocomplete``             {as, channel, command, options{}, focused} -> {choices[]}
POST   ``/page/menus``                    {as, channel, message, name} -> outcome
POST   ``/page/components``               {as, channel, message, custom_id, values[]?} -> outcome
POST   ``/page/modals``                   {as, modal, fields[{custom_id, value}]} -> outcome
POST   ``/page/uploads?name=``            the bytes of a file -> {id}, which then stands for it as
                                          the value of an option or in that of a field
POST   ``/page/deletions``                {as, channel, message} -> {}
POST   ``/page/power``                    {on} -> {}: kill the bot, or start it again
POST   ``/page/manner``                   {with_ids?, slow?} -> {}: how the image API behaves
====== ================================== =====================================================

Where the page stands before a whole sandbox the stream carries ``backstage`` as well: the bot's
power, the API's manner, and the ledger (`sandbox.page.backstage`).

An *outcome* is {status, modal}: ``answered`` as soon as the bot has answered, ``failed`` when it
didn't in time; `modal` is a form {id, title, components[]} that the bot opened, else null. What the
answer shows comes by the stream, which may be faster; of two states of a message the one with the
higher `version` holds. A refusal is {error: sentence} with status 400 or 404.

Addresses below ``/channels`` give the page itself, so that a message's link can be opened. With
``?as=carol`` the page opens as that person. Names do as well as ids: ``/#/lantern-bay/mod-log?as=
carol`` opens a channel for a script that takes pictures.
"""

from __future__ import annotations

from contextlib import asynccontextmanager
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import orjson
from aiohttp import web

from sandbox.page.acts import ActHandlers
from sandbox.page.backstage import BackstageHandlers
from sandbox.page.views import ViewHandlers

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from aiohttp.typedefs import Handler

    from sandbox.backstage.scene import Backstage
    from sandbox.discord.server import DiscordSandbox

STATIC: Final = Path(__file__).parent / "static"
# Nothing is loaded from elsewhere, and no text can become script or style.
SECURITY_HEADERS: Final = MappingProxyType(
    {
        "Content-Security-Policy": (
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
            "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        ),
        "Cross-Origin-Resource-Policy": "same-origin",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-cache",
    }
)
# Streams of open browsers don't keep the server from closing.
SHUTDOWN_S: Final = 0.5


def page_application(
    discord: DiscordSandbox, backstage: Backstage | None = None
) -> web.Application:
    """Return the page over `discord`, to be served or mounted by whoever asks."""
    app = web.Application(
        middlewares=[_with_errors_as_json],
        client_max_size=discord.settings.request_max_bytes,
    )
    app.on_response_prepare.append(_add_security_headers)
    behind = BackstageHandlers(backstage) if backstage else None
    for handlers in (ViewHandlers(discord, behind), ActHandlers(discord), behind):
        app.add_routes(handlers.routes() if handlers else [])
    app.router.add_static("/static", STATIC)
    for path in ("/", "/channels/{place:.*}"):
        app.router.add_get(path, _index)
    return app


@asynccontextmanager
async def serve_page(
    discord: DiscordSandbox,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    backstage: Backstage | None = None,
) -> AsyncGenerator[str]:
    """Serve the page until the context ends; gives its address.

    Port 0 takes any free one.
    """
    runner = web.AppRunner(
        page_application(discord, backstage),
        access_log=None,
        handler_cancellation=True,
        shutdown_timeout=SHUTDOWN_S,
    )
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        yield f"http://{host}:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def _index(_request: web.Request) -> web.FileResponse:
    return web.FileResponse(STATIC / "index.html")


async def _add_security_headers(_request: web.Request, response: web.StreamResponse) -> None:
    for name, value in SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)


@web.middleware
async def _with_errors_as_json(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except web.HTTPClientError as error:
        body = orjson.dumps({"error": error.text or error.reason})
        return web.Response(body=body, status=error.status, content_type="application/json")
