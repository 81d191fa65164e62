"""Which models may be used: the catalogue under the operator's ceiling."""

from collections.abc import Iterator, Sequence

from bot.domain.errors import ModelNotAllowedError
from bot.domain.models import Model, ModelCeiling, is_model_id, short_name
from bot.domain.ports import Catalogue

# https://discord.com/developers/docs/interactions/application-commands#autocomplete
CHOICES_MAX = 25


class ModelAccess:
    """Answers what is on offer, and what a typed name means."""

    def __init__(self, catalogue: Catalogue, ceiling: ModelCeiling, default_model: str) -> None:
        self._catalogue = catalogue
        self._ceiling = ceiling
        self._default = default_model

    @property
    def default_model(self) -> str:
        """The model that is used when none is named."""
        return self._default

    def offered(self) -> list[Model]:
        """List what may be used, the default first; never waits."""
        return list(dict(self._in_order()).values())

    def suggest(self, typed: str) -> Sequence[Model]:
        """List what fits a beginning or any part of a name, at most 25, best first."""
        wanted = typed.strip().casefold()
        fitting = [model for model in self.offered() if wanted in model.id.casefold()]
        if wanted:
            fitting.sort(key=lambda model: not model.name.casefold().startswith(wanted))
        return fitting[:CHOICES_MAX]

    def resolve(self, typed: str | None) -> str:
        """Give the id that a member means, by id or by short name; the default for none.

        An id that no catalogue lists is taken too, where the ceiling admits it: catalogues lag.

        Raises
        ------
        ModelNotAllowedError
            Where it is no id that may be used.
        """
        wanted = (typed or "").strip()
        if not wanted:
            # The settings hold it under the ceiling, and the list is long.
            return self._default
        offered = self.offered()
        known = {model.name.casefold(): model.id for model in reversed(offered)}
        known |= {model.id.casefold(): model.id for model in offered}
        if wanted.casefold() in known:
            return known[wanted.casefold()]
        if is_model_id(wanted) and self._ceiling.admits(wanted):
            return wanted
        raise ModelNotAllowedError(short_name(wanted), tuple(model.id for model in offered))

    def _in_order(self) -> Iterator[tuple[str, Model]]:
        known = {model.id: model for model in self._catalogue.models()}
        yield self._default, known.get(self._default, Model(self._default))
        for model_id in self._ceiling.literal_ids:
            yield model_id, known.get(model_id, Model(model_id))
        for model in known.values():
            if self._ceiling.admits(model.id):
                yield model.id, model
