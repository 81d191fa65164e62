"""Answers of the page's server."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import orjson
from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import Generator

    from sandbox.discord.json_types import Json


def json_response(data: Json) -> web.Response:
    """Return `data` as JSON."""
    return web.Response(body=orjson.dumps(data), content_type="application/json")


@contextmanager
def refusals_told() -> Generator[None]:
    """Turn what can't be done, or was waited for in vain, into a sentence."""
    try:
        yield
    except (LookupError, PermissionError, ValueError) as error:
        raise web.HTTPBadRequest(text=str(error)) from error
    except TimeoutError as error:
        raise web.HTTPBadRequest(text="the bot didn't answer in time") from error
