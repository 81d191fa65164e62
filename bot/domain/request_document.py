"""A request as a document of JSON, for rows that outlive the process which wrote them.

An older process may read what a newer one wrote: names that it doesn't know are passed over, and
those that aren't there have their defaults. Only what would make another picture than the one that
was asked for refuses the whole: no prompt, no model, or a source of an unknown kind.
"""

from collections.abc import Mapping

from bot.domain.requests import ImageRequest, OwnPicture, Shape, Source, Upload
from bot.domain.server_policy import JsonValue

Document = Mapping[str, JsonValue]


class UnreadableRequestError(ValueError):
    """A document isn't a request that this process can understand."""


def request_document(request: ImageRequest) -> dict[str, JsonValue]:
    """Write a request; what has its default is left out."""
    written: dict[str, JsonValue] = {
        "shape": request.shape.value if request.shape else None,
        "count": request.count if request.count != 1 else None,
        "seed": request.seed,
        "negative": request.negative or None,
        "strength": request.strength,
        "source": _source_document(request.source) if request.source else None,
    }
    told = {name: value for name, value in written.items() if value is not None}
    return {"prompt": request.prompt, "model": request.model, **told}


def read_request(document: Document) -> ImageRequest:
    """Read a request back.

    Raises
    ------
    UnreadableRequestError
    """
    count = _whole(document, "count")
    strength = document.get("strength")
    return ImageRequest(
        prompt=_text(document, "prompt"),
        model=_text(document, "model"),
        shape=_shape(document.get("shape")),
        count=1 if count is None else count,
        seed=_whole(document, "seed"),
        negative=_text(document, "negative", ""),
        strength=float(strength) if isinstance(strength, int | float) else None,
        source=_source(document.get("source")),
    )


def _source_document(source: Source) -> dict[str, JsonValue]:
    match source:
        case OwnPicture(job_id, index):
            return {"job": job_id, "index": index}
        case Upload(url):
            return {"upload": url}


def _source(value: JsonValue) -> Source | None:
    if value is None:
        return None
    document: Document = value if isinstance(value, Mapping) else {}
    if (job_id := _whole(document, "job")) is not None:
        return OwnPicture(job_id, _whole(document, "index") or 0)
    return Upload(_text(document, "upload"))


def _shape(value: JsonValue) -> Shape | None:
    return next((shape for shape in Shape if shape.value == value), None)


def _text(document: Document, name: str, default: str | None = None) -> str:
    value = document.get(name, default)
    if not isinstance(value, str):
        raise UnreadableRequestError(name)
    return value


def _whole(document: Document, name: str) -> int | None:
    value = document.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else None
