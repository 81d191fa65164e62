"""Everything that a moderator changes in a server.

Each change is one transaction, which keeps it together with its entries in the audit log; after
that the log channel hears of it. Whoever calls has checked that the moderator may.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial

from bot.domain.model_changes import ModelChange, model_pattern
from bot.domain.model_rules import Effect, ModelRule
from bot.domain.models import ModelCeiling
from bot.domain.named_places import PlaceCheck, as_named, checked
from bot.domain.ports import Catalogue, Clock, ServerLog
from bot.domain.reasons import reason_of
from bot.domain.refusals import BadInputError, Flaw
from bot.domain.server_document import DocumentChange, SettingChange, difference, export, read
from bot.domain.server_policy import MemberBlock, ServerPolicy
from bot.domain.server_settings import ServerSettings, from_stored, setting, value_of
from bot.domain.setting_declaration import Setting
from bot.domain.setting_kinds import Duration
from bot.domain.star_patterns import StarPatterns
from bot.domain.store_ports import ServerPolicies
from bot.domain.terms import parse_terms
from bot.domain.visits import Moderator
from bot.services import moderation_documents, moderation_steps
from bot.services.moderation_documents import document_of, untouched
from bot.services.moderation_steps import Deed, Outcome, TermsChange, Told

DEFAULT_WORD = "default"
BLOCK_SPAN = Duration(60, 366 * 86_400)


@dataclass(frozen=True, slots=True)
class House:
    """What the operator has decided for all servers.

    Attributes
    ----------
    largest
        The most that a setting can bring about, by its name and in its unit.
    """

    ceiling: ModelCeiling
    default_model: str
    largest: Mapping[str, int] = field(default_factory=dict[str, int])


class Moderation:
    """What is decided in a server, and every way to change it.

    What can't be taken is a ``BadInputError``, and a database that is away a
    ``StoreUnavailableError``; both change nothing.
    """

    def __init__(
        self,
        policies: ServerPolicies,
        catalogue: Catalogue,
        house: House,
        log: ServerLog,
        clock: Clock,
    ) -> None:
        self._policies = policies
        self._catalogue = catalogue
        self._house = house
        self._log = log
        self._clock = clock

    async def policy(self, server_id: int) -> ServerPolicy:
        """Give all that is decided in a server."""
        return await self._policies.get(server_id)

    async def settings(self, server_id: int) -> ServerSettings:
        """Give a server's settings."""
        return from_stored((await self.policy(server_id)).settings)

    def suggest_models(self, typed: str) -> list[str]:
        """List the catalogue's models under the operator's ceiling that fit what is typed."""
        wanted = typed.strip().casefold()
        ids = dict.fromkeys((self._house.default_model, *self._listed()))
        return [one for one in ids if wanted in one.casefold() and self.is_admitted(one)]

    def meant(self, typed: str) -> str:
        """Give the id or the pattern that was typed; no catalogue has to list it, since they lag.

        Raises
        ------
        BadInputError
        """
        wanted = typed.strip().casefold()
        models = tuple(reversed(self._catalogue.models()))
        known = {model.name.casefold(): model.id for model in models}
        known |= {model.id.casefold(): model.id for model in models}
        return known.get(wanted) or model_pattern(typed)

    def is_known(self, model: str) -> bool:
        """Tell whether the catalogue lists a model, or any that a pattern fits."""
        patterns = StarPatterns.of([model])
        return any(map(patterns.fit, self._listed()))

    def is_admitted(self, model: str) -> bool:
        """Tell whether the operator's ceiling lets servers use a model."""
        return self._house.ceiling.admits(model)

    def largest(self, name: str) -> int | None:
        """Give the most that a setting can bring about under the operator's limits."""
        return self._house.largest.get(name)

    async def put_rule(
        self,
        by: Moderator,
        model: str,
        effect: Effect,
        role_id: int | None = None,
        channel_id: int | None = None,
    ) -> ModelChange:
        """Allow or deny a model, or make it a default.

        Parameters
        ----------
        model
            As it was typed: an id, a short name that the catalogue has, or a pattern with a star.
        """
        rule = ModelRule(self.meant(model), effect, self._clock.now(), role_id, channel_id)
        step = partial(moderation_steps.put_rule, rule=rule, ceiling=self._house.ceiling)
        return await self._change(by, step)

    async def reset_models(
        self, by: Moderator, role_id: int | None = None, channel_id: int | None = None
    ) -> ModelChange:
        """Take away the rules of a role, a channel or a role in a channel; without either, all."""
        step = partial(
            moderation_steps.reset_models,
            default=self._house.default_model,
            place=(role_id, channel_id),
        )
        return await self._change(by, step)

    async def drop_rules(self, by: Moderator, rules: Collection[ModelRule]) -> ModelChange:
        """Take single rules away; those that are gone already stay gone."""
        return await self._change(by, partial(moderation_steps.drop_rules, gone=rules))

    async def compare_models_reset(self, server_id: int) -> DocumentChange:
        """Tell what taking away all rules would change."""
        current = document_of(await self.policy(server_id))
        models = untouched(self._house.default_model).models
        return difference(current, replace(current, models=models))

    async def set(
        self, by: Moderator, name: str, text: str, places: PlaceCheck = as_named
    ) -> SettingChange:
        """Give a setting the value that was typed; ``default`` brings back the one it came with."""
        expected = await self.compare_set(by.server_id, name, text, places)
        step = partial(moderation_steps.set_value, one=expected.setting, value=expected.after)
        return await self._change(by, step)

    async def compare_set(
        self, server_id: int, name: str, text: str, places: PlaceCheck = as_named
    ) -> SettingChange:
        """Tell what :meth:`set` would change; ``places`` checks what the value newly names."""
        one = setting(name)
        before = await self.settings(server_id)
        after = checked(one, value_of(before, one.name), parsed_value(one, text), places)
        return moderation_steps.setting_change(before, one, after)

    async def set_role_limit(
        self, by: Moderator, role_id: int, name: str, text: str | None
    ) -> SettingChange:
        """Give a role a limit instead of the usual one; ``None`` takes it away."""
        step = partial(moderation_steps.set_role_limit, role_id=role_id, name=name, text=text)
        return await self._change(by, step)

    async def add_terms(self, by: Moderator, text: str) -> tuple[str, ...]:
        """Block terms, between commas or on lines of their own; give those that are new."""
        return await self._change(by, partial(moderation_steps.add_terms, terms=_terms(text)))

    async def remove_terms(self, by: Moderator, text: str) -> tuple[str, ...]:
        """Unblock terms; give those that were blocked."""
        return await self._change(by, partial(moderation_steps.remove_terms, terms=_terms(text)))

    async def change_terms(self, by: Moderator, added: str, removed: str) -> TermsChange:
        """Block terms and unblock others, in one change; either may be empty."""
        step = partial(
            moderation_steps.change_terms,
            added=parse_terms(added),
            removed=parse_terms(removed),
        )
        return await self._change(by, step)

    async def block(
        self, by: Moderator, member_id: int, until: datetime | None, reason: str
    ) -> MemberBlock:
        """Let a member make no pictures, for good where ``until`` is ``None``."""
        since = self._clock.now()
        new = MemberBlock(member_id, until, reason_of(reason), by.member_id, since)
        return await self._change(by, partial(moderation_steps.block, new=new))

    async def unblock(self, by: Moderator, member_id: int) -> MemberBlock | None:
        """Let a member make pictures again; give the block that was in force."""
        return await self._change(by, partial(moderation_steps.unblock, member_id=member_id))

    async def export(self, server_id: int) -> str:
        """Write settings, model rules and blocked terms as a file."""
        return export(document_of(await self.policy(server_id)))

    async def compare(
        self, server_id: int, text: str, places: PlaceCheck = as_named
    ) -> DocumentChange:
        """Tell what a file would change; ``places`` checks what it newly names."""
        current = document_of(await self.policy(server_id))
        return difference(current, read(text, current, self._clock.now(), places))

    async def bring_in(
        self, by: Moderator, text: str, places: PlaceCheck = as_named
    ) -> DocumentChange:
        """Take what a file says in place of what is decided."""
        step = partial(moderation_documents.bring_in, text=text, places=places)
        return await self._change(by, step)

    async def compare_reset(self, server_id: int) -> DocumentChange:
        """Tell what a reset would change."""
        current = document_of(await self.policy(server_id))
        return difference(current, untouched(self._house.default_model))

    async def reset(self, by: Moderator) -> DocumentChange:
        """Take back all that is decided, but for blocked members."""
        default_model = self._house.default_model
        step = partial(moderation_documents.reset, default_model=default_model)
        return await self._change(by, step)

    async def _change(
        self, by: Moderator, step: Callable[[ServerPolicy, Deed], Outcome[Told]]
    ) -> Told:
        deed = Deed(by, self._clock.now())
        outcome = await self._policies.change(
            by.server_id, by.member_id, lambda policy: step(policy, deed)
        )
        self._log.tell(*outcome.entries)
        return outcome.told

    def _listed(self) -> list[str]:
        return [model.id for model in self._catalogue.models()]


def parsed_value(one: Setting, text: str) -> object:
    """Read what was typed for a setting.

    Raises
    ------
    BadInputError
    """
    if text.strip().casefold() == DEFAULT_WORD:
        return one.default
    return one.parse(text)


def _terms(text: str) -> tuple[str, ...]:
    terms = parse_terms(text)
    if not terms:
        raise BadInputError("terms", Flaw.EMPTY)
    return terms
