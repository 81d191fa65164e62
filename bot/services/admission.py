"""The use case at the door: may this member have this picture made, and if not, why."""

from dataclasses import dataclass

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
from bot.domain.model_rules import Decision
from bot.domain.ports import Catalogue, Clock, ServerLog
from bot.domain.refusals import ModelMissingError
from bot.domain.requests import ImageRequest
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
    """What may be made, and how it is shown; nothing is booked yet."""

    request: ImageRequest
    showing: Showing


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

    async def admit(
        self, visit: Visit, prompt: str, model: str | None, *, private: bool = False
    ) -> Admitted:
        """Hold a request against all rules but the limits, which are booked with its job.

        Parameters
        ----------
        model
            As it was typed; ``None`` or empty for the usual one.

        Raises
        ------
        RefusalError
            By the first gate that is shut; the server's log tells of it.
        """
        rules, meant = await self._rules(visit), await self._door.models.meant(visit, model)
        wish = Wish(visit, meant, self._door.clock.now(), prompt, private)
        shut = shut_gate(wish, rules)
        if shut is None and meant is not None:
            return Admitted(ImageRequest(prompt, meant), showing_for(rules.server.settings, visit))
        verdict = shut or Verdict(Gate.MODEL, ModelMissingError(()))
        raise self._noted(wish, verdict)

    async def explain(self, visit: Visit, model: str | None) -> Explanation:
        """Tell what every gate says of a member, a channel and a model; nobody is told of it."""
        rules, meant = await self._rules(visit), await self._door.models.meant(visit, model)
        wish = Wish(visit, meant, self._door.clock.now())
        reached = await self._reached(wish, rules)
        limits = Verdict(Gate.LIMITS, None if reached is None else refusal(reached))
        decision = None if meant is None else rules.models_for(visit).decide(meant)
        return Explanation(wish, (*verdicts(wish, rules), limits), decision, reached)

    async def _rules(self, visit: Visit) -> Rules:
        door = self._door
        state = await door.gate.standing(visit.member_id)
        server = await door.book.of(visit.server_id)
        return Rules(door.host, state, server, [model.id for model in door.catalogue.models()])

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
