"""Interactions as events: who hears of which.

For each event the library starts a task for each who listens, and forms and buttons have several
listeners. None of them wants commands, which have a way of their own: five tasks at each of a
thousand commands took a twentieth of the time until their answers. So commands are only taken note
of, on the spot; and of the end of one only those hear who have something to do then.
"""

from collections.abc import Callable, Sequence
from typing import cast

from discord import Interaction, InteractionType
from discord.ext import commands
from typing_extensions import override

from bot.domain.happenings import InteractionReceived, Observe, unobserved

_EVENT = "interaction"
_COMPLETION = "app_command_completion"
_OF_COMMANDS = frozenset({InteractionType.application_command, InteractionType.autocomplete})


def _always(_: Interaction) -> bool:
    return True


class InteractionEvents(commands.AutoShardedBot):
    """A bot whose listeners hear of buttons, menus and forms, and not of commands.

    Attributes
    ----------
    observe
        Is told of each interaction that wants an answer; suggestions aren't one that anybody waits
        for.
    hears_of_end
        Tells of a command that has ended whether listeners hear of that.
    """

    observe: Observe = staticmethod(unobserved)
    hears_of_end: Callable[[Interaction], bool] = staticmethod(_always)

    @override
    def dispatch(self, event_name: str, /, *args: object, **kwargs: object) -> None:
        if self._is_heard(event_name, args):
            super().dispatch(event_name, *args, **kwargs)

    def _is_heard(self, event_name: str, args: Sequence[object]) -> bool:
        if event_name not in {_EVENT, _COMPLETION}:
            return True
        # With both, the library gives the interaction first.
        interaction = cast("Interaction", args[0])
        if event_name == _COMPLETION:
            return self.hears_of_end(interaction)
        self._note(interaction)
        return interaction.type not in _OF_COMMANDS

    def _note(self, interaction: Interaction) -> None:
        if interaction.type is not InteractionType.autocomplete:
            self.observe(InteractionReceived(interaction.id))
