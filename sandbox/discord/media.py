"""Turning `attachment://name` into the address of the file, as Discord's answers show it."""

from __future__ import annotations

from itertools import count
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from sandbox.discord.components import SELECTS, ComponentKind, walk
from sandbox.discord.errors import invalid
from sandbox.discord.json_types import as_object, int_of, objects, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sandbox.discord.attachments import Attachment
    from sandbox.discord.json_types import Json, JsonObject

PREFIX = "attachment://"
# What Discord fills in where a bot leaves it out.
GALLERY_ITEM: Final[Mapping[str, Json]] = {"description": None, "spoiler": False}
DEFAULTS: Final[Mapping[int, Mapping[str, Json]]] = {
    **dict.fromkeys(SELECTS, MappingProxyType({"min_values": 1, "max_values": 1})),
    ComponentKind.THUMBNAIL: GALLERY_ITEM,
    ComponentKind.SEPARATOR: {"spacing": 1, "divider": True},
    ComponentKind.CONTAINER: {"accent_color": None, "spoiler": False},
    ComponentKind.FILE: {"spoiler": False},
}
MEDIA_FIELDS = frozenset({"media", "file", "thumbnail", "image"})
LOADED = 2


def resolved(
    components: Sequence[JsonObject], files: Sequence[Attachment]
) -> tuple[JsonObject, ...]:
    """Return a copy of a tree with each medium's address known and each component numbered.

    Raises
    ------
    ApiError
        50035: a name that is no file of the message.
    """
    by_name = {item.filename: item for item in files}
    taken = {int_of(item, "id") for item in walk(components)}
    numbers = (number for number in count(1) if number not in taken)
    return tuple(_component(item, by_name, numbers) for item in components)


def embed_media(
    embeds: Iterable[JsonObject], files: Sequence[Attachment]
) -> tuple[JsonObject, ...]:
    """Return embeds with each medium's address known."""
    by_name = {item.filename: item for item in files}
    return tuple({"type": "rich", **_with_media(embed, by_name)} for embed in embeds)


def _component(
    source: JsonObject, files: Mapping[str, Attachment], numbers: Iterator[int]
) -> JsonObject:
    kind = int_of(source, "type")
    result = {**DEFAULTS.get(kind, {}), **_with_media(source, files)}
    result["id"] = int_of(source, "id") or next(numbers)
    if kind == ComponentKind.FILE:
        result |= _file_facts(source, files)
    if "default_values" in source:
        result["default_values"] = _presets(source)
    for name in ("components", "items"):
        if name in source:
            result[name] = _children(source, name, files, numbers)
    for name in ("accessory", "component"):
        if child := as_object(source.get(name)):
            result[name] = _component(child, files, numbers)
    return result


def _presets(select: JsonObject) -> list[Json]:
    """Give what is chosen beforehand; ids may come as numbers, and are texts from then on."""
    presets = objects(select["default_values"])
    return [{**preset, "id": str(int_of(preset, "id"))} for preset in presets]


def _children(
    source: JsonObject, name: str, files: Mapping[str, Attachment], numbers: Iterator[int]
) -> list[Json]:
    children = objects(source.get(name))
    if name == "items":
        return [{**GALLERY_ITEM, **_with_media(child, files)} for child in children]
    return [_component(child, files, numbers) for child in children]


def _file_facts(source: JsonObject, files: Mapping[str, Attachment]) -> JsonObject:
    file = _referenced(text_of(as_object(source.get("file")), "url"), files)
    return {"name": file.filename, "size": file.size}


def _with_media(source: JsonObject, files: Mapping[str, Attachment]) -> JsonObject:
    result = dict(source)
    for name in MEDIA_FIELDS & source.keys():
        if medium := as_object(source[name]):
            result[name] = _medium(medium, files)
    return result


def _medium(medium: JsonObject, files: Mapping[str, Attachment]) -> JsonObject:
    url = text_of(medium, "url")
    if not url.startswith(PREFIX):
        return {"id": "0", "proxy_url": url, **medium}
    file = _referenced(url, files)
    return {
        "id": str(file.id),
        "url": file.url,
        "proxy_url": file.url,
        "width": file.width,
        "height": file.height,
        "content_type": file.content_type,
        "attachment_id": str(file.id),
        "loading_state": LOADED,
        "flags": 0,
    }


def _referenced(url: str, files: Mapping[str, Attachment]) -> Attachment:
    file = files.get(url.removeprefix(PREFIX))
    if file is None:
        raise invalid(
            "components",
            "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND",
            f"The referenced attachment {url} was not found",
        )
    return file
