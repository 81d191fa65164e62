"""Which addresses belong to the public internet, and sockets that go nowhere else.

The place to ask is where a socket is made: behind every name, every literal, every redirect, and
after the name was resolved, so a name that answers differently the second time gains nothing.

``ipaddress.is_global`` alone isn't enough. It says yes to multicast and to addresses that carry
another address inside them, which a translator on the way takes out again: ``64:ff9b::7f00:1`` is
127.0.0.1 to a NAT64 gateway. So what is carried is judged in its place, and of IPv6 only the space
that is handed out to the public counts.
"""

import socket
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import TypeAlias

# What is_global takes for public: protocol assignments, AS112, AMT, the old 6to4 relays, multicast,
# reserved space; of IPv6 also Teredo, ORCHID and what is kept for documentation.
_DENIED = (
    ip_network("192.0.0.0/24"),
    ip_network("192.31.196.0/24"),
    ip_network("192.52.193.0/24"),
    ip_network("192.88.99.0/24"),
    ip_network("192.175.48.0/24"),
    ip_network("224.0.0.0/4"),
    ip_network("240.0.0.0/4"),
    ip_network("2001::/23"),
    ip_network("2001:db8::/32"),
    ip_network("2620:4f:8000::/48"),
    ip_network("3fff::/20"),
)
_PUBLIC_V6 = ip_network("2000::/3")
_NAT64 = ip_network("64:ff9b::/96")

# As getaddrinfo gives it: family, type, protocol, canonical name, socket address.
AddressInfo: TypeAlias = tuple[int, int, int, str, tuple[object, ...]]


class AddressRefusedError(OSError):
    """A connection would have left the public internet.

    The message is always the same, which keeps the connector from mixing it with others.
    """

    def __init__(self) -> None:
        super().__init__("address refused")


def is_public(address: str) -> bool:
    """Tell whether a numeric address is one of the public internet, whatever it carries."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    carried = tuple(_carried(parsed)) if isinstance(parsed, IPv6Address) else ()
    return all(_is_public_itself(judged) for judged in carried or (parsed,))


def public_socket(addr_info: AddressInfo) -> socket.socket:
    """Make a socket for a connection, as the connector's ``socket_factory``.

    Raises
    ------
    AddressRefusedError
        When the address isn't public.
    """
    family, kind, protocol, _, address = addr_info
    if not is_public(str(address[0])):
        raise AddressRefusedError
    return socket.socket(family, kind, protocol)


def _is_public_itself(address: IPv4Address | IPv6Address) -> bool:
    if isinstance(address, IPv6Address) and address not in _PUBLIC_V6:
        return False
    return address.is_global and not any(address in network for network in _DENIED)


def _carried(address: IPv6Address) -> Iterator[IPv4Address]:
    if address.ipv4_mapped is not None:
        yield address.ipv4_mapped
    if address.sixtofour is not None:
        yield address.sixtofour
    if address.teredo is not None:
        yield from address.teredo
    if address in _NAT64:
        yield IPv4Address(int(address) & 0xFFFF_FFFF)
