"""The servers of a load, with their members, roles and channels."""

from dataclasses import dataclass
from typing import Final

from benchmarks.loads import AnyLoad
from sandbox.discord.world import Channel, Guild, Role, User, World

ROLES: Final = 10
# Member number n has one more than n % ROLES_EACH.
ROLES_EACH: Final = 4
BLOCKED: Final = 5


@dataclass(frozen=True, slots=True)
class Server:
    """One server.

    Attributes
    ----------
    blocked
        Members who will send nothing, because they may not.
    log
        A channel where nobody makes pictures.
    """

    guild: Guild
    channels: tuple[Channel, ...]
    roles: tuple[Role, ...]
    blocked: tuple[User, ...]
    log: Channel


def furnish(world: World, load: AnyLoad) -> tuple[tuple[Server, ...], tuple[User, ...]]:
    """Create the servers of a load and the members, who are in all of them."""
    members = tuple(world.add_user(f"member-{n}") for n in range(load.members))
    blocked = tuple(world.add_user(f"blocked-{n}") for n in range(BLOCKED if load.ruled else 0))
    servers = tuple(_server(world, load, number, blocked) for number in range(load.servers))
    for server in servers:
        for number, member in enumerate(members):
            world.add_member(server.guild, member, *_roles_of(server, number))
        for member in blocked:
            world.add_member(server.guild, member)
    return servers, members


def _server(world: World, load: AnyLoad, number: int, blocked: tuple[User, ...]) -> Server:
    guild = world.add_guild(f"Server {number}")
    return Server(
        guild,
        tuple(world.add_channel(guild, f"room-{n}") for n in range(load.channels)),
        tuple(world.add_role(guild, f"role-{n}") for n in range(ROLES if load.ruled else 0)),
        blocked,
        world.add_channel(guild, "log"),
    )


def _roles_of(server: Server, number: int) -> tuple[Role, ...]:
    if not server.roles:
        return ()
    first = number % (len(server.roles) - ROLES_EACH + 1)
    return server.roles[first : first + 1 + number % ROLES_EACH]
