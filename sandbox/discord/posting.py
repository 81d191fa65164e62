"""Putting the bot's messages into channels, whichever way they come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.discord.access import permissions_in
from sandbox.discord.attachments import FilePlace, stored_file
from sandbox.discord.drafting import Draft, next_state
from sandbox.discord.errors import ApiError, Problem
from sandbox.discord.json_types import int_of
from sandbox.discord.messages import Cause, MessageFlag, MessageKind, SandboxMessage, Snapshot
from sandbox.discord.permissions import Permission

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sandbox.discord.attachments import Upload
    from sandbox.discord.interactions import Interaction
    from sandbox.discord.json_types import JsonObject
    from sandbox.discord.state import State
    from sandbox.discord.world import Channel, User


def draft_of(state: State, channel: Channel, body: JsonObject, uploads: Sequence[Upload]) -> Draft:
    """Return what a request brings into `channel`; 50013 for files that the bot may not attach."""
    if uploads:
        require(state, channel, Permission.ATTACH_FILES)
    return Draft(
        body=body,
        uploads=uploads,
        at_s=state.clock.now(),
        ids=state.ids,
        files_url=f"{state.base_url}/attachments/{channel.id}/",
        file_max_bytes=state.settings.file_max_bytes,
        keep_bytes=state.settings.keep_bytes,
    )


def require(state: State, channel: Channel, permission: Permission) -> None:
    """Refuse what the bot may not do in `channel`: 50001 without View Channel, else 50013."""
    bot = state.world.application.bot
    held = permissions_in(state.world, channel, bot, state.clock.now())
    if Permission.VIEW_CHANNEL not in held and permission is not Permission.ATTACH_FILES:
        raise ApiError(Problem.MISSING_ACCESS)
    if permission not in held:
        raise ApiError(Problem.MISSING_PERMISSIONS)


def answer_message(
    state: State, use: Interaction, body: JsonObject, uploads: Sequence[Upload]
) -> SandboxMessage:
    """Put a message that answers `use` into its channel; private when its flags say so."""
    flags = MessageFlag(int_of(body, "flags")) & MessageFlag.EPHEMERAL
    blank = Snapshot(state.clock.now(), flags)
    draft = draft_of(state, use.channel, body, uploads)
    return post(state, use, next_state(blank, draft))


def post(state: State, use: Interaction, first: Snapshot) -> SandboxMessage:
    """Put the first state of an answer into the channel of `use`."""
    message = SandboxMessage(
        state.ids.next(),
        use.channel,
        state.world.application.bot,
        [first],
        MessageKind.DEFAULT if use.source else MessageKind.COMMAND,
        audience=use.user if MessageFlag.EPHEMERAL in first.flags else None,
        cause=Cause(use.id, use.user, int(use.kind), use.name, use.channel.guild_id),
        reply_to=use.source,
    )
    return state.add_message(message)


def written(
    state: State, user: User, channel: Channel, text: str, files: Sequence[Upload]
) -> SandboxMessage:
    """Return a message that a person wrote, with files perhaps; it isn't in its channel yet."""
    address = f"{state.base_url}/attachments/{channel.id}/"
    kept = tuple(stored_file(file, FilePlace(state.ids.next(), address)) for file in files)
    first = Snapshot(state.clock.now(), content=text, attachments=kept)
    return SandboxMessage(state.ids.next(), channel, user, [first])
