"""``python -m bot health``: ask the bot that runs here whether it is alive.

Whoever runs containers asks every few seconds, so nothing is imported for it but a little of the
standard library.
"""

import os
import socket
import sys

DEFAULT_PORT = "8080"
_NAME = "HTTP_PORT"
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


def written_place() -> str:
    """Give what is set, from where the bot has it too: the environment, else ``.env``."""
    return os.environ.get(_NAME, "").strip() or _in_file() or DEFAULT_PORT


def ask() -> int:
    """Ask the running bot; say what is so, and give 0 where it is well."""
    try:
        address, port = read_place(written_place())
    except ValueError as error:
        return _said(f"HTTP_PORT {error}.", 1)
    if port == 0:
        return _said("HTTP_PORT is 0, so there is nothing to ask.", 0)
    try:
        alive = _answers("localhost" if address in _EVERYWHERE else address, port)
    except OSError:
        return _said(f"Nothing answers on port {port}. Look at the bot's log.", 1)
    return _said("alive", 0) if alive else _said("The bot isn't well. Look at its log.", 1)


def _in_file() -> str:
    try:
        with open(".env", encoding="utf-8-sig") as file:  # noqa: PTH123  pathlib takes as long as all else
            pairs = [line.strip().removeprefix("export ").partition("=") for line in file]
    except (OSError, UnicodeDecodeError):
        return ""
    values = [value for name, _, value in pairs if name.strip() == _NAME]
    return values[-1].partition(" #")[0].strip().strip("\"'") if values else ""


def _answers(address: str, port: int) -> bool:
    with socket.create_connection((address, port), _WITHIN_S) as connection:
        connection.sendall(b"GET /livez HTTP/1.0\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        head = connection.recv(_HEAD_MAX_BYTES)
    return head.split(b" ", 2)[1:2] == [_ALIVE]


def _said(words: str, code: int) -> int:
    sys.stdout.write(words + "\n")
    return code
