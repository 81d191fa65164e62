"""The outputs of a completed task: addresses, objects around one, or pictures as base64."""

import binascii

from bot.domain.pictures import Output, OutputData, OutputLink
from bot.providers.json_values import JsonObject, JsonValue, text_at

# As many files as fit into one Discord message; a longer list is no answer to one prompt.
OUTPUTS_MAX = 10

_LINK_MEMBERS = ("url", "image_url", "download_url", "file_url")
_DATA_MEMBERS = ("b64_json", "base64", "data")


def read_outputs(task: JsonObject) -> tuple[tuple[Output, ...], tuple[bool, ...]]:
    """Give a task's outputs, and for each whether the service flagged it.

    Junk among the outputs is left out. The flags are as many as the outputs; none at all where
    the service sent none.
    """
    items = _listed(task.get("outputs") or task.get("output"))[:OUTPUTS_MAX]
    flags = [flag is True for flag in _listed(task.get("has_nsfw_contents"))]
    flags += [False] * (len(items) - len(flags)) if flags else []
    read = [(output, place) for place, item in enumerate(items) if (output := _read(item))]
    flagged = tuple(flags[place] for _, place in read) if flags else ()
    return tuple(output for output, _ in read), flagged


def _listed(value: JsonValue) -> list[JsonValue]:
    if isinstance(value, list):
        return value
    return [] if value is None else [value]


def _read(item: JsonValue) -> Output | None:
    if isinstance(item, dict):
        item = text_at(item, *_LINK_MEMBERS) or text_at(item, *_DATA_MEMBERS)
    return _read_text(item) if isinstance(item, str) else None


def _read_text(text: str) -> Output | None:
    if text.startswith("data:"):
        head, _, text = text.partition(",")
        return _decoded(text) if head.endswith(";base64") else None
    if "://" in text[:16]:
        return OutputLink(text)
    return _decoded(text)


def _decoded(base64: str) -> OutputData | None:
    try:
        data = binascii.a2b_base64(base64.encode("ascii"), strict_mode="\n" not in base64)
    except ValueError:
        return None
    return OutputData(data) if data else None
