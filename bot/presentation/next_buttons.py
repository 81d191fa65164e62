"""The buttons of what can be done next; all they know stands in their ids.

They work under a result, beside it in a private answer, and wherever else a past job is shown:
``DeedButton(Deed.REROLL, job_id)`` is all that it takes. Who may press what is looked at then.
"""

import re
from collections.abc import Collection, Sequence
from typing import Protocol, Self, cast

import discord
from discord import ui
from typing_extensions import override

from bot.domain.deeds import Deed
from bot.domain.jobs import Done, Failed, FinalState, Job
from bot.presentation import next_words as words
from bot.presentation.id_buttons import AnsweringHost, Button, IdButton, quiet_button
from bot.presentation.result_buttons import DiscardButton, more_button

NextButton = ui.DynamicItem[Button]
_DEEDS = "|".join(deed.value for deed in Deed)
_ID = rf"next:(?P<deed>{_DEEDS}):(?P<job>\d+)(?::(?P<index>\d))?"
# In the row under a picture, where there is room for five.
_IN_ROW = (Deed.REROLL, Deed.EDIT, Deed.CHANGE, Deed.UPSCALE)


class NextPresses(Protocol):
    """What these buttons act on."""

    async def press(
        self, interaction: discord.Interaction, deed: Deed, job_id: int, index: int | None
    ) -> None:
        """Do what a button says, or ask for what is missing."""
        ...

    async def inform(self, interaction: discord.Interaction, job_id: int) -> None:
        """Tell privately all that is known of a picture."""
        ...


class NextHost(AnsweringHost, Protocol):
    """A client that carries what these buttons act on."""

    next_presses: NextPresses


class DeedOffers(Protocol):
    """Tells what may be done with a result."""

    async def offered(self, job: Job) -> Collection[Deed]:
        """Tell what may be offered under a job's end; never fails."""
        ...


class UsualOffers:
    """Offers what needs no model but the job's own, and no picture."""

    async def offered(self, job: Job) -> Collection[Deed]:
        """Offer the same under each."""
        del job
        return USUAL


USUAL = frozenset({Deed.AGAIN, Deed.REROLL, Deed.EDIT})


class DeedButton(IdButton, template=_ID):
    """Makes a new picture of a past job.

    Parameters
    ----------
    index
        Which of several pictures; it is then what the button is labelled with.
    """

    def __init__(self, deed: Deed, job_id: int, index: int | None = None) -> None:
        self.deed = deed
        self.job_id = job_id
        self.index = index
        label, icon = words.LABELS[deed]
        shown = label if index is None else str(index + 1)
        super().__init__(quiet_button(shown, deed_id(deed, job_id, index), icon))

    @override
    @classmethod
    def said_by(cls, match: re.Match[str]) -> Self:
        return cls(*_said_by(match))

    @override
    async def press(self, interaction: discord.Interaction) -> None:
        await _presses(interaction).press(interaction, self.deed, self.job_id, self.index)


class InfoButton(IdButton, template=r"info:(?P<job>\d+)"):
    """Tells all that is known of a picture; for all who see it."""

    def __init__(self, job_id: int) -> None:
        self.job_id = job_id
        super().__init__(quiet_button(words.INFO_LABEL, f"info:{job_id}", words.INFO_ICON))

    @override
    @classmethod
    def said_by(cls, match: re.Match[str]) -> Self:
        return cls(int(match["job"]))

    @override
    async def press(self, interaction: discord.Interaction) -> None:
        await _presses(interaction).inform(interaction, self.job_id)


def deed_id(deed: Deed, job_id: int, index: int | None = None) -> str:
    """Write the custom id of a button, and of the form that it opens."""
    return f"next:{deed.value}:{job_id}" + ("" if index is None else f":{index}")


def said_by(custom_id: str) -> tuple[Deed, int, int | None] | None:
    """Tell what a custom id stands for: deed, job and picture; ``None`` for any other."""
    match = re.fullmatch(_ID, custom_id)
    return None if match is None else _said_by(match)


def end_rows(
    job: Job, final: FinalState, deeds: Collection[Deed]
) -> Sequence[ui.ActionRow[ui.LayoutView]]:
    """Make the rows of buttons that go under the end of a job."""
    match final:
        case Done():
            row = _row(*next_of(job.id, deeds), more_button(job))
            return (row, _row(DiscardButton(job.owner_id))) if job.private else (row,)
        case Failed():
            wanted = [deed for deed in (Deed.AGAIN, Deed.EDIT) if deed in deeds]
            return (_row(*(DeedButton(deed, job.id) for deed in wanted)),) if wanted else ()
        case _:
            return ()


def next_of(job_id: int, deeds: Collection[Deed]) -> Sequence[DeedButton]:
    """Make the buttons of what is most often done next with a result, four at most."""
    return [DeedButton(deed, job_id) for deed in _IN_ROW if deed in deeds]


def _row(*buttons: NextButton) -> ui.ActionRow[ui.LayoutView]:
    row = ui.ActionRow[ui.LayoutView]()
    for button in buttons:
        row.add_item(button)
    return row


def _said_by(match: re.Match[str]) -> tuple[Deed, int, int | None]:
    index = match["index"]
    return Deed(match["deed"]), int(match["job"]), None if index is None else int(index)


def _presses(interaction: discord.Interaction) -> NextPresses:
    return cast("NextHost", interaction.client).next_presses
