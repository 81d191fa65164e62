"""Who the bot is, what commands it has, and which servers and channels there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.discord.access import permissions_in
from sandbox.discord.command_rules import without_localizations
from sandbox.discord.errors import ApiError, Problem
from sandbox.discord.events import EventKind
from sandbox.discord.json_types import int_of, objects
from sandbox.discord.payloads import (
    application_json,
    channel_json,
    guild_json,
    member_json,
    own_user_json,
    role_json,
    user_json,
)
from sandbox.discord.permissions import Permission
from sandbox.discord.routing import Answer, Call, Route

if TYPE_CHECKING:
    from sandbox.discord.json_types import Json, JsonObject
    from sandbox.discord.state import State
    from sandbox.discord.world import Guild


class Directory:
    """Answers what a bot asks about itself and its surroundings."""

    def __init__(self, state: State) -> None:
        self._state = state

    def routes(self) -> list[Route]:
        """Return the routes, fixed ones first."""
        commands = "/applications/{application}/commands"
        guild_commands = "/applications/{application}/guilds/{guild}/commands"
        return [
            Route("GET", "/users/@me", self.me),
            Route("POST", "/users/@me/channels", self.open_direct),
            Route("GET", "/users/{user}", self.user),
            Route("GET", "/oauth2/applications/@me", self.application),
            Route("GET", "/applications/@me", self.application),
            Route("GET", commands, self.commands),
            Route("PUT", commands, self.register),
            Route("GET", guild_commands, self.commands),
            Route("PUT", guild_commands, self.register),
            Route("GET", "/channels/{channel}", self.channel),
            Route("GET", "/guilds/{guild}", self.guild),
            Route("GET", "/guilds/{guild}/roles", self.roles),
            Route("GET", "/guilds/{guild}/channels", self.channels),
            Route("GET", "/guilds/{guild}/members/{user}", self.member),
        ]

    def me(self, _call: Call) -> Answer:
        """Return the bot's own account."""
        return Answer(own_user_json(self._state.world.application.bot))

    def user(self, call: Call) -> Answer:
        """Return an account."""
        user = self._state.world.users.get(call.id("user"))
        if user is None:
            raise ApiError(Problem.UNKNOWN_USER)
        return Answer(user_json(user))

    def open_direct(self, call: Call) -> Answer:
        """Return the conversation with `recipient_id`."""
        user = self._state.world.users.get(int_of(call.body, "recipient_id"))
        if user is None:
            raise ApiError(Problem.UNKNOWN_USER)
        return Answer(channel_json(self._state.world.direct_channel(user)))

    def application(self, _call: Call) -> Answer:
        """Return the application."""
        world = self._state.world
        counted: JsonObject = {"approximate_guild_count": len(world.joined_guilds)}
        return Answer(application_json(world.application) | counted)

    def commands(self, call: Call) -> Answer:
        """Return the registered commands of a scope."""
        found = self._state.commands.of(self._scope(call))
        if not call.flag("with_localizations"):
            found = [without_localizations(item) for item in found]
        shown: list[Json] = [*found]
        return Answer(shown)

    def register(self, call: Call) -> Answer:
        """Replace the registered commands of a scope."""
        stored = self._state.commands.replace(objects(call.payload), self._scope(call))
        self._state.publish(EventKind.COMMANDS_CHANGED)
        shown: list[Json] = [*stored]
        return Answer(shown)

    def channel(self, call: Call) -> Answer:
        """Return a channel that the bot can see."""
        world = self._state.world
        channel = world.find_channel(call.id("channel"))
        if channel is None:
            raise ApiError(Problem.UNKNOWN_CHANNEL)
        if Permission.VIEW_CHANNEL not in permissions_in(world, channel, world.application.bot):
            raise ApiError(Problem.MISSING_ACCESS)
        return Answer(channel_json(channel, world.guild_of(channel)))

    def guild(self, call: Call) -> Answer:
        """Return a server."""
        return Answer(guild_json(self._guild(call)))

    def roles(self, call: Call) -> Answer:
        """Return a server's roles."""
        return Answer([role_json(role) for role in self._guild(call).roles.values()])

    def channels(self, call: Call) -> Answer:
        """Return a server's channels; threads aren't among them."""
        guild = self._guild(call)
        plain = (item for item in guild.channels.values() if not item.is_thread)
        return Answer([channel_json(item, guild) for item in plain])

    def member(self, call: Call) -> Answer:
        """Return a member."""
        member = self._guild(call).members.get(call.id("user"))
        if member is None:
            raise ApiError(Problem.UNKNOWN_MEMBER)
        return Answer(member_json(member))

    def _guild(self, call: Call) -> Guild:
        guild = self._state.world.guilds.get(call.id("guild"))
        if guild is None or self._state.world.application.bot.id not in guild.members:
            raise ApiError(Problem.UNKNOWN_GUILD)
        return guild

    def _scope(self, call: Call) -> int | None:
        if call.id("application") != self._state.world.application.id:
            raise ApiError(Problem.UNKNOWN_APPLICATION)
        return self._guild(call).id if "guild" in call.params else None
