"""How a prompt is read, so that a word is recognised however it is dressed up.

Folding takes off what doesn't change how a letter looks: case, accents, invisible characters,
letters of other alphabets that look the same. What then stands between letters may separate words
or may only be meant to hide one, and a digit may stand for a letter; so a text has several
readings, and a word counts where any of them has it.

All of it takes time in proportion to the length of the text.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache

from bot.domain.look_alikes import DIGITS, LETTERS, ONE_MAY_BE, SIGNS

# Marks on letters, and characters that nobody sees (format characters, and blanks that count as
# letters: fillers of Hangul, an empty Braille cell).
_TAKEN_OFF = frozenset({"Mn", "Me", "Cf"})
_BLANKS = frozenset("\u115f\u1160\u2800")
# Words; a picture is a word by itself.
_WORD = re.compile("[^\\W_]+|[\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff]")
_LETTERS = re.compile(r"[^\W_]+")
# At the end of a word they are what they usually are.
_SIGN_OF_ONE = re.compile(r"[!|](?=[!|]*\w)")
_DIGIT = re.compile("[0-9]")
# Thai to Khmer, kana, and Han: written without spaces, so words have no edges there.
_WITHOUT_SPACES = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]+")


def folded(text: str) -> str:
    """Give a text the plain letters that it looks like, in lower case."""
    if text.isascii():
        return text.lower()
    seen = "".join(filter(_is_seen, unicodedata.normalize("NFKD", text)))
    # Twice: some capitals look like another letter than their small ones do.
    return seen.translate(LETTERS).casefold().translate(LETTERS)


def spaced(text: str) -> str:
    """Put the words of a folded text between single spaces, one at each end too."""
    return f" {' '.join(_WORD.findall(text))} "


# The lists of ours and the terms of a server read the same prompt, one after the other.
@lru_cache(maxsize=1)
def readings(text: str) -> tuple[str, ...]:
    """Give the ways to read a text, each folded and spaced, the plainest first."""
    plain = folded(text)
    signs = with_letters_for_signs(plain)
    spelled = dict.fromkeys((plain, signs, *_with_letters_for_digits(signs)))
    both_ways = (way for one in spelled for way in (spaced(one), _closed_up(one)))
    return tuple(dict.fromkeys(both_ways))


def with_letters_for_signs(text: str) -> str:
    """Read the signs of a folded text that pass for letters as those letters."""
    return text.translate(SIGNS)


def has_words_without_spaces(text: str) -> bool:
    """Tell whether a text is in a script that puts no spaces between words."""
    return _WITHOUT_SPACES.search(text) is not None


def runs_without_spaces(text: str) -> list[str]:
    """Find the stretches of a text whose script shows no words."""
    return [] if text.isascii() else _WITHOUT_SPACES.findall(text)


def _is_seen(character: str) -> bool:
    return unicodedata.category(character) not in _TAKEN_OFF and character not in _BLANKS


def _closed_up(text: str) -> str:
    """Take out what stands inside words: ``c.a-t`` is ``cat``."""
    chunks = text.split()
    words = [chunk if chunk.isalnum() else "".join(_LETTERS.findall(chunk)) for chunk in chunks]
    return f" {' '.join(filter(None, words))} "


def _with_letters_for_digits(text: str) -> Iterator[str]:
    ones = _SIGN_OF_ONE.sub("1", text)
    chunks = ones.split() if _DIGIT.search(ones) else []
    hiding = [_may_be_letters(chunk) for chunk in chunks]
    if ones == text and not any(hiding):
        # Read so, it would be as it was.
        return
    for table in _letters_for_digits() if chunks else ():
        both = zip(chunks, hiding, strict=True)
        yield " ".join(chunk.translate(table) if hides else chunk for chunk, hides in both)


@cache
def _letters_for_digits() -> Sequence[Mapping[int, str]]:
    return [{**DIGITS, ord("1"): letter} for letter in ONE_MAY_BE]


def _may_be_letters(chunk: str) -> bool:
    """Tell whether a chunk has digits that may stand for letters; 455 by itself is a number."""
    if chunk.isalpha() or not _DIGIT.search(chunk):
        return False
    return len(chunk) == 1 or any(map(str.isalpha, chunk))
