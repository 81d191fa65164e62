"""*Use as image for /imagine*, in the menu of a message: what it begins with, and its form.

What the bot made is known by the buttons below it. What members brought is theirs alone: others
never begin with it, whatever a server decides about pictures that the bot made.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol, cast

import discord

from bot.domain.deeds import Deed
from bot.domain.next_steps import Asked, Choice
from bot.domain.refusals import NoPictureError, NothingAbleError, OthersUploadError
from bot.domain.requests import COUNT_MAX, Upload
from bot.domain.visits import Visit
from bot.presentation.image_forms import ImageWish, image_form, image_wish
from bot.presentation.inputs import custom_id_of, entered
from bot.presentation.making import PictureMaking
from bot.presentation.uploads import upload_of
from bot.presentation.visits import visit_of
from bot.services.image_sources import ImageSources

_JOB_IN_ID = re.compile(r"(?:more|info|next:[a-z]+):(\d+)(?::.*)?")


class ImageHost(Protocol):
    """A client that tells members of errors."""

    def answering(self, interaction: discord.Interaction) -> AbstractAsyncContextManager[None]:
        """Tell the member of whatever is raised inside, through the one funnel."""
        ...


@dataclass(frozen=True, slots=True)
class ImageMenu:
    """Begins a picture with that of a message."""

    sources: ImageSources
    making: PictureMaking

    async def open(self, interaction: discord.Interaction, message: discord.Message) -> None:
        """Answer with the form, or say at once why there is none.

        Raises
        ------
        NoPictureError, OthersUploadError, OthersPicturesOffError, UploadsOffError
        FlaggedSourceError, PictureForgottenError, NothingAbleError, AddressTooLongError
        SourceUnusableError, StoreUnavailableError
        """
        visit, user = visit_of(interaction), interaction.client.user
        made = user is not None and message.author.id == user.id
        find = self._made if made else self._brought
        source, pictures = await find(interaction, visit, message)
        models = await self.sources.models.offered(visit, with_image=True)
        if not models:
            raise NothingAbleError(Deed.VARY)
        await interaction.response.send_modal(image_form(source, models, pictures))

    async def take_form(self, interaction: discord.Interaction) -> None:
        """Take what was sent, where it is this form."""
        if interaction.type is not discord.InteractionType.modal_submit:
            return
        custom_id = custom_id_of(interaction)
        if not custom_id.startswith("image:"):
            return
        async with cast("ImageHost", interaction.client).answering(interaction):
            wish = image_wish(custom_id, entered(interaction))
            if wish is not None:
                visit = visit_of(interaction)
                channel_id = interaction.channel_id or visit.channel_id
                asked = await self._asked(visit, channel_id, wish)
                await self.making.make(interaction, visit, asked)

    async def _made(
        self, interaction: discord.Interaction, visit: Visit, message: discord.Message
    ) -> tuple[int | Upload, int]:
        """Find what the bot made: its job, and how many pictures it has."""
        job_id = job_below(message.components)
        if job_id is None:
            raise NoPictureError
        channel_id = interaction.channel_id or visit.channel_id
        entry = await self.sources.made(visit, channel_id, job_id)
        outputs = 0 if entry.made is None else len(entry.made.outputs)
        return job_id, min(outputs, COUNT_MAX)

    async def _brought(
        self, _interaction: discord.Interaction, visit: Visit, message: discord.Message
    ) -> tuple[int | Upload, int]:
        """Find what a member brought: the first picture of a message."""
        pictures = [a for a in message.attachments if (a.content_type or "").startswith("image/")]
        if not pictures:
            raise NoPictureError
        if message.author.id != visit.member_id:
            raise OthersUploadError
        await self.sources.check_upload(visit)
        upload = upload_of(pictures[0])
        if upload is None:
            raise NoPictureError
        return upload, 1

    async def _asked(self, visit: Visit, channel_id: int, wish: ImageWish) -> Asked:
        if wish.job_id is None:
            return Asked(wish.request)
        entry = await self.sources.made(visit, channel_id, wish.job_id)
        return await self.sources.steps.ask(visit, entry, Choice(Deed.EDIT, request=wish.request))


def job_below(components: Sequence[discord.Component]) -> int | None:
    """Tell which job a message shows the result of, by the buttons below it."""
    found = (_JOB_IN_ID.fullmatch(custom_id) for custom_id in _custom_ids(components))
    return next((int(match[1]) for match in found if match), None)


def _custom_ids(components: Sequence[discord.Component]) -> Iterator[str]:
    for component in components:
        if isinstance(component, discord.Container | discord.ActionRow):
            yield from _custom_ids(component.children)
        elif isinstance(component, discord.Button) and component.custom_id:
            yield component.custom_id
