"""The next state of a message, from its present one and a request's body.

A field that the body leaves out stays; null or empty clears it. `attachments`, once given, is the
full list: what it leaves out is removed. The Components V2 flag can be set and never unset.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sandbox.discord.attachments import FilePlace, stored_file
from sandbox.discord.errors import invalid
from sandbox.discord.json_types import int_of, objects, text_of
from sandbox.discord.media import embed_media, resolved
from sandbox.discord.mentions import pings_of
from sandbox.discord.messages import MessageFlag, Snapshot
from sandbox.discord.rules import check_body, check_state

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sandbox.discord.attachments import Attachment, Upload
    from sandbox.discord.json_types import JsonObject
    from sandbox.discord.snowflakes import Snowflakes

SETTABLE = (
    MessageFlag.SUPPRESS_EMBEDS | MessageFlag.SUPPRESS_NOTIFICATIONS | MessageFlag.COMPONENTS_V2
)


@dataclass(frozen=True, slots=True)
class Draft:
    """What a request brings.

    Attributes
    ----------
    files_url
        Where the message's files will be served, with its final slash.
    """

    body: JsonObject
    uploads: Sequence[Upload]
    at_s: float
    ids: Snowflakes
    files_url: str
    file_max_bytes: int
    keep_bytes: bool = True


def next_state(present: Snapshot, draft: Draft) -> Snapshot:
    """Return what a message shows after a request.

    Raises
    ------
    ApiError
        50035, 50006 or 40005, and nothing has changed.
    """
    flags = _flags(present, draft.body)
    check_body(draft.body, draft.uploads, draft.file_max_bytes, flags)
    files = _attachments(present, draft, ephemeral=MessageFlag.EPHEMERAL in flags)
    state = Snapshot(
        at_s=draft.at_s,
        flags=flags,
        content=text_of(draft.body, "content") if "content" in draft.body else present.content,
        embeds=_embeds(present, draft.body, files),
        components=_components(present, draft.body, files),
        attachments=files,
    )
    check_state(state)
    return _with_pings(state, draft.body)


def _flags(present: Snapshot, body: JsonObject) -> MessageFlag:
    given = MessageFlag(int_of(body, "flags") & SETTABLE)
    kept = present.flags & ~MessageFlag.LOADING
    if "flags" not in body:
        return kept
    return kept & ~MessageFlag.SUPPRESS_EMBEDS | given


def _embeds(
    present: Snapshot, body: JsonObject, files: Sequence[Attachment]
) -> tuple[JsonObject, ...]:
    return embed_media(objects(body["embeds"]), files) if "embeds" in body else present.embeds


def _components(
    present: Snapshot, body: JsonObject, files: Sequence[Attachment]
) -> tuple[JsonObject, ...]:
    if "components" not in body:
        return present.components
    return resolved(objects(body["components"]), files)


def _attachments(present: Snapshot, draft: Draft, *, ephemeral: bool) -> tuple[Attachment, ...]:
    uploads = {upload.index: upload for upload in draft.uploads}
    described = {int_of(item, "id", -1): item for item in objects(draft.body.get("attachments"))}
    _check_listed(described, uploads, present)
    keeps_all = "attachments" not in draft.body
    kept = tuple(item for item in present.attachments if keeps_all or item.id in described)
    return kept + tuple(
        _stored(upload, described.get(index, {}), draft, ephemeral=ephemeral)
        for index, upload in uploads.items()
    )


def _check_listed(
    described: dict[int, JsonObject], uploads: dict[int, Upload], present: Snapshot
) -> None:
    known = uploads.keys() | {item.id for item in present.attachments}
    if described.keys() - known:
        raise invalid("attachments", "ATTACHMENT_NOT_FOUND", "No such file in this message.")


def _stored(upload: Upload, described: JsonObject, draft: Draft, *, ephemeral: bool) -> Attachment:
    place = FilePlace(draft.ids.next(), draft.files_url, draft.keep_bytes)
    stored = stored_file(upload, place, text_of(described, "filename"))
    description = text_of(described, "description") or None
    return replace(stored, description=description, ephemeral=ephemeral)


def _with_pings(state: Snapshot, body: JsonObject) -> Snapshot:
    return replace(state, pings=pings_of(state.text, body.get("allowed_mentions")))
