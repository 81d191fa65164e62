"""What a member has decided for themselves, and what comes of it when a picture is asked for.

A default counts where a member names nothing, as far as the rules of the place and the model allow.
It is nobody's wish for this one picture, so where it can't be had nothing is said of it: the usual
model paints, in the shape that it has by itself.
"""

from dataclasses import dataclass, replace

from bot.domain.errors import ModelNotAllowedError, StoreUnavailableError
from bot.domain.models import short_name
from bot.domain.ports import Catalogue
from bot.domain.preferences import Preferences
from bot.domain.record_ports import MemberPreferences
from bot.domain.request_fitting import Option, fitted
from bot.domain.requests import ImageRequest
from bot.domain.visits import Visit
from bot.services.admission import takes_of
from bot.services.model_access import ModelAccess


@dataclass(frozen=True, slots=True)
class Decided:
    """What a member has decided, and which model comes of it where they ask.

    Attributes
    ----------
    usual
        What paints there without a name; ``None`` where nothing does.
    """

    preferences: Preferences
    usual: str | None


@dataclass(frozen=True, slots=True)
class PersonalDefaults:
    """Keeps what members decide for themselves, and fills in what they leave out."""

    preferences: MemberPreferences
    models: ModelAccess
    catalogue: Catalogue

    async def decided(self, visit: Visit) -> Decided:
        """Tell what a member has decided.

        Raises
        ------
        NotSetUpError, DirectMessageError
            Where the host doesn't let the bot work.
        StoreUnavailableError
        """
        self.models.check_place(visit)
        kept = await self.preferences.get(visit.server_id, visit.member_id)
        return Decided(kept, await self.usual(visit))

    async def decide(self, visit: Visit, wanted: Preferences) -> Decided:
        """Keep what a member wants; their model by any of its names.

        Raises
        ------
        ModelNotAllowedError
            Where the model can't be used where they ask.
        NotSetUpError, DirectMessageError
        StoreUnavailableError
        """
        self.models.check_place(visit)
        model = await self._checked(visit, wanted.model)
        await self.preferences.put(visit.server_id, visit.member_id, replace(wanted, model=model))
        return await self.decided(visit)

    async def usual(self, visit: Visit) -> str | None:
        """Give the model that paints where none is named; ``None`` where there is none.

        Raises
        ------
        StoreUnavailableError
        """
        return await self._own_model(visit, with_image=False) or await self.models.usual(visit)

    async def filled_in(self, visit: Visit, asked: ImageRequest) -> ImageRequest:
        """Put in what a member left out and has decided once for all, as far as it can be had.

        Raises
        ------
        StoreUnavailableError
        """
        with_image = asked.source is not None
        own = "" if asked.model else await self._own_model(visit, with_image=with_image)
        asked = replace(asked, model=own) if own else asked
        if asked.shape is not None or with_image:
            # A picture to begin with has a shape of its own.
            return asked
        shape = (await self._kept(visit)).shape
        if shape is None:
            return asked
        meant = await self.models.meant(visit, asked.model)
        shaped = replace(asked, shape=shape)
        left_out = fitted(shaped, takes_of(self.catalogue, meant or "")).left_out
        return asked if Option.SHAPE in {each.option for each in left_out} else shaped

    async def wants_pings(self, server_id: int, member_id: int) -> bool:
        """Tell whether a picture that took long may tell its member; not where nobody knows."""
        try:
            return (await self.preferences.get(server_id, member_id)).pinged
        except StoreUnavailableError:
            return False

    async def _own_model(self, visit: Visit, *, with_image: bool) -> str:
        model = (await self._kept(visit)).model
        if model and await self.models.may_use(visit, model, with_image=with_image):
            return model
        return ""

    async def _kept(self, visit: Visit) -> Preferences:
        return await self.preferences.get(visit.server_id, visit.member_id)

    async def _checked(self, visit: Visit, typed: str) -> str:
        if not typed:
            return ""
        meant = await self.models.meant(visit, typed) or typed
        for with_image in (False, True):
            if await self.models.may_use(visit, meant, with_image=with_image):
                return meant
        offered = tuple(model.id for model in await self.models.offered(visit))
        raise ModelNotAllowedError(short_name(meant), offered)
