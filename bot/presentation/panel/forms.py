"""The forms that the panel opens.

A form has the custom id of the button that opened it, so that whoever gets it back knows where it
belongs without remembering it.
"""

from collections.abc import Callable, Iterator, Mapping

import discord
from discord import ui

from bot.domain.model_rules import Effect
from bot.domain.models import MODEL_ID_MAX_CHARACTERS
from bot.domain.reasons import REASON_MAX_CHARACTERS
from bot.domain.role_limits import ROLE_LIMITS
from bot.domain.server_settings import setting, value_of
from bot.domain.snowflake_kinds import Snowflakes
from bot.presentation import panel_words
from bot.presentation.moderation_words import setting_title
from bot.presentation.panel.controls import CHANNEL_TYPES
from bot.presentation.panel.overview import Overview
from bot.presentation.panel.places import Act, Press
from bot.presentation.panel_words import Field

# https://discord.com/developers/docs/components/reference#text-input
TEXT_INPUT_MAX_CHARACTERS = 4000
# A number, an amount or a time is shorter, however it is written.
_VALUE_MAX_CHARACTERS = 30

_Field = ui.Item[ui.Modal]


def form(press: Press, overview: Overview) -> ui.Modal | None:
    """Make the form that a button opens; ``None`` where it opens none."""
    fields = _FORMS.get(press.act)
    if fields is None:
        return None
    title = panel_words.form_title(press.act.value, press.argument)
    modal = ui.Modal(title=title, custom_id=press.spot.press(press.act, press.argument))
    for label in fields(press, overview):
        modal.add_item(label)
    # What is sent is known by its id alone, so the library needn't keep the form.
    modal.stop()
    return modal


def _value(press: Press, overview: Overview) -> Iterator[_Field]:
    one = setting(press.argument)
    shown = one.show(value_of(overview.settings, one.name))
    several = isinstance(one.kind, Snowflakes)
    field = _text(
        Field.VALUE,
        shown,
        max_characters=TEXT_INPUT_MAX_CHARACTERS if several else _VALUE_MAX_CHARACTERS,
        long=several,
    )
    yield _labelled(Field.VALUE, field, panel_words.limits_of(one))


def _rule(press: Press, _: Overview) -> Iterator[_Field]:
    model = _text(Field.MODEL, max_characters=MODEL_ID_MAX_CHARACTERS)
    yield _labelled(Field.MODEL, model, panel_words.model_hint(Effect(press.argument)))
    yield _labelled(Field.ROLE, _role(required=False))
    yield _labelled(
        Field.CHANNEL,
        ui.ChannelSelect(
            custom_id=Field.CHANNEL.name,
            channel_types=list(CHANNEL_TYPES),
            placeholder=panel_words.EVERYWHERE,
            required=False,
            min_values=0,
        ),
    )


def _role_limit(_: Press, __: Overview) -> Iterator[_Field]:
    yield _labelled(Field.ROLE, _role(required=True))
    options = [discord.SelectOption(label=setting_title(name), value=name) for name in ROLE_LIMITS]
    select = ui.Select[ui.Modal](custom_id=Field.LIMIT.name, options=options, required=True)
    yield _labelled(Field.LIMIT, select)
    yield _labelled(Field.VALUE, _text(Field.VALUE), panel_words.role_limit_hint())


def _terms(_: Press, __: Overview) -> Iterator[_Field]:
    for field in (Field.ADD, Field.REMOVE):
        text = _text(field, max_characters=TEXT_INPUT_MAX_CHARACTERS, long=True, required=False)
        yield _labelled(field, text, panel_words.terms_hint(field))


def _block(_: Press, __: Overview) -> Iterator[_Field]:
    select = ui.UserSelect[ui.Modal](custom_id=Field.MEMBER.name, required=True)
    yield _labelled(Field.MEMBER, select)
    span = _text(Field.SPAN, required=False)
    yield _labelled(Field.SPAN, span, panel_words.span_hint())
    reason = _text(Field.REASON, max_characters=REASON_MAX_CHARACTERS, long=True, required=False)
    yield _labelled(Field.REASON, reason)


def _labelled(field: Field, component: _Field, description: str | None = None) -> _Field:
    return ui.Label(text=field.value, component=component, description=description)


def _role(*, required: bool) -> _Field:
    return ui.RoleSelect(
        custom_id=Field.ROLE.name,
        placeholder=None if required else panel_words.EVERYBODY,
        required=required,
        min_values=1 if required else 0,
    )


def _text(
    field: Field,
    shown: str | None = None,
    *,
    max_characters: int = _VALUE_MAX_CHARACTERS,
    long: bool = False,
    required: bool = True,
) -> _Field:
    return ui.TextInput(
        custom_id=field.name,
        style=discord.TextStyle.paragraph if long else discord.TextStyle.short,
        default=shown,
        max_length=max_characters,
        required=required,
    )


_FORMS: Mapping[Act, Callable[[Press, Overview], Iterator[_Field]]] = {
    Act.TYPE: _value,
    Act.RULE: _rule,
    Act.ROLE_LIMIT: _role_limit,
    Act.TERMS: _terms,
    Act.BLOCK: _block,
}
