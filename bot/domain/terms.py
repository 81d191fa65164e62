"""The terms that a server blocks, in AutoMod's own syntax, so that a list can be moved over.

``cat`` is a whole word, ``cat*`` the beginning of one, ``*cat`` its end, ``*cat*`` any part; a term
may have several words. There are no regular expressions: a moderator's mistake can't stop the bot.

Each term is turned into the pieces of text that give it away, with a space where a word must end.
A prompt is then looked up place by place: where it goes on as pieces begin, by the few lengths that
those have. That takes time in proportion to the prompt and hardly more for a thousand terms than
for one. For a list of usual length a pattern finds those places several times as fast.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

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
# Few words of a prompt begin as some term does.
_HEAD_CHARACTERS = 3
# A pattern tries one way after the other, and costs more than it saves where there are many.
# Python keeps the last 512 of them besides, each some kilobytes.
_HEADS_MAX, _FIRST_CHARACTERS_MAX = 256, 64
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


@dataclass(frozen=True)
class BlockedTerms:
    """A server's terms, for any number of prompts; made ready for the first."""

    terms: tuple[str, ...]

    @classmethod
    def of(cls, terms: Iterable[str]) -> "BlockedTerms":
        """Take terms that :func:`parse_term` has read."""
        return cls(tuple(terms))

    def found_in(self, prompt: str) -> str | None:
        """Give a term that the prompt has in it, as it was typed; ``None`` for none."""
        if not self.terms:
            return None
        return next(filter(None, map(self._index.found_in, readings(prompt))), None)

    @cached_property
    def _index(self) -> "_Index":
        # It takes some milliseconds, and most of what is asked of a server has no prompt.
        return _Index.of({piece: term for term in self.terms for piece in _pieces(term)})


@dataclass(frozen=True, slots=True)
class _Index:
    """The pieces of terms, found by their first characters.

    Attributes
    ----------
    pieces
        What to look for in a reading of a prompt, with the term that it gives away.
    lengths
        How long the pieces are that begin alike, by their first `head` characters.
    beginning
        Matches one character, at each place where a piece begins; ``None`` where that is slower.
    """

    pieces: Mapping[str, str]
    lengths: Mapping[str, Sequence[int]]
    head: int
    beginning: re.Pattern[str] | None

    @classmethod
    def of(cls, pieces: Mapping[str, str]) -> "_Index":
        head = min(_HEAD_CHARACTERS, min(map(len, pieces), default=0))
        lengths: defaultdict[str, set[int]] = defaultdict(set)
        for piece in pieces:
            lengths[piece[:head]].add(len(piece))
        by_head = {start: sorted(all_) for start, all_ in lengths.items()}
        return cls(pieces, by_head, head, _beginning_of(by_head))

    def found_in(self, reading: str) -> str | None:
        found = (self.pieces.get(piece) for piece in self._cut(reading))
        return next(filter(None, found), None)

    def _cut(self, reading: str) -> Iterator[str]:
        lengths, head = self.lengths, self.head
        for at in self._places(reading):
            for length in lengths[reading[at : at + head]]:
                yield reading[at : at + length]

    def _places(self, reading: str) -> Iterable[int]:
        """Give the places where pieces may begin; at nearly all others nothing does."""
        if self.beginning is not None:
            return (place.start() for place in self.beginning.finditer(reading))
        lengths, head = self.lengths, self.head
        return [at for at in range(len(reading)) if reading[at : at + head] in lengths]


def _beginning_of(heads: Collection[str]) -> re.Pattern[str] | None:
    """Make what finds every place that goes on as one of these texts, which are equally long.

    The first character alone is consumed, as a place may lie inside another one.
    """
    by_first = _by_first(heads)
    if len(heads) > _HEADS_MAX or not 0 < len(by_first) <= _FIRST_CHARACTERS_MAX:
        return None
    ways = (f"{re.escape(first)}(?={_any_of(rests)})" for first, rests in by_first.items())
    return re.compile("|".join(ways))


def _any_of(texts: Iterable[str]) -> str:
    # All texts end at the same depth, where nothing is left of them.
    by_first = _by_first(filter(None, texts))
    ways = (re.escape(first) + _any_of(rests) for first, rests in by_first.items())
    return f"(?:{'|'.join(ways)})"


def _by_first(texts: Iterable[str]) -> Mapping[str, set[str]]:
    rests: defaultdict[str, set[str]] = defaultdict(set)
    for text in texts:
        rests[text[0]].add(text[1:])
    return rests


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
