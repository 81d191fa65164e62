"""How an SVG begins, and how large it says that it is; nothing of it is parsed as XML here."""

import re
from collections.abc import Mapping
from pathlib import Path

# What may stand before the root is told apart by its first characters, so that no text, however
# long, is tried in two ways. A DOCTYPE that declares anything isn't taken: entities could be bombs.
_BEGINNING = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml\s[^>]*>\s*)?"
    rb"(?:<!--(?:(?!-->).)*-->\s*|<!DOCTYPE\s+svg[^>\[]*>\s*)*"
    rb"<svg(?=[\s>])",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(rb"\s*([\w:.-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_LENGTH = re.compile(rb"\s*(\d{1,6}(?:\.\d*)?)(?:px)?\s*")
_VIEW_BOX = re.compile(rb"\s*\S+[\s,]+\S+[\s,]+(\d{1,6}(?:\.\d*)?)[\s,]+(\d{1,6}(?:\.\d*)?)\s*")
_ROOT_MAX_BYTES = 16 << 10
# https://www.w3.org/TR/css-images-3/#default-object-size
_USUAL_SIZE = (300, 150)


def begins_an_svg(head: bytes) -> bool:
    """Tell whether a file that begins like this is an SVG."""
    return _BEGINNING.match(head) is not None


def svg_size(source: Path | bytes) -> tuple[int, int]:
    """Read width and height, in units that are pixels unless somebody draws it larger."""
    attributes = _root_attributes(_head(source))
    sides = [_LENGTH.fullmatch(attributes.get(name, b"")) for name in (b"width", b"height")]
    if all(sides):
        width, height = (float(side[1]) for side in sides if side)
    elif box := _VIEW_BOX.fullmatch(attributes.get(b"viewBox", b"")):
        width, height = float(box[1]), float(box[2])
    else:
        return _USUAL_SIZE
    return max(1, round(width)), max(1, round(height))


def _head(source: Path | bytes) -> bytes:
    if isinstance(source, bytes):
        return source[:_ROOT_MAX_BYTES]
    with source.open("rb") as file:
        return file.read(_ROOT_MAX_BYTES)


def _root_attributes(head: bytes) -> Mapping[bytes, bytes]:
    beginning = _BEGINNING.match(head)
    place = beginning.end() if beginning else len(head)
    attributes: dict[bytes, bytes] = {}
    while found := _ATTRIBUTE.match(head, place):
        attributes[found[1]] = found[2] or found[3] or b""
        place = found.end()
    return attributes
