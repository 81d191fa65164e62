"""The buttons under a picture, and those beside its report; all they know stands in their ids.

Each hands over to :class:`PictureDesk`. What a presser may do is looked at there, at each press.
"""

import re
from abc import abstractmethod
from typing import Protocol, Self, cast

import discord
from typing_extensions import override

from bot.domain.jobs import Job
from bot.domain.models import short_name
from bot.domain.shown_pictures import ShownPicture
from bot.presentation import report_words as words
from bot.presentation.id_buttons import AnsweringHost, Button, IdButton, danger_button, quiet_button

# An id has 100 characters: 10 of them name the button and part its pieces, and each of three
# snowflakes has at most 19.
_MODEL_MAX_CHARACTERS = 33
_PICTURE = r"(?P<channel>\d+):(?P<message>\d+):(?P<owner>\d+):(?P<model>[A-Za-z0-9._/-]*)"
_REPORT = "report"


class PictureDesk(Protocol):
    """What the buttons act on."""

    async def offer(
        self, interaction: discord.Interaction, picture: ShownPicture, job_id: int
    ) -> None:
        """Answer with what the presser may do with a picture."""
        ...

    async def ask_reason(self, interaction: discord.Interaction, picture: ShownPicture) -> None:
        """Open the form of a report."""
        ...

    async def delete(self, interaction: discord.Interaction, picture: ShownPicture) -> None:
        """Delete a picture for whoever may do that."""
        ...

    async def ask_reach(self, interaction: discord.Interaction, picture: ShownPicture) -> None:
        """Ask once whether a picture shall go with all that was made from it."""
        ...

    async def reach(self, interaction: discord.Interaction, picture: ShownPicture) -> None:
        """Delete a picture with all that was made from it."""
        ...

    async def discard(self, interaction: discord.Interaction, owner_id: int) -> None:
        """Delete the private message whose button was pressed."""
        ...

    async def block(self, interaction: discord.Interaction, picture: ShownPicture) -> None:
        """Block a picture's owner for a day."""
        ...


class PictureHost(AnsweringHost, Protocol):
    """A client that carries what these buttons act on."""

    pictures: PictureDesk


def more_button(job: Job) -> "MoreButton":
    """Make the button that leads to all that has no place under a result."""
    return MoreButton(job.id, job.owner_id, _model_told(job.request.model))


class MoreButton(
    IdButton,
    template=r"more:(?P<job>\d+):(?P<owner>\d+):(?P<model>[A-Za-z0-9._/-]*)",
):
    """Shows privately what can be done with a picture; for all who see it."""

    def __init__(self, job_id: int, owner_id: int, model: str) -> None:
        self.job_id = job_id
        self.owner_id = owner_id
        self.model = model[:_MODEL_MAX_CHARACTERS]
        custom_id = f"more:{job_id}:{owner_id}:{self.model}"
        super().__init__(quiet_button(words.MORE_LABEL, custom_id, "⋯"))

    @override
    @classmethod
    def said_by(cls, match: re.Match[str]) -> Self:
        return cls(int(match["job"]), int(match["owner"]), match["model"])

    @override
    async def press(self, interaction: discord.Interaction) -> None:
        message, channel_id = interaction.message, interaction.channel_id
        if message is None or channel_id is None:
            return
        picture = ShownPicture(channel_id, message.id, self.owner_id, self.model)
        await _desk(interaction).offer(interaction, picture, self.job_id)


class DiscardButton(IdButton, template=r"discard:(?P<owner>\d+)"):
    """Deletes a private picture; nobody but its owner sees it."""

    def __init__(self, owner_id: int) -> None:
        self.owner_id = owner_id
        super().__init__(quiet_button(words.DELETE_LABEL, f"discard:{owner_id}", "🗑️"))

    @override
    @classmethod
    def said_by(cls, match: re.Match[str]) -> Self:
        return cls(int(match["owner"]))

    @override
    async def press(self, interaction: discord.Interaction) -> None:
        await _desk(interaction).discard(interaction, self.owner_id)


