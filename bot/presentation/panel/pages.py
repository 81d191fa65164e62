"""What each page of the panel shows: the settings that are declared for it, and its own lists."""

from collections.abc import Callable, Iterator, Mapping

from bot.domain.model_rules import Effect
from bot.domain.role_limits import RoleLimitTable
from bot.domain.server_settings import all_settings
from bot.domain.setting_declaration import Page
from bot.presentation import panel_list_words, panel_words
from bot.presentation.panel.controls import setting_block
from bot.presentation.panel.lists import block_blocks, role_limit_blocks, rule_blocks
from bot.presentation.panel.overview import Overview
from bot.presentation.panel.places import Act, Spot
from bot.presentation.panel.screens import Block, button

_Blocks = Callable[[Spot, Overview], Iterator[Block]]


def page_blocks(spot: Spot, overview: Overview) -> list[Block]:
    """List what a page shows, in order."""
    blocks = [*_settings(spot, overview)]
    own = _OWN.get(spot.page)
    return [*blocks, *own(spot, overview)] if own else blocks


def _settings(spot: Spot, overview: Overview) -> Iterator[Block]:
    for one in all_settings().values():
        if one.page is spot.page:
            yield setting_block(one, spot, overview)
            if isinstance(one.kind, RoleLimitTable):
                yield from role_limit_blocks(spot, overview)


def _models(spot: Spot, overview: Overview) -> Iterator[Block]:
    model = overview.policy.models.default
    admitted = model is None or overview.host.is_admitted(model)
    buttons = tuple(
        button(panel_words.EFFECT_BUTTONS[effect], spot.press(Act.RULE, effect.value))
        for effect in Effect
    )
    yield Block(panel_list_words.usual_model(model, admitted=admitted), rows=(buttons,))
    yield from rule_blocks(spot, overview) or [Block(panel_list_words.no_rules())]


def _terms(spot: Spot, overview: Overview) -> Iterator[Block]:
    change = button(panel_words.CHANGE, spot.press(Act.TERMS))
    yield Block(panel_list_words.terms(overview.policy.terms), change)


def _blocked(spot: Spot, overview: Overview) -> Iterator[Block]:
    add = button(panel_words.ADD, spot.press(Act.BLOCK))
    yield Block(panel_list_words.blocks(len(overview.blocks)), add)
    yield from block_blocks(spot, overview)


def _reports(_: Spot, overview: Overview) -> Iterator[Block]:
    if overview.reports is not None:
        yield Block(panel_words.reports(overview.reports))


_OWN: Mapping[Page, _Blocks] = {
    Page.MODELS: _models,
    Page.SAFETY: _terms,
    Page.ACCESS: _blocked,
    Page.LOG: _reports,
}
