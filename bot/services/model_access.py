"""Which models a member may use in a channel, and what a typed name means."""

from collections.abc import Mapping, Sequence

from bot.domain.model_rules import ModelChecks
from bot.domain.models import Model, ModelCeiling
from bot.domain.ports import Catalogue
from bot.domain.visits import Visit
from bot.services.rule_book import RuleBook

# https://discord.com/developers/docs/interactions/application-commands#autocomplete
CHOICES_MAX = 25


class ModelAccess:
    """Answers from the catalogue at hand and a server's rules; never waits for the image API."""

    def __init__(self, catalogue: Catalogue, ceiling: ModelCeiling, book: RuleBook) -> None:
        self._catalogue = catalogue
        self._ceiling = ceiling
        self._book = book

    async def offered(self, visit: Visit, *, with_image: bool = False) -> list[Model]:
        """List what a member may use in a channel, the usual model first.

        Parameters
        ----------
        with_image
            List those that begin with a picture; otherwise those that need none.
        """
        checks = await self._checks(visit)
        known = {model.id: model for model in self._catalogue.models()}
        known |= {m: Model(m) for m in self._ceiling.literal_ids if m not in known}
        allowed = (known.get(model_id, Model(model_id)) for model_id in checks.offered(known))
        return [model for model in allowed if model.paints(with_image=with_image)]

    async def suggest(
        self, visit: Visit, typed: str, *, with_image: bool = False
    ) -> Sequence[Model]:
        """List what fits a beginning or any part of a name, at most 25, best first."""
        wanted = typed.strip().casefold()
        offered = await self.offered(visit, with_image=with_image)
        fitting = [model for model in offered if wanted in model.id.casefold()]
        if wanted:
            fitting.sort(key=lambda model: not model.name.casefold().startswith(wanted))
        return fitting[:CHOICES_MAX]

    async def meant(self, visit: Visit, typed: str | None) -> str | None:
        """Give the id that a member means, by id or by short name, in capitals or not.

        What is neither is given back as it was typed. Where nothing was typed, it is the usual
        model; ``None`` where there is none.
        """
        wanted = (typed or "").strip()
        checks = await self._checks(visit)
        if not wanted:
            return checks.usual_model()
        names = self._names(checks)
        return names.get(wanted.casefold(), wanted)

    async def usual(self, visit: Visit) -> str | None:
        """Give the model that is used where none is named; ``None`` where there is none."""
        return await self.meant(visit, None)

    async def _checks(self, visit: Visit) -> ModelChecks:
        rules = await self._book.of(visit.server_id)
        return ModelChecks.of(rules.policy.models, visit.asker, self._ceiling)

    def _names(self, checks: ModelChecks) -> Mapping[str, str]:
        """Read names by what comes first: an id, and what may be used."""
        known = [model.id for model in self._catalogue.models()]
        in_order = [*checks.offered(known), *known]
        names = {Model(model_id).name.casefold(): model_id for model_id in reversed(in_order)}
        return names | {model_id.casefold(): model_id for model_id in reversed(in_order)}
