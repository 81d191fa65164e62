"""One document of the API, be it an event, an answer or a poll, read in every documented way.

Get3W's stream says ``{"status": "processing", "progress": 0.1}``, WaveSpeed's
``{"type": "progress", "percentage": 25}``; answers and polls wrap the task into an envelope
``{"code": 200, "message": "success", "data": {...}}``, and newer pages show it bare. A failed task
comes with HTTP 200, and so may a refusal, told by the envelope's ``code`` alone. All of them become
one :class:`Report`; what can't be understood says nothing, and never raises.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto

from bot.domain.pictures import Output
from bot.domain.requests import ImageRequest
from bot.providers.identifiers import is_prediction_id, prediction_id_in
from bot.providers.json_values import JsonObject, JsonValue, number_at, text_at
from bot.providers.outputs import read_outputs
from bot.providers.upstream_text import speaks_of_safety

SAFETY_CODE = 1200
_SERVICE_CODES_FROM = 5000
_SUCCESS_CODES = (0, 200, 201, 202)
_WRAPPINGS_MAX = 3
_HTTP_ERRORS = range(400, 600)


class Phase(Enum):
    """How far a task is, by one document."""

    UNTOLD = auto()
    RUNNING = auto()
    COMPLETED = auto()
    FAILED = auto()
    REFUSED = auto()


_PHASES: Mapping[str, Phase] = {
    **dict.fromkeys(("completed", "complete", "succeeded", "success"), Phase.COMPLETED),
    **dict.fromkeys(("failed", "error", "cancelled", "canceled", "timeout"), Phase.FAILED),
    "deleted": Phase.FAILED,
    **dict.fromkeys(("created", "processing", "pending", "queued", "progress"), Phase.RUNNING),
    **dict.fromkeys(("starting", "running", "in_queue", "in_progress"), Phase.RUNNING),
}


@dataclass(frozen=True, slots=True)
class Report:
    """What one document says.

    Attributes
    ----------
    fraction
        The progress from 0 to 1, where a number was given.
    refusal_status
        What would have been the HTTP status, for the phase ``REFUSED``.
    unsafe
        Whether a failure is the safety filter's doing.
    """

    phase: Phase
    prediction_id: str | None = None
    fraction: float | None = None
    outputs: tuple[Output, ...] = ()
    flagged: tuple[bool, ...] = ()
    seed: int | None = None
    refusal_status: int = 200
    unsafe: bool = False


def read_report(document: JsonObject, request: ImageRequest, event_type: str = "") -> Report:
    """Read a document.

    Parameters
    ----------
    request
        What was asked for, to tell the service's words from an echo of ours.
    event_type
        The type of the server-sent event that it came in; counts where the document has none.
    """
    task = _unwrapped(document)
    phase = _phase(document, task, event_type)
    outputs, flagged = read_outputs(task) if phase is Phase.COMPLETED else ((), ())
    return Report(
        phase=phase,
        prediction_id=_prediction_id(task),
        fraction=_fraction(task),
        outputs=outputs,
        flagged=flagged,
        seed=_seed(task),
        refusal_status=error_code(document) if phase is Phase.REFUSED else 200,
        unsafe=phase is Phase.FAILED and is_safety_refusal(task, request),
    )


def error_code(document: JsonObject) -> int:
    """Give a document's code, its own or its error's; 0 where it has none."""
    code = document.get("code")
    error = document.get("error")
    if code is None and isinstance(error, dict):
        code = error.get("code")
    if isinstance(code, str) and code.isdecimal():
        code = int(code[:9])
    return code if isinstance(code, int) else 0


def is_safety_refusal(document: JsonObject, request: ImageRequest) -> bool:
    """Tell whether an error is the safety filter's: by its code, else by its wording."""
    code = error_code(document)
    if code == SAFETY_CODE or code >= _SERVICE_CODES_FROM:
        return code == SAFETY_CODE
    return speaks_of_safety(document, request)


def _unwrapped(document: JsonObject) -> JsonObject:
    """Lay the members of nested ``data`` over those around them."""
    for _ in range(_WRAPPINGS_MAX):
        data = document.get("data")
        if isinstance(data, dict):
            document = {name: document[name] for name in document if name != "data"} | data
    return document


def _phase(document: JsonObject, task: JsonObject, event_type: str) -> Phase:
    envelope_code = error_code(document) if "data" in document else 0
    if envelope_code not in _SUCCESS_CODES:
        return _phase_of_code(envelope_code)
    for word in (text_at(task, "status"), text_at(task, "type"), event_type):
        if phase := _PHASES.get(word.lower()):
            return phase
    return _phase_without_word(task)


def _phase_of_code(code: int) -> Phase:
    return Phase.REFUSED if code in _HTTP_ERRORS else Phase.FAILED


def _phase_without_word(task: JsonObject) -> Phase:
    if (code := error_code(task)) not in _SUCCESS_CODES:
        return _phase_of_code(code)
    if task.get("error"):
        return Phase.FAILED
    if task.get("outputs") and not text_at(task, "type", "status"):
        return Phase.COMPLETED
    unknown_state = text_at(task, "status") or _fraction(task) is not None
    return Phase.RUNNING if unknown_state else Phase.UNTOLD


def _prediction_id(task: JsonObject) -> str | None:
    for name in ("id", "prediction_id", "task_id"):
        if is_prediction_id(text := text_at(task, name)):
            return text
    addresses: JsonValue = task.get("urls")
    return prediction_id_in(text_at(addresses, "get")) if isinstance(addresses, dict) else None


def _fraction(task: JsonObject) -> float | None:
    told = number_at(task, "progress")
    if told is not None:
        return _within_one(told / 100 if told > 1 else told)
    percents = (number_at(task, name) for name in ("percentage", "percent"))
    return next((_within_one(percent / 100) for percent in percents if percent is not None), None)


def _within_one(fraction: float) -> float:
    return min(max(fraction, 0.0), 1.0)


def _seed(task: JsonObject) -> int | None:
    asked: JsonValue = task.get("input")
    sources = (task, asked) if isinstance(asked, dict) else (task,)
    seeds = (source.get("seed") for source in sources)
    # -1 asks for any seed and so names none.
    return next(
        (s for s in seeds if isinstance(s, int) and not isinstance(s, bool) and s >= 0), None
    )
