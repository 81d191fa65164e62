"""A refused request as one of our own errors, with nothing of the service's text in it."""

import re
from collections.abc import Mapping

from bot.domain.errors import (
    AccountRefusedError,
    GenerationError,
    InputRefusedError,
    ModelUnavailableError,
    SafetyRefusedError,
    ServiceFailedError,
)
from bot.domain.requests import ImageRequest
from bot.providers.dialect import SAFETY_CODE, error_code, is_safety_refusal
from bot.providers.json_values import JsonValue, number_at
from bot.providers.upstream_text import complaints, own_words, subjects

ACCOUNT_STATUSES = (401, 402, 403)
TOO_MANY_REQUESTS = 429
_NOT_FOUND = 404
_INPUT_STATUSES = (400, 413, 422)
# 413 speaks of a size, and never of what the words mean.
_WORDED_STATUSES = (400, 422)

# The service's names of options, and ours.
_OPTIONS: Mapping[str, str] = {
    "prompt": "prompt",
    "seed": "seed",
    "size": "size",
    "width": "size",
    "height": "size",
    "aspect_ratio": "size",
    "image_size": "size",
    "num_images": "count",
    "max_images": "count",
    "negative_prompt": "negative",
    "image": "image",
    "images": "image",
    "strength": "strength",
}
# A name counts in a sentence where it stands in quotes, begins it, or follows what it is.
_NAMED_OPTION = re.compile(
    rf"""(?:^|["'`]|\b(?:parameter|field|property|argument|key|for|input)\W{{1,3}})"""
    rf"""({"|".join(_OPTIONS)})\b""",
    re.IGNORECASE | re.MULTILINE,
)
_LONGEST_CREDIBLE = 999_999
_LONGEST = re.compile(
    r"(?:max\w{0,6}|at most|exceed\w{0,3}|limit\w{0,3}|longer than|up to|under)"
    r"\D{0,40}?(\d[\d,]{1,6})\s*char",
    re.IGNORECASE,
)


def refusal_error(status: int, document: JsonValue, request: ImageRequest) -> GenerationError:
    """Tell what a refusal means.

    Parameters
    ----------
    status
        The HTTP status, or an envelope's code in its place.
    document
        The body as JSON; as a text where it was none.
    """
    if _is_safety_refusal(status, document, request):
        return SafetyRefusedError()
    if status in ACCOUNT_STATUSES:
        return AccountRefusedError(status)
    if status == _NOT_FOUND:
        return ModelUnavailableError(request.model)
    if status in _INPUT_STATUSES:
        worded = status in _WORDED_STATUSES
        return _input_refusal(document, own_words(document, request) if worded else "")
    return ServiceFailedError()


def _is_safety_refusal(status: int, document: JsonValue, request: ImageRequest) -> bool:
    if not isinstance(document, dict):
        return False
    worded = status in _WORDED_STATUSES and is_safety_refusal(document, request)
    return worded or error_code(document) == SAFETY_CODE


def _input_refusal(document: JsonValue, words: str) -> InputRefusedError:
    field = _option_by_structure(document) or _option_by_wording(words)
    return InputRefusedError(field, _longest_prompt(document, words) if field == "prompt" else None)


def _option_by_structure(document: JsonValue) -> str | None:
    named = (name for complaint in complaints(document) for name in subjects(complaint))
    return next((_OPTIONS[name] for name in named if name in _OPTIONS), None)


def _option_by_wording(words: str) -> str | None:
    options = {_OPTIONS[name.lower()] for name in _NAMED_OPTION.findall(words)}
    return options.pop() if len(options) == 1 else None


def _longest_prompt(document: JsonValue, words: str) -> int | None:
    for complaint in complaints(document):
        limits = complaint.get("ctx")
        if "prompt" in subjects(complaint) and isinstance(limits, dict):
            longest = number_at(limits, "max_length") or 0
            return int(longest) if 0 < longest <= _LONGEST_CREDIBLE else None
    found = _LONGEST.search(words)
    return int(found[1].replace(",", "")) if found else None
