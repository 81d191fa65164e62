"""What a text in the place of the bot's token is, by its shape alone.

The developer portal shows four texts that can be copied, and three of them are the wrong one.
"""

import re
from collections.abc import Mapping

from bot.client.invite import invite_link
from bot.domain.findings import Cause

_PARTS = 3
_OTHERS: Mapping[Cause, re.Pattern[str]] = {
    Cause.TOKEN_IS_APPLICATION_ID: re.compile(r"\d{17,20}"),
    Cause.TOKEN_IS_CLIENT_SECRET: re.compile(r"[\w-]{32}", re.ASCII),
    Cause.TOKEN_IS_PUBLIC_KEY: re.compile(r"[0-9a-f]{64}"),
}


def fault_in_shape(token: str) -> Cause | None:
    """Tell what a text is if it can't be a bot's token; ``None`` where it may be one."""
    if token.count(".") == _PARTS - 1 and invite_link(token) is not None:
        return None
    named = (cause for cause, shape in _OTHERS.items() if shape.fullmatch(token))
    return next(named, Cause.TOKEN_MISSHAPEN)
