"""The models for pictures that the API offers, kept fresh in the background.

The list is only an offer: it fills a picker and tells prices. So nothing waits for it, a failure
keeps the list that is there. The last answer is kept in a file as the API gave it: prices and
schemas are there at once after a restart, be the API there or not, and a newer bot can read more
out of it. Before the first answer there is what the documentation names.
"""

import asyncio
import logging
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from bot.domain.model_inputs import UNKNOWN_INPUTS, ModelInputs, ModelKind
from bot.domain.models import Model
from bot.domain.ports import Clock
from bot.providers.http import (
    ApiHttp,
    BodyTooLargeError,
    NeverSentError,
    TransferBrokenError,
    TransportError,
)
from bot.providers.identifiers import is_model_path
from bot.providers.json_values import JsonObject, JsonValue, number_at, read_json, text_at
from bot.providers.schemas import read_inputs

# The streaming page's own model. No page gives its price: the bill it shows is an illustration.
DOCUMENTED_MODELS = (Model("get3w/flux-dev"),)

_KINDS: Mapping[str, ModelKind] = {kind.value: kind for kind in ModelKind}
_OK = 200
_MAX_BYTES = 32 << 20
_ANSWER_WITHIN_S = 60.0
_DESCRIPTION_MAX_CHARACTERS = 200

_FRESH_FOR_S = 3600.0
_RETRY_FIRST_S = 30.0
_RETRY_MAX_S = 600.0

_TROUBLES: Mapping[type[TransportError], str] = {
    NeverSentError: "no connection; look at GET3W_API_URL and at this host's network",
    TransferBrokenError: "the connection broke",
    BodyTooLargeError: "the answer is too large",
}
_REFUSALS: Mapping[int, str] = {
    401: "status 401; look at GET3W_API_KEY",
    403: "status 403; look at GET3W_API_KEY",
    404: "status 404; look at GET3W_API_URL",
}

_log = logging.getLogger(__name__)


class Get3WCatalogue:
    """Fulfils :class:`bot.domain.ports.Catalogue`.

    Parameters
    ----------
    file
        Where the API's last answer is kept; nowhere, where none is given.
    """

    def __init__(self, api: ApiHttp, clock: Clock, file: Path | None = None) -> None:
        self._api = api
        self._clock = clock
        self._file = file
        self._by_id = {model.id: model for model in DOCUMENTED_MODELS}
        self._failures = 0

    def models(self) -> Sequence[Model]:
        """List them without waiting for anything, in the API's own order."""
        return tuple(self._by_id.values())

    def takes(self, model_id: str) -> ModelInputs:
        """Tell what a model takes, as far as that is known."""
        model = self._by_id.get(model_id)
        return UNKNOWN_INPUTS if model is None else model.takes

    async def remember(self) -> None:
        """Take what the API answered last time, where that was kept; never fails."""
        if self._file is not None:
            models = await asyncio.to_thread(_models_kept_in, self._file)
            self._by_id = models or self._by_id

    async def refresh(self) -> bool:
        """Ask the API for its models once, and tell whether it gave any.

        It never raises; of failures in a row only the first is worth a warning.
        """
        models, problem = await self._asked()
        if models:
            if self._failures:
                _log.info("models  %d listed by the image API again", len(models))
            self._by_id, self._failures = models, 0
            return True
        self._failures += 1
        level = logging.WARNING if self._failures == 1 else logging.DEBUG
        _log.log(level, "The image API doesn't list its models (%s). The bot runs on.", problem)
        return False

    async def keep_fresh(self) -> None:
        """Refresh every hour, and after a failure after 30 s growing to 10 min; never ends."""
        while True:
            fresh = await self.refresh()
            await self._clock.sleep(_FRESH_FOR_S if fresh else self._retry_pause_s())

    def _retry_pause_s(self) -> float:
        return min(_RETRY_FIRST_S * (1 << min(self._failures - 1, 10)), _RETRY_MAX_S)

    async def _asked(self) -> tuple[dict[str, Model], str]:
        try:
            reply = await self._api.ask("models", max_bytes=_MAX_BYTES, timeout_s=_ANSWER_WITHIN_S)
        except TransportError as error:
            return {}, _TROUBLES.get(type(error), type(error).__name__)
        if reply.status != _OK:
            return {}, _REFUSALS.get(reply.status, f"status {reply.status}")
        # The real list has megabytes: longer to read than the event loop should stand still.
        models = await asyncio.to_thread(_read_and_kept, reply.body, self._file)
        return models, "no model for pictures in it"


def read_models(body: bytes) -> dict[str, Model]:
    """Read the API's answer, by ids; what can't be understood is left out."""
    document = read_json(body)
    listed = document.get("data") if isinstance(document, dict) else document
    return {model.id: model for model in _models_in(listed)}


def _read_and_kept(body: bytes, file: Path | None) -> dict[str, Model]:
    models = read_models(body)
    if models and file is not None:
        try:
            _keep(body, file)
        except OSError as error:
            _log.warning("The list of models can't be kept on disk: %s.", error.strerror)
    return models


def _keep(body: bytes, file: Path) -> None:
    """Replace the file as a whole: whoever reads it finds the old answer or the new one."""
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_name(f"{file.name}.{os.getpid()}")
    try:
        new.write_bytes(body)
        new.replace(file)
    finally:
        new.unlink(missing_ok=True)


def _models_kept_in(file: Path) -> dict[str, Model]:
    try:
        return read_models(file.read_bytes())
    except FileNotFoundError:
        return {}
    except OSError as error:
        _log.warning("The list of models can't be read from disk: %s.", error.strerror)
        return {}


def _models_in(listed: JsonValue) -> Iterator[Model]:
    for entry in listed if isinstance(listed, list) else ():
        kind = _KINDS.get(text_at(entry, "type")) if isinstance(entry, dict) else None
        if isinstance(entry, dict) and kind is not None:
            model_id = text_at(entry, "model_id", "id")
            if is_model_path(model_id):
                price, about = _price_usd(entry), _description(entry)
                yield Model(model_id, price, about, kind, read_inputs(entry))


def _price_usd(entry: JsonObject) -> float | None:
    price = number_at(entry, "base_price")
    # Nothing is free here: zero is a price that isn't told.
    return float(price) if price is not None and price > 0 else None


def _description(entry: JsonObject) -> str:
    line = " ".join(text_at(entry, "description").split())
    if len(line) <= _DESCRIPTION_MAX_CHARACTERS:
        return line
    return f"{line[: _DESCRIPTION_MAX_CHARACTERS - 1].rstrip()}…"
