"""One person in one channel: what they do there, in the fewest words.

It puts `DiscordSandbox`'s methods and the wait for the bot's answer together::

    carol = Person.of(discord, "carol", "general")
    use = await carol.use("settings models allow", model="flux", role=carol.role("Artist"))
    use = await carol.press(use.message, "Limits")
    use = await carol.select(use.message, ["10"], custom_id="a-menu")
    use = await carol.submit(use.modal, {"value": "5"})
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sandbox.discord.attachments import Upload
    from sandbox.discord.interactions import Choice, Interaction, Modal
    from sandbox.discord.messages import SandboxMessage
    from sandbox.discord.modal_values import FieldValue
    from sandbox.discord.options import OptionValue
    from sandbox.discord.resolved import Entity
    from sandbox.discord.server import DiscordSandbox
    from sandbox.discord.world import Channel, Guild, Member, Role, User


@dataclass(frozen=True, slots=True, eq=False)
class Person:
    """An account in a channel. Everything that the bot must answer returns once it has.

    Raises
    ------
    TimeoutError
        By each of them: the bot didn't answer within Discord's 3 s.
    """

    discord: DiscordSandbox
    user: User
    channel: Channel

    @classmethod
    def of(
        cls,
        discord: DiscordSandbox,
        name: str,
        channel: Channel | str = "general",
        *,
        server: str = "Lantern Bay",
    ) -> Person:
        """Return the account called `name` in a channel; LookupError when one isn't there."""
        user = discord.world.user(name)
        if not isinstance(channel, str):
            return cls(discord, user, channel)
        return cls(discord, user, discord.world.guild(server).channel(channel))

    @property
    def guild(self) -> Guild:
        """Return the server of the channel; LookupError in a direct conversation."""
        guild = self.discord.world.guild_of(self.channel)
        if guild is None:
            raise LookupError("a direct conversation is in no server")
        return guild

    @property
    def member(self) -> Member:
        """Return this account's membership of the server."""
        return self.guild.members[self.user.id]

    @property
    def messages(self) -> list[SandboxMessage]:
        """Return what this person sees in the channel, oldest first."""
        return self.discord.messages_in(self.channel, self.user)

    def role(self, name: str) -> Role:
        """Return the server's role of this name; LookupError when there is none."""
        return self.guild.role(name)

    def elsewhere(self, channel: Channel | str) -> Person:
        """Return the same person in another channel, one of the same server by its name."""
        found = self.guild.channel(channel) if isinstance(channel, str) else channel
        return replace(self, channel=found)

    async def use(self, command: str, /, **options: OptionValue) -> Interaction:
        """Send a slash command; `command` with its subcommands, as in "settings models allow".

        Raises
        ------
        LookupError, PermissionError, ValueError
            Discord's client wouldn't send it; the three mean unknown, not offered, not taken.
        """
        use = await self.discord.invoke(self.user, self.channel, command, options)
        return await self._answered(use)

    async def force(self, command: str, /, **options: OptionValue) -> Interaction:
        """Send what Discord's client would hold back, as a modified client can."""
        use = await self.discord.invoke(self.user, self.channel, command, options, unchecked=True)
        return await self._answered(use)

    async def offered(
        self, command: str, focused: str, /, **options: OptionValue
    ) -> tuple[Choice, ...]:
        """Return what autocomplete offers for the option `focused`, given what is typed so far."""
        return await self.discord.autocomplete(
            self.user, self.channel, command, options, focused=focused
        )

    async def peek(
        self, command: str, focused: str, /, **options: OptionValue
    ) -> tuple[Choice, ...]:
        """Return what autocomplete offers to a modified client, which asks for any command."""
        return await self.discord.autocomplete(
            self.user, self.channel, command, options, focused=focused, unchecked=True
        )

    async def press(
        self, message: SandboxMessage | None, label: str = "", *, custom_id: str = ""
    ) -> Interaction:
        """Press a button by its label, or by a custom_id even if it's gone by now."""
        shown = _present(message)
        use = await self.discord.press(self.user, shown, label, custom_id=custom_id)
        return await self._answered(use)

    async def choose_in_menu(self, message: SandboxMessage | None, name: str) -> Interaction:
        """Choose a command in the menu of a message.

        Raises
        ------
        LookupError, PermissionError
            Discord's client wouldn't offer it.
        """
        shown = _present(message)
        return await self._answered(await self.discord.choose_in_menu(self.user, shown, name))

    def say(self, text: str, *files: Upload) -> SandboxMessage:
        """Write a message, with files perhaps."""
        return self.discord.say(self.user, self.channel, text, files)

    async def select(
        self,
        message: SandboxMessage | None,
        values: Sequence[str | Entity],
        *,
        custom_id: str = "",
        unchecked: bool = False,
    ) -> Interaction:
        """Choose in the select menu with this custom_id, or in the first one.

        Raises
        ------
        LookupError, ValueError
            There is no such menu, or it doesn't take these values (`unchecked`: send them).
        """
        use = await self.discord.select(
            self.user, _present(message), values, custom_id=custom_id, unchecked=unchecked
        )
        return await self._answered(use)

    async def submit(self, modal: Modal | None, values: Mapping[str, FieldValue]) -> Interaction:
        """Submit a modal; values by custom_id, what isn't given stays as the bot preset it."""
        if modal is None:
            raise LookupError("the bot has opened no modal")
        return await self._answered(await self.discord.submit_modal(modal, values))

    async def _answered(self, use: Interaction) -> Interaction:
        return await use.answered(self.discord.settings.answer_within_s)


def _present(message: SandboxMessage | None) -> SandboxMessage:
    if message is None:
        raise LookupError("the bot has answered with no message")
    return message
