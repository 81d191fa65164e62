"""The terms that a server blocks, in AutoMod's own syntax, so that a list can be moved over.

``cat`` is a whole word, ``cat*`` the beginning of one, ``*cat`` its end, ``*cat*`` any part; a term
may have several words. There are no regular expressions: a moderator's mistake can't stop the bot.

Each term is turned into the pieces of text that give it away, with a space where a word must end.
A prompt is then looked up piece by piece, by the few lengths that pieces have, which takes time in
proportion to the prompt and hardly more for a thousand terms than for one.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from bot.domain.folding import (
    folded,
    has_words_without_spaces,
    readings,
    spaced,
    with_letters_for_signs,
)
from bot.domain.refusals import BadInputError, Flaw
from bot.domain.star_patterns import STAR, StarPattern

# https://discord.com/developers/docs/resources/auto-moderation#auto-moderation-rule-object-trigger-metadata-field-limits
TERM_MAX_CHARACTERS = 60
TERMS_MAX = 1000

_SPELLED_OUT_MIN_LETTERS = 3
_BETWEEN_TERMS = re.compile(r"[,\n]")


def parse_term(text: str, field: str = "term") -> str:
    """Read one term as a moderator typed it.

    Raises
    ------
    BadInputError
        Where it is longer than AutoMod would have it, has no word in it, or a star inside.
    """
    # Databases take no zeros.
    term = " ".join(text.replace("\0", " ").split())
    if len(term) > TERM_MAX_CHARACTERS:
        raise BadInputError(field, Flaw.TOO_LONG, str(TERM_MAX_CHARACTERS))
    if STAR in term.strip(STAR):
        raise BadInputError(field, Flaw.STAR_INSIDE)
    if not any(_pieces(term)):
        raise BadInputError(field, Flaw.EMPTY)
    return term


def parse_terms(text: str, field: str = "terms") -> tuple[str, ...]:
    """Read a list of terms, between commas or on lines of their own, each once.

    Raises
    ------
    BadInputError
    """
    parts = (part for part in _BETWEEN_TERMS.split(text) if part.strip())
    terms = tuple(dict.fromkeys(parse_term(part, field) for part in parts))
    if len(terms) > TERMS_MAX:
        raise BadInputError(field, Flaw.TOO_MANY, str(TERMS_MAX))
    return terms


@dataclass(frozen=True, slots=True)
class BlockedTerms:
    """A server's terms, ready for any number of prompts.

    Attributes
    ----------
    pieces
        What to look for in a reading of a prompt, with the term that it gives away.
    word_lengths
        How long the pieces are that begin where a word does.
    other_lengths
        How long those are that may begin anywhere.
    """

    pieces: Mapping[str, str]
    word_lengths: tuple[int, ...]
    other_lengths: tuple[int, ...]

    @classmethod
    def of(cls, terms: Iterable[str]) -> "BlockedTerms":
        """Take terms that :func:`parse_term` has read."""
        pieces = {piece: term for term in terms for piece in _pieces(term)}
        words = {len(piece) for piece in pieces if piece[0] == " "}
        others = {len(piece) for piece in pieces if piece[0] != " "}
        return cls(pieces, tuple(sorted(words)), tuple(sorted(others)))

    def found_in(self, prompt: str) -> str | None:
        """Give a term that the prompt has in it, as it was typed; ``None`` for none."""
        if not self.pieces:
            return None
        found = (self._found_in_reading(reading) for reading in readings(prompt))
        return next(filter(None, found), None)

    def _found_in_reading(self, reading: str) -> str | None:
        cut = _cut(reading, self.word_lengths, self.other_lengths)
        return next((self.pieces[piece] for piece in cut if piece in self.pieces), None)


def _cut(
    reading: str, word_lengths: tuple[int, ...], other_lengths: tuple[int, ...]
) -> Iterator[str]:
    for start, character in enumerate(reading):
        for length in word_lengths if character == " " else other_lengths:
            yield reading[start : start + length]


def _pieces(term: str) -> Iterator[str]:
    """Give the pieces of text that give a term away."""
    pattern = StarPattern.of(term)
    # A capital may look like another letter than its small one does.
    for cased in {pattern.text, pattern.text.upper(), pattern.text.title()}:
        words = spaced(with_letters_for_signs(folded(cased)))
        if words.strip():
            yield _edged(words, pattern)
            yield from _spelled_out(words)


def _edged(words: str, pattern: StarPattern) -> str:
    """Leave the space out where a word may go on."""
    open_both = has_words_without_spaces(words)
    start, end = open_both or pattern.open_start, open_both or pattern.open_end
    return words[start : len(words) - end]


def _spelled_out(words: str) -> Iterator[str]:
    """Write a word letter by letter, as those do who hide it: ``c a t``."""
    letters = words.replace(" ", "")
    if len(letters) >= _SPELLED_OUT_MIN_LETTERS:
        yield spaced(" ".join(letters))
