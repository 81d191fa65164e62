"""What Discord demands of a message's body and of the state that it leads to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.discord.component_rules import CLASSIC, LAYOUT, check_components, check_length
from sandbox.discord.errors import ApiError, Problem, invalid
from sandbox.discord.json_types import as_list, objects, text_of
from sandbox.discord.messages import MessageFlag

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sandbox.discord.attachments import Upload
    from sandbox.discord.json_types import JsonObject
    from sandbox.discord.messages import Snapshot

CONTENT_MAX = 2000
ATTACHMENTS_MAX = 10
EMBEDS_MAX = 10
EMBED_TEXT_MAX = 6000
DESCRIPTION_MAX = 1024


def check_body(
    body: JsonObject, uploads: Sequence[Upload], file_max_bytes: int, flags: MessageFlag
) -> None:
    """Refuse fields that are wrong by themselves.

    Raises
    ------
    ApiError
        50035 for a field, 40005 for a file over `file_max_bytes`.
    """
    check_length(len(text_of(body, "content")), 0, CONTENT_MAX, "content")
    _check_embeds(objects(body.get("embeds")))
    _check_files(body, uploads, file_max_bytes)
    allowed = LAYOUT if MessageFlag.COMPONENTS_V2 in flags else CLASSIC
    check_components(objects(body.get("components")), allowed, "components")


def check_state(state: Snapshot) -> None:
    """Refuse a state that no message may be in.

    Raises
    ------
    ApiError
        50035 for what Components V2 excludes or for too many files, 50006 for an empty message.
    """
    check_length(len(state.attachments), 0, ATTACHMENTS_MAX, "attachments")
    if MessageFlag.COMPONENTS_V2 in state.flags:
        _check_layout(state)
    elif not (state.content or state.embeds or state.attachments or state.components):
        raise ApiError(Problem.EMPTY_MESSAGE)


def _check_layout(state: Snapshot) -> None:
    for name, value in (("content", state.content), ("embeds", state.embeds)):
        if value:
            raise invalid(
                name,
                "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
                f"The '{name}' field cannot be used with MessageFlags.IS_COMPONENTS_V2.",
            )
    if not state.components:
        raise ApiError(Problem.EMPTY_MESSAGE)


def _check_embeds(embeds: list[JsonObject]) -> None:
    check_length(len(embeds), 0, EMBEDS_MAX, "embeds")
    for index, embed in enumerate(embeds):
        check_length(len(text_of(embed, "title")), 0, 256, f"embeds.{index}.title")
        check_length(len(text_of(embed, "description")), 0, 4096, f"embeds.{index}.description")
    total = sum(_embed_length(embed) for embed in embeds)
    check_length(total, 0, EMBED_TEXT_MAX, "embeds")


def _embed_length(embed: JsonObject) -> int:
    fields = objects(embed.get("fields"))
    inner = sum(len(text_of(item, "name")) + len(text_of(item, "value")) for item in fields)
    return len(text_of(embed, "title")) + len(text_of(embed, "description")) + inner


def _check_files(body: JsonObject, uploads: Sequence[Upload], file_max_bytes: int) -> None:
    check_length(len(as_list(body.get("attachments"))), 0, ATTACHMENTS_MAX, "attachments")
    if any(upload.size > file_max_bytes for upload in uploads):
        raise ApiError(Problem.TOO_LARGE)
    for index, item in enumerate(objects(body.get("attachments"))):
        described = text_of(item, "description")
        check_length(len(described), 0, DESCRIPTION_MAX, f"attachments.{index}.description")
