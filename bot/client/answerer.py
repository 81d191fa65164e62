"""Sends the first answer to an interaction, one request, and reads what Discord says of it.

discord.py's own way repeats a server error after a whole second of the three that there are, and
a connection that broke not at all. An answer that had landed before its confirmation got lost then
looks like somebody else's (40060), and a message would stay behind that nobody edits.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import aiohttp
import orjson

from bot.client.discord_errors import raise_send_error
from bot.presentation.sending import Box, InteractionKey, SendBrokenError

# https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-response-object-interaction-callback-type
_WITH_MESSAGE = 4
# https://discord.com/developers/docs/resources/message#message-object-message-flags
_EPHEMERAL, _IS_COMPONENTS_V2 = 1 << 6, 1 << 15
# An answer may land though it takes long, so it isn't broken off when its 3 seconds are over.
_TIMEOUT_S = 15.0
_JSON: Mapping[str, str] = {"Content-Type": "application/json"}


class AnswerWatch(Protocol):
    """Looks at each first answer."""

    def check_answer(self) -> None:
        """Let one go, or hold it back by a ``ClientError``."""
        ...

    def note_answer(self, interaction_id: int, status: int, headers: Mapping[str, str]) -> None:
        """Take note of what Discord said to one."""
        ...

    def note_broken_answer(self) -> None:
        """Take note of one of which nothing was heard."""
        ...


@dataclass(frozen=True, slots=True)
class DiscordAnswerer:
    """Answers over a session that it borrows; fulfils ``Answerer``.

    Attributes
    ----------
    session
        Not the one of the edits: an answer can't wait until pictures have gone up.
    api_url
        Where Discord's REST is, with its version and without a slash at the end.
    watch
        Who looks at each answer; nobody looks at the session itself.
    """

    session: aiohttp.ClientSession
    api_url: str
    watch: AnswerWatch

    async def answer(self, key: InteractionKey, box: Box, *, private: bool) -> int | None:
        """Answer once; give the message's id where Discord told of it.

        Raises
        ------
        SendError
            What Discord said instead, or that nothing was heard of it.
        """
        url = f"{self.api_url}/interactions/{key.id}/{key.token}/callback?with_response=true"
        status, headers, content = await self._post(url, _payload(box, private=private))
        self.watch.note_answer(key.id, status, headers)
        raise_send_error(status, content, headers)
        return _message_id(content)

    async def _post(self, url: str, data: bytes) -> tuple[int, Mapping[str, str], bytes]:
        try:
            self.watch.check_answer()
        except aiohttp.ClientError as error:
            raise SendBrokenError from error
        try:
            async with (
                asyncio.timeout(_TIMEOUT_S),
                self.session.post(url, data=data, headers=_JSON) as response,
            ):
                return response.status, response.headers, await response.read()
        except (aiohttp.ClientError, OSError) as error:
            self.watch.note_broken_answer()
            raise SendBrokenError from error


def _payload(box: Box, *, private: bool) -> bytes:
    data: dict[str, object] = {
        "flags": _IS_COMPONENTS_V2 | (_EPHEMERAL if private else 0),
        "components": [box.to_component_dict()],
        "allowed_mentions": {"parse": []},
    }
    return orjson.dumps({"type": _WITH_MESSAGE, "data": data})


def _message_id(content: bytes) -> int | None:
    """Read the id; an answer that can't be read has landed all the same."""
    try:
        return int(orjson.loads(content)["resource"]["message"]["id"])
    except (ValueError, KeyError, TypeError):
        return None
