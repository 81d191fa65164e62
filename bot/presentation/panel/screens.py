"""How what a page has to show is laid out on screens that Discord takes.

Discord takes at most 40 components and 4,000 characters in a message. A page is a list of blocks;
each stays whole, and as many as there is room for share a screen.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import discord
from discord import ui

from bot.domain.setting_declaration import Page
from bot.presentation import panel_words
from bot.presentation.panel.places import Act, Spot

# https://discord.com/developers/docs/components/reference#what-is-a-component
COMPONENTS_MAX = 40
TEXT_MAX_CHARACTERS = 4000
# The box, the line of what changed, the heading, two rules, the pages' row of five, the row that
# turns.
_FRAME_COMPONENTS = 1 + 1 + 1 + 2 + 6 + 3
_HEADING_MAX_CHARACTERS = 400
# What a change says of itself.
NOTE_MAX_CHARACTERS = 800
_FRAME_CHARACTERS = _HEADING_MAX_CHARACTERS + NOTE_MAX_CHARACTERS
# More settings than that on a screen aren't looked through.
_BLOCKS_MAX = 7
# Nor are longer lists; fifty rules at ten places share two screens.
_LINES_MAX = 45
_BLURPLE, _YELLOW = 0x5865F2, 0xF0B232

Items = Sequence[ui.Item[ui.LayoutView]]


@dataclass(frozen=True, slots=True)
class Block:
    """A text with what can be done about it: a button at its side, or rows below it."""

    text: str
    button: ui.Button[ui.LayoutView] | None = None
    rows: tuple[Items, ...] = ()

    @property
    def component_count(self) -> int:
        """How many components it takes, as Discord counts."""
        return 1 + (2 if self.button else 0) + sum(1 + len(row) for row in self.rows)

    def items(self) -> Iterator[ui.Item[ui.LayoutView]]:
        """Lay it out."""
        text = ui.TextDisplay[ui.LayoutView](self.text)
        yield ui.Section(text, accessory=self.button) if self.button else text
        for row in self.rows:
            yield ui.ActionRow(*row)


def screens_of(blocks: Sequence[Block]) -> list[list[Block]]:
    """Share blocks out among screens, evenly by number; there is at least one screen."""
    wanted = -(-len(blocks) // _BLOCKS_MAX) or 1
    most = -(-len(blocks) // wanted)
    screens: list[list[Block]] = [[]]
    for block in blocks:
        if len(screens[-1]) == most or not _has_room([*screens[-1], block]):
            screens.append([])
        screens[-1].append(block)
    return screens


def _has_room(blocks: Sequence[Block]) -> bool:
    components = sum(block.component_count for block in blocks) + _FRAME_COMPONENTS
    characters = sum(len(block.text) for block in blocks) + _FRAME_CHARACTERS
    lines = sum(block.text.count("\n") + 1 for block in blocks)
    fits = components <= COMPONENTS_MAX and characters <= TEXT_MAX_CHARACTERS
    return fits and (lines <= _LINES_MAX or len(blocks) == 1)


def page_view(spot: Spot, blocks: Sequence[Block], note: str = "") -> ui.LayoutView:
    """Lay out a screen of a page, the nearest there is; ``note`` says what was changed."""
    screens = screens_of(blocks)
    here = Spot(spot.page, min(spot.screen, len(screens) - 1))
    heading = panel_words.heading(here.page, here.screen, len(screens))
    items = [ui.TextDisplay[ui.LayoutView](text) for text in (note, heading) if text]
    shown = [item for block in screens[here.screen] for item in block.items()]
    rows = [ui.ActionRow(*row) for row in (_turns(here, len(screens)), _pages(here)) if row]
    return _boxed([*items, ui.Separator(), *shown, ui.Separator(), *rows], _BLURPLE)


def question_view(spot: Spot, text: str, sure: str) -> ui.LayoutView:
    """Lay out a question; ``sure`` is the argument with which a yes comes back."""
    yes = button(panel_words.SURE, spot.press(Act.SURE, sure), discord.ButtonStyle.danger)
    no = button(panel_words.LEAVE, spot.press(Act.TURN))
    return _boxed([ui.TextDisplay(text), ui.ActionRow(yes, no)], _YELLOW)


def button(
    label: str, custom_id: str, style: discord.ButtonStyle = discord.ButtonStyle.secondary
) -> ui.Button[ui.LayoutView]:
    """Make a button of the panel."""
    return ui.Button(label=label, custom_id=custom_id, style=style)


def _turns(here: Spot, count: int) -> Items:
    """Make the buttons for the screens before and after."""
    labels = ((here.screen - 1, panel_words.PREVIOUS), (here.screen + 1, panel_words.NEXT))
    return [
        button(label, Spot(here.page, screen).press(Act.TURN))
        for screen, label in labels
        if 0 <= screen < count
    ]


def _pages(here: Spot) -> Items:
    """Make a button for each page; that of this one is marked."""
    styles = {here.page: discord.ButtonStyle.primary}
    plain = discord.ButtonStyle.secondary
    return [
        button(page.value, Spot(page).press(Act.OPEN), styles.get(page, plain)) for page in Page
    ]


def _boxed(items: Items, accent: int) -> ui.LayoutView:
    view = ui.LayoutView(timeout=None)
    view.add_item(ui.Container(*items, accent_color=accent))
    # Presses are known by their ids alone, so the library needn't keep the view.
    view.stop()
    return view
