"""The use case at the door: may this member have this picture made, and if not, why."""

from dataclasses import dataclass, replace

from bot.domain.admission import (
    Gate,
    HostRules,
    Rules,
    Verdict,
    Wish,
    limits_on,
    shut_gate,
    verdicts,
)
from bot.domain.errors import RefusalError
from bot.domain.ledgers import Account, Holder, ReachedLimit, Taking, reached_limit
from bot.domain.limits import price_microdollars, refusal
from bot.domain.model_inputs import UNKNOWN_INPUTS, ModelInputs
from bot.domain.model_rules import Decision
from bot.domain.models import short_name
from bot.domain.ports import Catalogue, Clock, ServerLog
from bot.domain.refusals import (
    ImageMissingError,
    ImageNotTakenError,
    ModelMissingError,
    PromptTooLongError,
)
from bot.domain.request_fitting import Fitted, LeftOut, fitted
from bot.domain.requests import ImageRequest, Upload
from bot.domain.showing import Showing, showing_for
from bot.domain.store_ports import Ledger
from bot.domain.visits import Visit
from bot.services.host_gate import HostGate
from bot.services.model_access import ModelAccess
from bot.services.refusal_notes import refusal_entry
from bot.services.rule_book import RuleBook


@dataclass(frozen=True, slots=True)
class Door:
    """All that a check is made from."""

    host: HostRules
    gate: HostGate
    book: RuleBook
    models: ModelAccess
    catalogue: Catalogue
    ledger: Ledger
    log: ServerLog
    clock: Clock


@dataclass(frozen=True, slots=True)
class Admitted:
    """What may be made, and how it is shown; nothing is booked yet.

    Attributes
    ----------
    left_out
        What was asked for, but isn't in the request, as the model doesn't take it.
    """

    request: ImageRequest
    showing: Showing
    left_out: tuple[LeftOut, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """Each gate in order with what it says, and how those for models and limits came to it.

    Attributes
    ----------
    models
        ``None`` where no model was named and there is no usual one.
    reached
        The limit that is reached, where one is.
    """

    wish: Wish
    verdicts: tuple[Verdict, ...]
    models: Decision | None
    reached: ReachedLimit | None

    @property
    def deciding(self) -> Verdict | None:
        """The first gate that is shut; ``None`` where a picture could be made now."""
        return next((verdict for verdict in self.verdicts if verdict.refusal), None)


class Admission:
    """Checks whoever comes, at every command and at every button."""

    def __init__(self, door: Door) -> None:
        self._door = door

    async def admit(self, visit: Visit, asked: ImageRequest, *, private: bool = False) -> Admitted:
        """Hold a request against all rules but the limits, which are booked with its job.

        Parameters
        ----------
        asked
            With the model as it was typed; empty for the usual one.

        Raises
        ------
        RefusalError
            By the first gate that is shut, of which the server's log tells; or because the model
            can't do this at all.
        """
        with_image = asked.source is not None
        rules = await self._rules(visit, with_image=with_image)
        meant = await self._door.models.meant(visit, asked.model)
        upload = isinstance(asked.source, Upload)
        wish = Wish(visit, meant, self._door.clock.now(), asked.prompt, private, upload)
        shut = shut_gate(wish, rules)
        if shut is not None or meant is None:
            raise self._noted(wish, shut or Verdict(Gate.MODEL, ModelMissingError(())))
        fit = await self._fitted(visit, replace(asked, model=meant))
        return Admitted(fit.request, showing_for(rules.server.settings, visit), fit.left_out)

    async def explain(self, visit: Visit, model: str | None) -> Explanation:
        """Tell what every gate says of a member, a channel and a model; nobody is told of it."""
        rules, meant = await self._rules(visit), await self._door.models.meant(visit, model)
        wish = Wish(visit, meant, self._door.clock.now())
        reached = await self._reached(wish, rules)
        limits = Verdict(Gate.LIMITS, None if reached is None else refusal(reached))
        decision = None if meant is None else rules.models.decide(meant)
        return Explanation(wish, (*verdicts(wish, rules), limits), decision, reached)

    async def _fitted(self, visit: Visit, asked: ImageRequest) -> Fitted:
        takes = takes_of(self._door.catalogue, asked.model)
        name = short_name(asked.model)
        if asked.source is not None and takes.image is None:
            others = await self._door.models.offered(visit, with_image=True)
            raise ImageNotTakenError(name, tuple(model.id for model in others))
        if asked.source is None and takes.needs_image:
            raise ImageMissingError(name)
        if takes.prompt is not None and not takes.prompt.takes(asked.prompt):
            raise PromptTooLongError(name, takes.prompt.max_characters or 0)
        return fitted(asked, takes)

    async def _rules(self, visit: Visit, *, with_image: bool = False) -> Rules:
        door = self._door
        state = await door.gate.standing(visit.member_id)
        server = await door.book.of(visit.server_id)
        models, listed = await door.models.checks(visit), door.catalogue.models()
        return Rules(door.host, state, server, models, listed, with_image)

    async def _reached(self, wish: Wish, rules: Rules) -> ReachedLimit | None:
        limits = limits_on(wish.visit, rules.server.settings, rules.host)
        return reached_limit(self._taking(wish), await self._accounts(wish), limits)

    def _taking(self, wish: Wish) -> Taking:
        model = wish.model or ""
        visit = wish.visit
        price = price_microdollars(price_of(self._door.catalogue, model))
        return Taking(0, visit.server_id, visit.member_id, model, wish.at, price)

    async def _accounts(self, wish: Wish) -> dict[Holder, Account]:
        holders = self._taking(wish).holders
        return {holder: await self._door.ledger.account(holder, wish.at) for holder in holders}

    def _noted(self, wish: Wish, verdict: Verdict) -> RefusalError:
        if verdict.refusal is None:
            raise ValueError("an open gate refuses nothing")
        self._door.log.record(refusal_entry(wish, verdict.gate))
        return verdict.refusal


def price_of(catalogue: Catalogue, model_id: str) -> float | None:
    """Give what a picture of a model costs in dollars, where the catalogue tells."""
    return next((m.price_usd for m in catalogue.models() if m.id == model_id), None)


def takes_of(catalogue: Catalogue, model_id: str) -> ModelInputs:
    """Give what a model takes, as far as the catalogue tells."""
    return next((m.takes for m in catalogue.models() if m.id == model_id), UNKNOWN_INPUTS)
