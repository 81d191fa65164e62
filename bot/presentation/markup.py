"""Discord's Markdown: what shows as typed, and the small pieces that sentences are made of."""

import re
from datetime import datetime
from urllib.parse import quote

from bot.domain.ledgers import MICRODOLLARS

PROMPT_SHOWN_CHARACTERS = 300
BAR_CELLS = 10

# Whatever Discord's Markdown could read as markup, a mention, a timestamp or a link. One class of
# characters comes first, as a search jumps to the next of those; a choice is tried at each place.
_MARKUP = re.compile(
    r"""
    [\\`*_~|<>\[\]@#:+-]
    (?:
        (?<= [^:+-])
        | (?<= :) (?= //)
        | (?<= [-+]) (?<! \S[-+]) (?= [\s#])
    )
    """,
    re.VERBOSE,
)
# Characters without width, and marks of direction. The two joiners stay: emoji and some scripts
# are written with them.
_WITHOUT_WIDTH = re.compile("[\u00ad\u061c\u180e\u200b\u200e\u200f\u2060-\u2064\ufeff]+")
# Controls, and marks that turn the reading direction of all that follows.
_INVISIBLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")

# All that an address may hold (RFC 3986), but brackets, which would end a link.
_URL_CHARACTERS = "%:/?#@!$&'*+,;=-._~"


def moment(when: datetime, style: str = "R") -> str:
    """Write a moment so that every reader sees it in their own time, counting by itself."""
    return f"<t:{int(when.timestamp())}:{style}>"


def plain(text: str) -> str:
    """Make one line of visible text of whatever was typed."""
    # Nearly all that is typed is printable, and nothing that is taken out here.
    if not text.isprintable():
        text = _INVISIBLE.sub(" ", _WITHOUT_WIDTH.sub("", text))
    return text.strip()


def quoted(prompt: str) -> str:
    """Quote a prompt so that it shows as typed: one line, cut, nothing in it acts as markup."""
    text = plain(prompt)
    if len(text) > PROMPT_SHOWN_CHARACTERS:
        text = text[: PROMPT_SHOWN_CHARACTERS - 1].rstrip() + "…"
    return "> " + escaped(text)


def escaped(text: str) -> str:
    """Make nothing in a text act as markup."""
    return _MARKUP.sub(r"\\\g<0>", text)


def link(words: str, url: str) -> str:
    """Make words a link; whatever the address holds, the link ends where it should."""
    return f"[{words}](<{quote(url, safe=_URL_CHARACTERS)}>)"


def ordinal(number: int) -> str:
    """Write 1st, 2nd, 3rd, 11th."""
    teens = range(11, 14)
    suffix = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{'th' if number % 100 in teens else suffix}"


def dollars(microdollars: int) -> str:
    """Write an amount with cents, and with as many decimals as it needs below a cent."""
    amount = microdollars / MICRODOLLARS
    exact = f"{amount:.6f}".rstrip("0")
    whole, _, decimals = exact.partition(".")
    return f"${int(whole):,}.{decimals:0<2}"


def bar(percent: int) -> str:
    """Draw ten cells, rounded down."""
    full = percent * BAR_CELLS // 100
    return "▰" * full + "▱" * (BAR_CELLS - full)
