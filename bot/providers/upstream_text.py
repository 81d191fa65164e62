"""What the service's own texts say, without ever passing one on.

A text is looked through for a few words, and only the conclusion leaves this module. Services echo
the request in their messages, so a prompt such as "a stream with a safety rope" could be taken for
a statement of theirs. The echoes are taken out first; and where the request itself has the word
that is looked for, a mere mention no longer counts.
"""

import re
from collections.abc import Iterator

from bot.domain.requests import ImageRequest
from bot.providers.json_values import JsonObject, JsonValue

# Members that hold a message. ``input`` and ``ctx`` aren't among them: they repeat the request.
_MESSAGE_MEMBERS = ("error", "errors", "message", "msg", "detail", "details", "reason", "title")
_NESTING_MAX = 4
_LOOKED_THROUGH_CHARACTERS = 8192

# Places in a complaint's location that name no member.
_WHOLE_REQUEST = ("body", "query", "path", "__root__")

_SAFETY = re.compile(
    r"flagged|sensitive|nsfw|moderation|moderated|safety|prohibited|polic(?:y|ies)|inappropriate",
    re.IGNORECASE,
)
_STREAM = re.compile(r"\bstream(?:ing|ed)?\b", re.IGNORECASE)
_STREAM_STATEMENT = re.compile(
    r"(?:support\w{0,6}|unknown|unexpected|unrecogni[sz]ed|invalid|extra|parameter|field|key|property"
    r"|option|argument)\W{1,3}(?:(?:parameter|field|key|property|option|argument)\W{1,3})?stream"
    r"|\bstream\w{0,6}\W{1,3}(?:(?:mode|parameter|field|option|is|are)\W{1,3})*"
    r"(?:not\b|un\w|disabled|isn|cannot|can't)",
    re.IGNORECASE,
)


def messages(document: JsonValue, depth: int = 0) -> Iterator[str]:
    """Give the messages of an error document, however they are wrapped."""
    if isinstance(document, str):
        yield document
    elif isinstance(document, list) and depth < _NESTING_MAX:
        for item in document:
            yield from messages(item, depth + 1)
    elif isinstance(document, dict) and depth < _NESTING_MAX:
        for name in _MESSAGE_MEMBERS:
            yield from messages(document.get(name), depth + 1)


def complaints(document: JsonValue) -> Iterator[JsonObject]:
    """Give the structured complaints in an error document: each may name what it is about."""
    if not isinstance(document, dict):
        return
    yield document
    for name in ("detail", "details", "errors", "error"):
        value = document.get(name)
        items = value if isinstance(value, list) else [value]
        yield from (item for item in items if isinstance(item, dict))


def subjects(complaint: JsonObject) -> tuple[str, ...]:
    """Give the names of members of the request that a complaint is about, by its structure."""
    location = complaint.get("loc")
    places = location if isinstance(location, list) else [location]
    named = (complaint.get(name) for name in ("field", "param", "parameter"))
    words = (
        value.rpartition(".")[2].lower() for value in (*places, *named) if isinstance(value, str)
    )
    return tuple(word for word in words if word not in _WHOLE_REQUEST)


def own_words(document: JsonValue, request: ImageRequest) -> str:
    """Join an error document's messages, without what they echo of the request."""
    text = "\n".join(messages(document))[:_LOOKED_THROUGH_CHARACTERS]
    for echo in filter(None, (request.prompt.strip(), request.negative.strip(), request.model)):
        # Whole words: of a prompt that is one letter, that letter would go everywhere.
        text = re.sub(rf"(?<!\w){re.escape(echo)}(?!\w)", " ", text, flags=re.IGNORECASE)
    return text


def speaks_of_safety(document: JsonValue, request: ImageRequest) -> bool:
    """Tell whether an error is the safety filter's, by its wording."""
    return _SAFETY.search(own_words(document, request)) is not None


def names_stream(document: JsonValue, request: ImageRequest) -> bool:
    """Tell whether a refusal is about our wish for a stream."""
    named = [name for complaint in complaints(document) for name in subjects(complaint)]
    if named:
        return "stream" in named
    echo_possible = _STREAM.search(f"{request.prompt} {request.negative} {request.model}")
    pattern = _STREAM_STATEMENT if echo_possible else _STREAM
    return pattern.search(own_words(document, request)) is not None
