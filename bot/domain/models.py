"""Models of the image API, and the operator's ceiling over them."""

import re
from dataclasses import dataclass
from fnmatch import translate
from functools import cached_property

from bot.domain.model_inputs import UNKNOWN_INPUTS, ModelInputs, ModelKind


@dataclass(frozen=True, slots=True)
class Model:
    """A model of the image API that makes pictures.

    Attributes
    ----------
    id
        Its path in the API, two to four segments, such as ``get3w/flux-dev``.
    price_usd
        What one picture costs, in dollars; ``None`` where the catalogue doesn't say.
    description
        One line for people, in the words of the catalogue; may be empty.
    takes
        What can be told to it besides a prompt.
    """

    id: str
    price_usd: float | None = None
    description: str = ""
    kind: ModelKind = ModelKind.PAINTER
    takes: ModelInputs = UNKNOWN_INPUTS

    @property
    def name(self) -> str:
        """The id without its vendor, as members know it: ``flux-dev``."""
        return short_name(self.id)

    def paints(self, *, with_image: bool) -> bool:
        """Tell whether it makes a picture of words; ``with_image``: of words and a picture."""
        if with_image:
            return self.kind is not ModelKind.UPSCALER and self.takes.image is not None
        return self.kind is ModelKind.PAINTER and not self.takes.needs_image


def short_name(model_id: str) -> str:
    """Drop the vendor of a model id: ``google/imagen4/fast`` becomes ``imagen4/fast``."""
    return model_id.partition("/")[2] or model_id


# No longer than Discord lets the value of a choice be.
MODEL_ID_MAX_CHARACTERS = 100
_ID = re.compile(r"(?!.*(?:^|/)\.+(?:/|$))[A-Za-z0-9._-]+(?:/[A-Za-z0-9._-]+){1,3}")


def is_model_id(text: str) -> bool:
    """Tell whether a text has the shape of an id, so that it leads nowhere else in an address."""
    return len(text) <= MODEL_ID_MAX_CHARACTERS and _ID.fullmatch(text) is not None


@dataclass(frozen=True)
class ModelCeiling:
    """The models that the operator lets any server use: ids and globs, ``*`` for all."""

    patterns: tuple[str, ...]

    @cached_property
    def _admitted(self) -> re.Pattern[str]:
        # One ceiling is asked about every model of every picker. No patterns: nothing matches.
        return re.compile("|".join(map(translate, self.patterns)) or r"(?!)")

    def admits(self, model_id: str) -> bool:
        """Tell whether any pattern fits the id; upper and lower case differ, as in the API.

        What can be no model's id is never admitted, whatever a pattern says.
        """
        return self._admitted.match(model_id) is not None and is_model_id(model_id)

    @property
    def literal_ids(self) -> tuple[str, ...]:
        """The patterns that are plain ids: models worth offering though no catalogue lists them."""
        return tuple(p for p in self.patterns if not any(c in p for c in "*?["))
