"""Which models a member may use in a channel, and what a typed name means."""

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import NamedTuple

from bot.domain.admission import HostRules
from bot.domain.errors import RefusalError
from bot.domain.model_inputs import ModelKind
from bot.domain.model_rules import Asker, ModelChecks, ServerModels
from bot.domain.models import Model, short_name
from bot.domain.ports import Catalogue
from bot.domain.visits import Visit
from bot.services.rule_book import RuleBook

# https://discord.com/developers/docs/interactions/application-commands#autocomplete
CHOICES_MAX = 25
# Some kilobytes each. Whoever types in a picker asks several times a second.
_AT_HAND_MAX = 1000


class _Checks(NamedTuple):
    """What was made of a server's rules for somebody, and from which rules."""

    models: ServerModels
    checks: ModelChecks


class ModelAccess:
    """Answers from the catalogue at hand and a server's rules; never waits for the image API."""

    def __init__(self, catalogue: Catalogue, host: HostRules, book: RuleBook) -> None:
        self._catalogue = catalogue
        self._host = host
        self._ceiling = host.ceiling
        self._book = book
        self._at_hand: OrderedDict[tuple[int, Asker], _Checks] = OrderedDict()

    def check_place(self, visit: Visit) -> None:
        """Refuse whoever asks where the operator doesn't let the bot work.

        Raises
        ------
        NotSetUpError
        DirectMessageError
        """
        refusal = self._host.refusal_at(visit)
        if refusal is not None:
            raise refusal

    async def offered(self, visit: Visit, *, with_image: bool = False) -> list[Model]:
        """List what a member may use in a channel, the usual model first.

        Parameters
        ----------
        with_image
            List those that begin with a picture; otherwise those that need none.
        """
        return list(self._offers(await self.checks(visit), with_image=with_image))

    async def may_use(self, visit: Visit, model_id: str, *, with_image: bool) -> bool:
        """Tell whether a member may use a model in a channel, and it does that."""
        known = (model for model in self._catalogue.models() if model.id == model_id)
        model = next(known, Model(model_id))
        checks = await self.checks(visit)
        return model.paints(with_image=with_image) and checks.allow(model_id)

    async def able(
        self, visit: Visit, kind: ModelKind, at_most: int = CHOICES_MAX
    ) -> Sequence[Model]:
        """List what a member may use in a channel of the models that work on pictures in a way."""
        checks = await self.checks(visit)
        known = {m.id: m for m in self._catalogue.models() if m.kind is kind and m.takes.image}
        offers = (known[model_id] for model_id in checks.offers(known) if model_id in known)
        return list(islice(offers, at_most))

    async def suggest(
        self, visit: Visit, typed: str, *, with_image: bool = False
    ) -> Sequence[Model]:
        """List what fits a beginning or any part of a name, at most 25, best first.

        Where nothing can be made, or nobody can say what, that is nothing: whoever sends the
        command all the same is told why.
        """
        wanted = typed.strip().casefold()
        try:
            self.check_place(visit)
            checks = await self.checks(visit)
            offers: Iterable[Model] = self._offers(checks, wanted, with_image=with_image)
        except RefusalError:
            return ()
        if wanted:
            offers = sorted(offers, key=lambda m: not m.name.casefold().startswith(wanted))
        return list(islice(offers, CHOICES_MAX))

    async def meant(self, visit: Visit, typed: str | None) -> str | None:
        """Give the id that a member means, by id or by short name, in capitals or not.

        What is neither is given back as it was typed. Where nothing was typed, it is the usual
        model; ``None`` where there is none.
        """
        wanted = (typed or "").strip()
        checks = await self.checks(visit)
        if not wanted:
            return checks.usual_model()
        return self._named(checks, wanted.casefold()) or wanted

    async def usual(self, visit: Visit) -> str | None:
        """Give the model that is used where none is named; ``None`` where there is none."""
        return await self.meant(visit, None)

    async def checks(self, visit: Visit) -> ModelChecks:
        """Give the model rules as they are for a visit; those of who asked last are at hand.

        Raises
        ------
        StoreUnavailableError
        """
        models = (await self._book.of(visit.server_id)).policy.models
        who = visit.server_id, visit.asker
        found = self._at_hand.pop(who, None)
        if found is None or found.models is not models:
            found = _Checks(models, ModelChecks.of(models, visit.asker, self._ceiling))
        self._at_hand[who] = found
        if len(self._at_hand) > _AT_HAND_MAX:
            self._at_hand.popitem(last=False)
        return found.checks

    def _offers(
        self, checks: ModelChecks, wanted: str = "", *, with_image: bool
    ) -> Iterator[Model]:
        """Give what may be used and has this part; texts are compared sooner than rules asked."""
        known = {model.id: model for model in self._catalogue.models()}
        known |= {m: Model(m) for m in self._ceiling.literal_ids if m not in known}
        for model_id in checks.offers(m for m in known if wanted in m.casefold()):
            model = known.get(model_id) or Model(model_id)
            if wanted in model_id.casefold() and model.paints(with_image=with_image):
                yield model

    def _named(self, checks: ModelChecks, wanted: str) -> str | None:
        """Find a model by what comes first: an id, and what may be used."""
        # The rest of a long catalogue needn't be held against the rules.
        known = [m.id for m in self._catalogue.models() if m.id.casefold().endswith(wanted)]
        allowed = (model_id for model_id in known if checks.allow(model_id))
        in_order = list(dict.fromkeys([*checks.named(wanted), *allowed, *known]))
        by_id = (model_id for model_id in in_order if model_id.casefold() == wanted)
        by_name = (model_id for model_id in in_order if short_name(model_id).casefold() == wanted)
        return next(chain(by_id, by_name), None)
