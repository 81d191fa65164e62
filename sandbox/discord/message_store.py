"""All messages, by id and by channel, and the files that they show."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sandbox.discord.attachments import Attachment
    from sandbox.discord.messages import SandboxMessage, Snapshot
    from sandbox.discord.world import User


class MessageStore:
    """Keeps messages in the order of their ids."""

    def __init__(self) -> None:
        self._messages: dict[int, SandboxMessage] = {}
        self._channels: dict[int, list[SandboxMessage]] = {}
        self._files: dict[int, Attachment] = {}

    def __iter__(self) -> Iterator[SandboxMessage]:
        return iter(tuple(self._messages.values()))

    def add(self, message: SandboxMessage) -> None:
        """Keep a new message."""
        self._messages[message.id] = message
        self._channels.setdefault(message.channel.id, []).append(message)
        self.serve(message.attachments)

    def change(self, message: SandboxMessage, state: Snapshot) -> None:
        """Give a message its next state; files that it no longer shows are gone."""
        for item in message.attachments:
            self._files.pop(item.id, None)
        message.history.append(state)
        self.serve(state.attachments)

    def delete(self, message: SandboxMessage) -> None:
        """Take a message away, with its files."""
        message.deleted = True
        for item in message.attachments:
            self._files.pop(item.id, None)

    def find(self, message_id: int) -> SandboxMessage | None:
        """Return a message that hasn't been deleted."""
        message = self._messages.get(message_id)
        return None if message is None or message.deleted else message

    def file(self, file_id: int) -> Attachment | None:
        """Return a file that a message shows now."""
        return self._files.get(file_id)

    def serve(self, files: Iterable[Attachment]) -> None:
        """Keep files so that they can be fetched."""
        self._files.update((item.id, item) for item in files)

    def in_channel(self, channel_id: int, user: User | None = None) -> list[SandboxMessage]:
        """Return a channel's messages, oldest first; with `user` only what that one sees."""
        messages = self._channels.get(channel_id, ())
        return [
            message
            for message in messages
            if not message.deleted and (user is None or message.visible_to(user))
        ]
