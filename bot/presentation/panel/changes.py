"""What presses, choices and forms change, each told in a line of before and after."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta

from bot.domain.model_rules import Effect
from bot.domain.named_places import PlaceCheck, as_named
from bot.domain.ports import Clock
from bot.domain.refusals import BadInputError, Flaw
from bot.domain.server_document import SettingChange
from bot.domain.server_settings import setting
from bot.domain.setting_declaration import OFF
from bot.domain.visits import Moderator
from bot.presentation import moderation_words, panel_list_words
from bot.presentation.inputs import Entered
from bot.presentation.panel.lists import role_limit_key, rule_key
from bot.presentation.panel.places import Act, Press
from bot.presentation.panel.screens import NOTE_MAX_CHARACTERS
from bot.presentation.panel_words import Field
from bot.services.moderation import BLOCK_SPAN, Moderation

_SETTING_ACTS = (Act.PUT, Act.PICK, Act.SURE, Act.TYPE)

_Change = Callable[[Moderator, Press, Entered], Awaitable[str]]


class PanelChanges:
    """Carries out what is pressed; whoever calls has checked that the moderator may.

    What can't be taken is a ``BadInputError``, and changes nothing.
    """

    def __init__(self, moderation: Moderation, clock: Clock, places: PlaceCheck = as_named) -> None:
        self._moderation = moderation
        self._clock = clock
        self._places = places

    async def make(self, by: Moderator, press: Press, entered: Entered) -> str:
        """Do what was pressed, and tell of it; a press that only looks around tells nothing."""
        change = self._changes().get(press.act)
        return "" if change is None else await change(by, press, entered)

    async def expected(self, by: Moderator, press: Press, entered: Entered) -> SettingChange | None:
        """Give what a press would change of a setting, where it is about one."""
        if press.act not in _SETTING_ACTS:
            return None
        wanted = _wanted(press, entered)
        return await self._moderation.compare_set(by.server_id, *wanted, self._places)

    def _changes(self) -> Mapping[Act, _Change]:
        return {
            Act.PUT: self._set,
            Act.PICK: self._set,
            Act.SURE: self._set,
            Act.TYPE: self._set,
            Act.ROLE_LIMIT: self._set_role_limit,
            Act.DROP_ROLE_LIMITS: self._drop_role_limits,
            Act.RULE: self._put_rule,
            Act.DROP_RULES: self._drop_rules,
            Act.TERMS: self._change_terms,
            Act.BLOCK: self._block,
            Act.UNBLOCK: self._unblock,
        }

    async def _set(self, by: Moderator, press: Press, entered: Entered) -> str:
        change = await self._moderation.set(by, *_wanted(press, entered), self._places)
        return _together([moderation_words.setting_changed(change)])

    async def _set_role_limit(self, by: Moderator, _: Press, entered: Entered) -> str:
        role_id, name = _one(entered, Field.ROLE), _one(entered, Field.LIMIT)
        text = _one(entered, Field.VALUE)
        wanted = None if text.strip().casefold() == OFF else text
        change = await self._moderation.set_role_limit(by, int(role_id), name, wanted)
        return _together([moderation_words.setting_changed(change)])

    async def _drop_role_limits(self, by: Moderator, _: Press, entered: Entered) -> str:
        before = (await self._moderation.settings(by.server_id)).role_limits
        wanted = frozenset(entered.get("", ()))
        lines: list[str] = []
        for limit in (one for one in before if role_limit_key(one) in wanted):
            change = await self._moderation.set_role_limit(by, limit.role_id, limit.name, None)
            lines.append(moderation_words.setting_changed(change))
        return _together(lines)

    async def _put_rule(self, by: Moderator, press: Press, entered: Entered) -> str:
        effect = Effect(press.argument)
        model, place = _one(entered, Field.MODEL), place_in(entered)
        change = await self._moderation.put_rule(by, model, effect, *place)
        known = all(self._moderation.is_known(rule.model) for rule in change.added)
        return _together(moderation_words.models_changed(change, known=known))

    async def _drop_rules(self, by: Moderator, _: Press, entered: Entered) -> str:
        wanted = frozenset(entered.get("", ()))
        policy = await self._moderation.policy(by.server_id)
        rules = [rule for rule in policy.models.rules if rule_key(rule) in wanted]
        change = await self._moderation.drop_rules(by, rules)
        return _together(moderation_words.models_changed(change, known=True))

    async def _change_terms(self, by: Moderator, _: Press, entered: Entered) -> str:
        added, removed = _perhaps(entered, Field.ADD), _perhaps(entered, Field.REMOVE)
        before = len((await self._moderation.policy(by.server_id)).terms)
        change = await self._moderation.change_terms(by, added, removed)
        if not change.added and not change.removed:
            return moderation_words.NOTHING_CHANGED
        return panel_list_words.terms_counted(len(change.added), len(change.removed), before)

    async def _block(self, by: Moderator, _: Press, entered: Entered) -> str:
        span, reason = _perhaps(entered, Field.SPAN), _perhaps(entered, Field.REASON)
        span_s = BLOCK_SPAN.parse(span, Field.SPAN.value) if span else None
        until = None if span_s is None else self._clock.now() + timedelta(seconds=span_s)
        member_id = int(_one(entered, Field.MEMBER))
        block = await self._moderation.block(by, member_id, until, reason)
        return moderation_words.blocked(block)

    async def _unblock(self, by: Moderator, _: Press, entered: Entered) -> str:
        ids = [int(one) for one in entered.get("", ())]
        return _together(
            [
                moderation_words.unblocked(one, await self._moderation.unblock(by, one))
                for one in ids
            ]
        )


def place_in(entered: Entered) -> tuple[int | None, int | None]:
    """Give the role and the channel that a form is about; ``None`` for neither."""
    return _id(entered, Field.ROLE), _id(entered, Field.CHANNEL)


def _wanted(press: Press, entered: Entered) -> tuple[str, str]:
    """Give the setting that is to change, and its value as it could be typed."""
    if press.act in (Act.PUT, Act.SURE):
        return press.setting_and_value
    if press.act is Act.TYPE:
        return press.argument, _one(entered, Field.VALUE)
    nothing = OFF if setting(press.argument).optional else "none"
    return press.argument, " ".join(entered.get("", ())) or nothing


def _together(lines: Sequence[str]) -> str:
    return moderation_words.shortened(lines, NOTE_MAX_CHARACTERS)


def _one(entered: Entered, field: Field) -> str:
    values = entered.get(field.name)
    if not values:
        raise BadInputError(field.value, Flaw.EMPTY)
    return values[0]


def _perhaps(entered: Entered, field: Field) -> str:
    return entered.get(field.name, ("",))[0].strip()


def _id(entered: Entered, field: Field) -> int | None:
    text = _perhaps(entered, field)
    return int(text) if text else None
