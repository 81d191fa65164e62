"""Keep the tests on this machine.

An audit hook sees every connection and every look-up of a name that goes through Python's own
sockets, whoever makes it and in whichever thread. It can't be taken out again, and nothing has to
be patched for it.
"""

import ipaddress
import socket

_INTERNET = frozenset({socket.AF_INET, socket.AF_INET6})


class NetworkUsedError(RuntimeError):
    """A test tried to leave the machine; no ``OSError``, so that no code takes it for a fault."""


def refuse_other_networks(event: str, args: tuple[object, ...]) -> None:
    """Refuse, as an audit hook, to reach anything but this machine."""
    if event in {"socket.connect", "socket.sendto"}:
        _check_address(*args)
    elif event in {"socket.getaddrinfo", "socket.gethostbyname"}:
        _check_host(args[0])


def _check_address(sock: object, address: object) -> None:
    if isinstance(sock, socket.socket) and sock.family not in _INTERNET:
        return
    if isinstance(address, tuple) and address:
        _check_host(address[0])


def _check_host(host: object) -> None:
    name = host.decode() if isinstance(host, bytes) else host
    if name in {None, "", "localhost"}:
        return
    if not _is_loopback(str(name)):
        raise NetworkUsedError(f"a test tried to reach {name}")


def _is_loopback(name: str) -> bool:
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified
