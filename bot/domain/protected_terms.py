"""What no server can allow: sexual content with minors.

Two lists of words of ours, one about children, one sexual; a prompt with a word of each is refused.
A word alone says nothing: "a girl with a cat" and a painting of a nude are fine. A word that stands
for both by itself is in both lists. A child's age counts as a word of the first.

The lists are kept as fingerprints, so that nobody who reads the code has to read the words. That is
manners, not secrecy: whoever guesses a word can check it.
"""

import hashlib
import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise

from bot.domain.folding import readings, runs_without_spaces
from bot.domain.protected_words import OF_CHILDREN, SEXUAL

_SALT = b"imagine-bot protected words"
_FINGERPRINT_BYTES = 8
# Nearly all words of the lists; bounds the search where a text shows no words.
_LONGEST_RUN_CHARACTERS = 16
_SPELLED_OUT = re.compile(r"(?<= )[^\W_](?: [^\W_])+(?= )")
# Taken out before anything is looked up.
_HARMLESS = re.compile(r" (?:naked (?:eyes?|mole)|(?:chicken|turkey|duck) breasts)(?= )")
_BELOW_18 = (
    "(?:[1-9]|1[0-7]|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen"
    "|fourteen|fifteen|sixteen|seventeen)"
)
_CHILDS_AGE = re.compile(
    rf" (?:{_BELOW_18} ?(?:yo|y o|yrs? old|years? old|year olds|yearold)|aged? {_BELOW_18}) "
)


def fingerprint(word: str) -> str:
    """Give what stands in the lists for a folded word, or for two words with a space between."""
    salted = hashlib.blake2b(
        word.encode(errors="replace"), digest_size=_FINGERPRINT_BYTES, key=_SALT
    )
    return salted.hexdigest()


def is_forbidden(prompt: str) -> bool:
    """Tell whether a prompt has a word of each list, in any way to read it."""
    read = [_HARMLESS.sub("", reading) for reading in readings(prompt)]
    prints = {fingerprint(word) for word in {word for text in read for word in _words(text)}}
    if prints.isdisjoint(_listed(SEXUAL)):
        return False
    return not prints.isdisjoint(_listed(OF_CHILDREN)) or any(map(_CHILDS_AGE.search, read))


@cache
def _listed(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _words(reading: str) -> Iterator[str]:
    words = reading.split()
    yield from words
    yield from map(" ".join, pairwise(words))
    spelled_out = (run.replace(" ", "") for run in _SPELLED_OUT.findall(reading))
    for run in (*spelled_out, *runs_without_spaces(reading)):
        yield from _parts(run)


def _parts(run: str) -> Iterator[str]:
    for start in range(len(run)):
        for length in range(1, min(_LONGEST_RUN_CHARACTERS, len(run) - start) + 1):
            yield run[start : start + length]
