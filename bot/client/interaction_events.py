"""Interactions as events: who hears of which.

For each event the library starts a task for each who listens, and forms and buttons have several
listeners. None of them wants commands, which have a way of their own: five tasks at each of a
thousand commands took a twentieth of the time until their answers. So commands are only taken note
of, on the spot.
"""

from typing import cast

from discord import Interaction, InteractionType
from discord.ext import commands
from typing_extensions import override

from bot.domain.happenings import InteractionReceived, Observe, unobserved

_EVENT = "interaction"
_OF_COMMANDS = frozenset({InteractionType.application_command, InteractionType.autocomplete})


class InteractionEvents(commands.AutoShardedBot):
    """A bot whose listeners hear of buttons, menus and forms, and not of commands.

    Attributes
    ----------
    observe
        Is told of each interaction that wants an answer; suggestions aren't one that anybody waits
        for.
    """

    observe: Observe = staticmethod(unobserved)

    @override
    def dispatch(self, event_name: str, /, *args: object, **kwargs: object) -> None:
        if event_name == _EVENT:
            # The library gives an interaction with that event, and nothing else.
            interaction = cast("Interaction", args[0])
            self._note(interaction)
            if interaction.type in _OF_COMMANDS:
                return
        super().dispatch(event_name, *args, **kwargs)

    def _note(self, interaction: Interaction) -> None:
        if interaction.type is not InteractionType.autocomplete:
            self.observe(InteractionReceived(interaction.id))
