"""What the events of a stream say: Get3W's documented words, its twin's, and where an id stands.

Get3W's documentation shows ``status`` and a fraction ``progress``; WaveSpeed's guide, whose pages
Get3W's resemble, shows ``type`` and a ``percentage``. Neither shows an id, so none is the default.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto

from sandbox.get3w.payloads import Blank, Json, JsonObject, envelope


class Dialect(Enum):
    """Whose words the events use."""

    GET3W = auto()
    WAVESPEED = auto()


class IdPlace(Enum):
    """Where each event carries the task's id."""

    NOWHERE = auto()
    TOP = auto()
    """``id``, which is ``data.id`` in an envelope."""
    DATA = auto()
    """``data.id`` beside the words, without an envelope."""
    URLS = auto()
    """``urls.get``, an address that ends with the id."""


@dataclass(frozen=True, kw_only=True)
class Wording:
    """How the events of a stream are put into words."""

    dialect: Dialect = Dialect.GET3W
    ids: IdPlace = IdPlace.NOWHERE
    enveloped: bool = False

    def progress(self, fraction: float) -> JsonObject:
        """Return the event that says how far the picture is."""
        if self.dialect is Dialect.GET3W:
            return self._dressed({"status": "processing", "progress": fraction})
        return self._dressed({"type": "progress", "percentage": round(fraction * 100, 3)})

    def completed(self) -> JsonObject:
        """Return the event that lists the outputs."""
        if self.dialect is Dialect.GET3W:
            return self._dressed({"status": "completed", "outputs": Blank.OUTPUTS})
        return self._dressed({"type": "complete", "outputs": Blank.OUTPUTS})

    def failed(self, error: str, code: int | None = None) -> JsonObject:
        """Return the event of a failed task; the documentation shows none, so this is a guess."""
        words: dict[str, Json] = {"error": error}
        if code is not None:
            words["code"] = code
        if self.dialect is Dialect.GET3W:
            return self._dressed({"status": "failed", **words})
        return self._dressed({"type": "error", **words})

    def log(self, message: str) -> JsonObject:
        """Return an event that says nothing about progress."""
        return self._dressed({"type": "log", "message": message})

    def _dressed(self, words: Mapping[str, Json]) -> JsonObject:
        payload = _ID_FIELDS[self.ids] | dict(words)
        return envelope(payload) if self.enveloped else payload


_ID_FIELDS: Mapping[IdPlace, dict[str, Json]] = {
    IdPlace.NOWHERE: {},
    IdPlace.TOP: {"id": Blank.TASK_ID},
    IdPlace.DATA: {"data": {"id": Blank.TASK_ID}},
    IdPlace.URLS: {"urls": {"get": Blank.GET_URL}},
}
