"""Pages through the log of a server, newest first, with buttons that live by their ids alone."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, Self, cast

import discord
from discord import ui
from typing_extensions import override

from bot.domain.log_entries import Told
from bot.domain.server_policy import AuditRecord
from bot.domain.store_ports import Audit
from bot.presentation import log_words as words
from bot.presentation.id_buttons import quiet_button
from bot.presentation.layout import boxed_view, text_view
from bot.presentation.page_buttons import PageButton
from bot.presentation.rights import deciding

_PAGE_RECORDS = 10
# A message has 4,000, a heading among them.
_PAGE_MAX_CHARACTERS = 3_800


@dataclass(frozen=True, slots=True)
class Turn:
    """Which page: the latest, or that next to an entry, on its older or its newer side."""

    before_number: int | None = None
    after_number: int | None = None


class LogPagesHost(Protocol):
    """A client that carries what the page buttons act on."""

    log_pages: "LogPages"


class LogPageButton(PageButton, template=r"log:(?P<side>before|after):(?P<number>\d+)"):
    """Turns to the next older or newer page; for those with Manage Server."""

    def __init__(self, side: str, number: int) -> None:
        self.turn = Turn(before_number=number) if side == "before" else Turn(after_number=number)
        label = words.OLDER_LABEL if side == "before" else words.NEWER_LABEL
        super().__init__(quiet_button(label, f"log:{side}:{number}"))

    @override
    @classmethod
    def said_by(cls, match: re.Match[str]) -> Self:
        return cls(match["side"], int(match["number"]))

    @override
    async def page(self, interaction: discord.Interaction) -> ui.LayoutView:
        pages = cast("LogPagesHost", interaction.client).log_pages
        return await pages.page(interaction, self.turn)


@dataclass(frozen=True, slots=True)
class LogPages:
    """Lays out pages of the log for whoever may see them."""

    audit: Audit

    async def page(self, interaction: discord.Interaction, turn: Turn) -> ui.LayoutView:
        """Lay out a page of the log of the server in which somebody asks for it.

        Raises
        ------
        NotPermittedError
            Without Manage Server.
        StoreUnavailableError
        """
        server_id = deciding(interaction).server_id
        records = await self._records(server_id, turn)
        if not records and turn != Turn():
            turn = Turn()
            records = await self._records(server_id, turn)
        return log_page_view(records, turn)

    async def _records(self, server_id: int, turn: Turn) -> Sequence[AuditRecord]:
        """Give one more than a page has, which tells that there is another page."""
        return await self.audit.page(
            server_id, _PAGE_RECORDS + 1, turn.before_number, after_number=turn.after_number
        )


def log_page_view(records: Sequence[AuditRecord], turn: Turn) -> ui.LayoutView:
    """Lay out the part of the records that a page has room for, and the way to the rest."""
    if not records:
        return text_view(words.log_heading(), words.EMPTY_LOG)
    newer_side = turn.after_number is not None
    shown = _fitting(records[::-1])[::-1] if newer_side else _fitting(records)
    more = len(shown) < len(records)
    row = ui.ActionRow[ui.LayoutView]()
    if more if newer_side else turn.before_number is not None:
        row.add_item(LogPageButton("after", shown[0].number))
    if newer_side or more:
        row.add_item(LogPageButton("before", shown[-1].number))
    lines = "\n".join(_line(record) for record in shown)
    rows = [row] if row.children else []
    return boxed_view(ui.TextDisplay(words.log_heading()), ui.TextDisplay(lines), *rows)


def _fitting(records: Sequence[AuditRecord]) -> Sequence[AuditRecord]:
    characters = 0
    for count, record in enumerate(records[:_PAGE_RECORDS]):
        characters += len(_line(record)) + 1
        if characters > _PAGE_MAX_CHARACTERS:
            return records[:count]
    return records[:_PAGE_RECORDS]


def _line(record: AuditRecord) -> str:
    return f"- {words.log_line(Told(record.entry), words.SHORT_CHARACTERS)}"
