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
from functools import cache, lru_cache
from itertools import chain, islice, pairwise, product

from bot.domain.folding import folded, readings, runs_without_spaces
from bot.domain.protected_words import OF_CHILDREN, SEXUAL

_SALT = b"imagine-bot protected words"
_FINGERPRINT_BYTES = 8
_AT_HAND_MAX = 4096
# Nearly all words of the lists; bounds the search where a text shows no words.
_LONGEST_RUN_CHARACTERS = 16
_SPELLED_OUT = re.compile(r" [^\W_](?: [^\W_])+(?= )")
_YOUNG = (
    "animals?|birds?|chicks?|ducks?|owls?|penguins?|elephants?|pandas?|deer|goats?|seals?|mice|mouse"
    "|squirrels?|rabbits?|bunn(?:y|ies)|bats?|bears?|foxe?s?|hedgehogs?|monkeys?|turtles?|dragons?"
)
# Taken out before anything is looked up.
_HARMLESS = re.compile(
    r" (?:naked (?:eyes?|mole)|(?:chicken|turkey|duck) breasts|same sex|opposite sex"
    r"|topless (?:jeeps?|cars?|bus|buses)|pussy (?:willows?|cats?|riot)"
    rf"|baby (?:{_YOUNG}))(?= )"
)
_BELOW_18 = (
    "(?:[1-9]|1[0-7]|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen"
    "|fourteen|fifteen|sixteen|seventeen)"
)
# What may be some years old and is no person. An age beside anything else counts.
_OLD_THINGS = (
    "oaks?|trees?|bonsais?|olive|vines?|wines?|whisk(?:e?y|ies)|cheeses?|houses?|cottages?|barns?"
    "|cars?|trucks?|jeeps?|ships?|boats?|bridges?|castles?|church|churches|buildings?"
    "|guitars?|violins?|pianos?|jeans"
)
_CHILDS_AGE = re.compile(
    rf" {_BELOW_18} ?(?:yo|y o|yrs? old|years? old|year olds?|yearold|years? of age)"
    rf"(?! (?:{_OLD_THINGS}) ) "
    rf"| aged? (?:of )?{_BELOW_18} "
)
_AGE_OF_A_THING = re.compile(
    rf" (?:{_OLD_THINGS}) (?:is |are )?{_BELOW_18} ?(?:yrs?|years?) (?:old|of age)(?= )"
)
# A letter that was crossed out is mostly a vowel; two are enough to tell what a word was.
_CROSSING = re.compile(r"[*#_]")
_CROSSED_OUT = re.compile(r"[^\W_]+(?:[*#_][^\W_]+){1,2}")
_VOWELS = "aeiou"
# So many that nobody means them, and few enough to hold nobody else up.
_CROSSED_OUT_MAX = 100


# Most words of a prompt are in other prompts too; some kilobytes are enough for those.
@lru_cache(maxsize=_AT_HAND_MAX)
def fingerprint(word: str) -> str:
    """Give what stands in the lists for a folded word, or for two words with a space between."""
    salted = hashlib.blake2b(
        word.encode(errors="replace"), digest_size=_FINGERPRINT_BYTES, key=_SALT
    )
    return salted.hexdigest()


def is_forbidden(prompt: str) -> bool:
    """Tell whether a prompt has a word of each list, in any way to read it."""
    read = [_HARMLESS.sub("", reading) for reading in readings(prompt)]
    prints = set(map(fingerprint, {*_crossed_out(prompt)}.union(*map(_words, read))))
    if prints.isdisjoint(_listed(SEXUAL)):
        return False
    ages = (_AGE_OF_A_THING.sub("", text) for text in read)
    return not prints.isdisjoint(_listed(OF_CHILDREN)) or any(map(_CHILDS_AGE.search, ages))


@cache
def _listed(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _words(reading: str) -> set[str]:
    words = reading.split()
    # A prompt has dozens, which are put together without a step of ours for each.
    found = {*words, *map(" ".join, pairwise(words))}
    spelled_out = (run.replace(" ", "") for run in _SPELLED_OUT.findall(reading))
    for run in (*spelled_out, *runs_without_spaces(reading)):
        found.update(_parts(run))
    return found


def _crossed_out(prompt: str) -> Iterator[str]:
    """Give the words that those with a crossed-out letter may have been: ``c*t``."""
    text = folded(prompt)
    found = dict.fromkeys(_CROSSED_OUT.findall(text) if _CROSSING.search(text) else ())
    for word in islice(found, _CROSSED_OUT_MAX):
        if len(word) <= _LONGEST_RUN_CHARACTERS:
            pieces = _CROSSING.split(word)
            for vowels in product(_VOWELS, repeat=len(pieces) - 1):
                yield "".join(chain(*zip(pieces, (*vowels, ""), strict=True)))


def _parts(run: str) -> Iterator[str]:
    for start in range(len(run)):
        for length in range(1, min(_LONGEST_RUN_CHARACTERS, len(run) - start) + 1):
            yield run[start : start + length]
