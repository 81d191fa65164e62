"""``python -m bot health``: ask the bot that runs here whether it is alive.

Whoever runs containers asks every few seconds, so nothing is imported for it but a little of the
standard library.
"""

import os
import socket
import sys

DEFAULT_PORT = "8080"
_WITHIN_S = 3.0
_PORT_MAX = 65_535
_EVERYWHERE = ("", "0.0.0.0", "::")  # noqa: S104  asked here, not listened on
_HEAD_MAX_BYTES = 4096
_ALIVE = b"200"
_MEANT = "should be a port such as 8080, 127.0.0.1:8080 for this machine alone, or 0"


def read_place(written: str) -> tuple[str, int]:
    """Read where to listen: a port, or an address and a port; an empty address means all.

    Raises
    ------
    ValueError
        What it should be instead, in words for the host.
    """
    address, colon, port = written.strip().rpartition(":")
    if not port.isascii() or not port.isdecimal() or int(port) > _PORT_MAX:
        raise ValueError(_MEANT)
    if colon and not address:
        raise ValueError(_MEANT)
    return address.strip("[]"), int(port)


def ask() -> int:
    """Ask the running bot; say what is so, and give 0 where it is well."""
    written = os.environ.get("HTTP_PORT", "").strip() or DEFAULT_PORT
    try:
        address, port = read_place(written)
    except ValueError as error:
        return _said(f"HTTP_PORT {error}.", 1)
    if port == 0:
        return _said("HTTP_PORT is 0, so there is nothing to ask.", 0)
    try:
        alive = _answers("localhost" if address in _EVERYWHERE else address, port)
    except OSError:
        return _said(f"Nothing answers on port {port}. Look at the bot's log.", 1)
    return _said("alive", 0) if alive else _said("The bot isn't well. Look at its log.", 1)


def _answers(address: str, port: int) -> bool:
    with socket.create_connection((address, port), _WITHIN_S) as connection:
        connection.sendall(b"GET /livez HTTP/1.0\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        head = connection.recv(_HEAD_MAX_BYTES)
    return head.split(b" ", 2)[1:2] == [_ALIVE]


def _said(words: str, code: int) -> int:
    sys.stdout.write(words + "\n")
    return code