def picture_of_report(custom_id: str) -> ShownPicture | None:
    """Tell which picture a button, or the form that it opened, reports; ``None`` for any other."""
    match = re.fullmatch(f"{_REPORT}:{_PICTURE}", custom_id)
    return None if match is None else _picture_in(match)


def report_id(picture: ShownPicture) -> str:
    """Write the custom id of the button that reports a picture, and of its form."""
    return f"{_REPORT}:{_id_of(picture)}"


def _picture_in(match: re.Match[str]) -> ShownPicture:
    channel_id, message_id, owner_id = (int(match[one]) for one in ("channel", "message", "owner"))
    return ShownPicture(channel_id, message_id, owner_id, match["model"])


class _PictureButton(IdButton, template=r"picture:never"):
    """A button that stands away from the picture it is about.

    The library takes a template for each class, so this one's is that of no button.
    """

    def __init__(self, picture: ShownPicture, button: Button) -> None:
        self.picture = picture
        super().__init__(button)

    @classmethod
    @abstractmethod
    def about(cls, picture: ShownPicture) -> Self:
        """Make the button for a picture."""

    @override
    @classmethod
    def said_by(cls, match: re.Match[str]) -> Self:
        return cls.about(_picture_in(match))


class ReportButton(_PictureButton, template=f"{_REPORT}:{_PICTURE}"):
    """Opens the form of a report."""

    @override
    @classmethod
    def about(cls, picture: ShownPicture) -> Self:
        return cls(picture, quiet_button(words.REPORT_LABEL, report_id(picture), "🚩"))

    @override
    async def press(self, interaction: discord.Interaction) -> None:
        await _desk(interaction).ask_reason(interaction, self.picture)


class DeleteButton(_PictureButton, template=f"delete:{_PICTURE}"):
    """Deletes a picture; for its owner and for those with Manage Messages where it stands."""

    @override
    @classmethod
    def about(cls, picture: ShownPicture) -> Self:
        return cls(picture, danger_button(words.DELETE_LABEL, f"delete:{_id_of(picture)}", "🗑️"))

    @override
    async def press(self, interaction: discord.Interaction) -> None:
        await _desk(interaction).delete(interaction, self.picture)


class ReachButton(_PictureButton, template=f"branch:{_PICTURE}"):
    """Asks whether a picture shall go with all that was made from it; for moderators."""

    @override
    @classmethod
    def about(cls, picture: ShownPicture) -> Self:
        return cls(picture, quiet_button(words.REACH_LABEL, f"branch:{_id_of(picture)}", "🌿"))

    @override
    async def press(self, interaction: discord.Interaction) -> None:
        await _desk(interaction).ask_reach(interaction, self.picture)


class ReachConfirmButton(_PictureButton, template=f"uproot:{_PICTURE}"):
    """Deletes a picture with all that was made from it; for moderators."""

    @override
    @classmethod
    def about(cls, picture: ShownPicture) -> Self:
        custom_id = f"uproot:{_id_of(picture)}"
        return cls(picture, danger_button(words.REACH_CONFIRM_LABEL, custom_id, "🗑️"))

    @override
    async def press(self, interaction: discord.Interaction) -> None:
        await _desk(interaction).reach(interaction, self.picture)


class BlockButton(_PictureButton, template=f"block:{_PICTURE}"):
    """Blocks a picture's owner; for those with Manage Server or Moderate Members."""

    @override
    @classmethod
    def about(cls, picture: ShownPicture) -> Self:
        return cls(picture, quiet_button(words.BLOCK_LABEL, f"block:{_id_of(picture)}", "🚫"))

    @override
    async def press(self, interaction: discord.Interaction) -> None:
        await _desk(interaction).block(interaction, self.picture)


def _model_told(model_id: str) -> str:
    """Give the whole id of a model where there is room for it, so that it is no other one's."""
    return model_id if len(model_id) <= _MODEL_MAX_CHARACTERS else short_name(model_id)


def _id_of(picture: ShownPicture) -> str:
    model = picture.model[:_MODEL_MAX_CHARACTERS]
    return f"{picture.channel_id}:{picture.message_id}:{picture.owner_id}:{model}"


def _desk(interaction: discord.Interaction) -> PictureDesk:
    return cast("PictureHost", interaction.client).pictures
