"""How a server wants a picture to be shown."""

from dataclasses import dataclass
from enum import Enum, auto

from bot.domain.server_settings import ServerSettings
from bot.domain.visits import Visit


class Flagged(Enum):
    """What becomes of a picture that the image service marks as mature."""

    OPEN = auto()
    SPOILER = auto()
    WITHHOLD = auto()


@dataclass(frozen=True, slots=True)
class Showing:
    """What is decided when a job is accepted, and holds until its end.

    Attributes
    ----------
    spoiler
        Whether the picture is hidden at first, whatever it shows.
    with_prompt
        Whether the prompt stands beside it.
    """

    spoiler: bool = False
    with_prompt: bool = True
    flagged: Flagged = Flagged.SPOILER

    def hides(self, *, flagged: bool) -> bool:
        """Tell whether a picture is hidden at first."""
        return self.spoiler or (flagged and self.flagged is not Flagged.OPEN)


def showing_for(settings: ServerSettings, visit: Visit) -> Showing:
    """Decide how the pictures of a visit are shown."""
    return Showing(
        spoiler=not visit.role_ids.isdisjoint(settings.spoiler_roles),
        with_prompt=settings.show_prompts,
        flagged=_flagged(settings, visit),
    )


def _flagged(settings: ServerSettings, visit: Visit) -> Flagged:
    if settings.mature_pictures == "age_restricted" and visit.age_restricted:
        return Flagged.OPEN
    return Flagged.WITHHOLD if settings.flagged_pictures == "withhold" else Flagged.SPOILER
