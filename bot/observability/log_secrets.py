"""What is masked in the log: given secrets, and everything that has the shape of one."""

import re
from collections.abc import Iterable

_MASK = "[hidden]"
# Shorter ones are slips of an operator; masking each "a" would only hide what is wrong.
SECRET_MIN_CHARACTERS = 6
_SECRET_SHAPES = (
    # A bot token: its id, its time and its signature, each in base64.
    re.compile(r"[\w-]{23,28}\.[\w-]{6,7}\.[\w-]{27,}"),
    # The tokens of webhooks and interactions, in addresses.
    re.compile(r"(?<=/webhooks/)(\d+/)[\w.%~-]{20,}"),
    re.compile(r"(?<=/interactions/)(\d+/)[\w.%~-]{20,}"),
    # The same in a gateway event, as JSON or as Python prints it.
    re.compile(r"""(?<=["']token["']: ["'])[^"']+|(?<=["']token["']:["'])[^"']+"""),
    # An interaction's token begins with "interaction:" in base64.
    re.compile(r"\baW50ZXJhY3Rpb246[\w+/=-]+"),
    re.compile(r"""(?i)(?<=token=["'])[^"']+"""),
    re.compile(r"(?i)(?<=bearer )[\w.~+/=-]+"),
    re.compile(r"(?i)(?<=authorization: bot )\S+"),
    re.compile(r"\b(?:sk|wsk)_[\w-]{8,}"),
    # The password in the address of a database or a proxy.
    re.compile(r"(?<=://)([^\s:/@]*:)[^\s/@]+(?=@)"),
    # The signature of a signed address is in its query.
    re.compile(
        r"(?<=\?)(?:[^\s\"'<>)]*)(?:sig|token|key|signature|hm)=[^\s\"'<>)]+", re.IGNORECASE
    ),
)


def worth_masking(secrets: Iterable[str]) -> list[str]:
    """List secrets that are long enough, the longest first: one may be a part of another."""
    return sorted((s for s in secrets if len(s) >= SECRET_MIN_CHARACTERS), key=len, reverse=True)


def redacted(text: str, secrets: Iterable[str] = ()) -> str:
    """Mask given secrets and everything that has the shape of one."""
    for secret in secrets:
        text = text.replace(secret, _MASK)
    for shape in _SECRET_SHAPES:
        text = shape.sub(_masked, text)
    return text


def _masked(match: re.Match[str]) -> str:
    kept = match[1] if match.re.groups else ""
    return f"{kept}{_MASK}"
