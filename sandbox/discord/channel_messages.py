"""Messages by the bot's own token: in channels and in direct conversations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.discord.access import permissions_in
from sandbox.discord.buckets import Limit
from sandbox.discord.drafting import next_state
from sandbox.discord.errors import ApiError, Problem, invalid
from sandbox.discord.json_types import as_object, int_of
from sandbox.discord.message_payloads import message_json
from sandbox.discord.messages import MessageKind, SandboxMessage, Snapshot
from sandbox.discord.permissions import Permission
from sandbox.discord.posting import draft_of, require
from sandbox.discord.routing import NO_CONTENT, Answer, Call, Route

if TYPE_CHECKING:
    from sandbox.discord.json_types import JsonObject
    from sandbox.discord.state import State
    from sandbox.discord.world import Channel

PAGE = 50
PAGE_MAX = 100


class ChannelMessages:
    """Answers `/channels/{channel}/messages` and what is below it."""

    def __init__(self, state: State) -> None:
        self._state = state

    def routes(self) -> list[Route]:
        """Return the routes."""
        root = "/channels/{channel}/messages"
        one = f"{root}/{{message}}"
        return [
            Route("POST", root, self.create),
            Route("GET", root, self.page),
            Route("GET", one, self.fetch),
            Route("PATCH", one, self.edit),
            Route("DELETE", one, self.delete),
        ]

    def create(self, call: Call) -> Answer:
        """Post a message."""
        channel = self._channel(call)
        require(self._state, channel, _sending(channel))
        headers = self._take(channel)
        message = self._state.add_message(self._posted(channel, call))
        return Answer(message_json(message, self._state.world), headers=headers)

    def page(self, call: Call) -> Answer:
        """Return messages, newest first, `limit` of them, `before` or `after` an id."""
        channel = self._channel(call)
        require(self._state, channel, Permission.READ_MESSAGE_HISTORY)
        found = [item for item in self._public(channel) if _in_range(item.id, call)]
        wanted = _wanted(call)
        chosen = found[:wanted] if "after" in call.query else found[-wanted:]
        return Answer([message_json(item, self._state.world) for item in reversed(chosen)])

    def fetch(self, call: Call) -> Answer:
        """Return one message."""
        message = self._message(call)
        require(self._state, message.channel, Permission.READ_MESSAGE_HISTORY)
        return Answer(message_json(message, self._state.world))

    def edit(self, call: Call) -> Answer:
        """Change a message of the bot's own; 50005 for another's."""
        message = self._message(call)
        if message.author is not self._state.world.application.bot:
            raise ApiError(Problem.NOT_THE_AUTHOR)
        headers = self._take(message.channel)
        draft = draft_of(self._state, message.channel, call.body, call.uploads)
        self._state.change_message(message, next_state(message.now, draft))
        return Answer(message_json(message, self._state.world), headers=headers)

    def delete(self, call: Call) -> Answer:
        """Take a message away; another's only with Manage Messages."""
        message = self._message(call)
        if message.author is not self._state.world.application.bot:
            require(self._state, message.channel, Permission.MANAGE_MESSAGES)
        self._state.delete_message(message)
        return Answer(status=NO_CONTENT)

    def _channel(self, call: Call) -> Channel:
        channel = self._state.world.find_channel(call.id("channel"))
        if channel is None:
            raise ApiError(Problem.UNKNOWN_CHANNEL)
        require(self._state, channel, Permission.VIEW_CHANNEL)
        return channel

    def _message(self, call: Call) -> SandboxMessage:
        channel = self._channel(call)
        message = self._state.messages.find(call.id("message"))
        if message is None or message.channel is not channel or message.ephemeral:
            raise ApiError(Problem.UNKNOWN_MESSAGE)
        return message

    def _public(self, channel: Channel) -> list[SandboxMessage]:
        messages = self._state.messages.in_channel(channel.id)
        return [item for item in messages if not item.ephemeral]

    def _take(self, channel: Channel) -> dict[str, str]:
        limit = Limit(f"channel:{channel.id}", self._state.settings.channel_rate)
        return self._state.buckets.take([limit], self._state.clock.now())

    def _posted(self, channel: Channel, call: Call) -> SandboxMessage:
        blank = Snapshot(self._state.clock.now())
        first = next_state(blank, draft_of(self._state, channel, call.body, call.uploads))
        target = self._answered(channel, as_object(call.body.get("message_reference")))
        return SandboxMessage(
            self._state.ids.next(),
            channel,
            self._state.world.application.bot,
            [first],
            MessageKind.REPLY if target else MessageKind.DEFAULT,
            reply_to=target,
        )

    def _answered(self, channel: Channel, reference: JsonObject) -> SandboxMessage | None:
        """Return the message that a new one answers; an answer takes a right of its own."""
        if not reference:
            return None
        bot, at_s = self._state.world.application.bot, self._state.clock.now()
        held = permissions_in(self._state.world, channel, bot, at_s)
        if Permission.READ_MESSAGE_HISTORY not in held:
            raise ApiError(Problem.CANNOT_REPLY)
        target = self._state.messages.find(int_of(reference, "message_id"))
        if target is None and reference.get("fail_if_not_exists", True):
            code = "MESSAGE_REFERENCE_UNKNOWN_MESSAGE"
            raise invalid("message_reference", code, "Unknown message")
        return target


def _sending(channel: Channel) -> Permission:
    if channel.is_thread:
        return Permission.SEND_MESSAGES_IN_THREADS
    return Permission.SEND_MESSAGES


def _in_range(message_id: int, call: Call) -> bool:
    return call.number("after", 0) < message_id < call.number("before", message_id + 1)


def _wanted(call: Call) -> int:
    return min(max(call.number("limit", PAGE), 1), PAGE_MAX)
