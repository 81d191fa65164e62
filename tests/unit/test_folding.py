"""Words are recognised however they are dressed up."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.folding import folded, readings, runs_without_spaces, spaced


@pytest.mark.parametrize(
    "text",
    [
        "CAT",
        "c\u00e1t",
        "ca\u0301t\u0302",
        "c\u200ba\u200dt",
        "c\u00ada\ufefft",
        "c\u034fa\u2060t",
        "\u0441\u0430\u0442".replace("\u0442", "t"),
        "\u0421\u0410\u0422",
        "c\u03b1\u03c4",
        "\uff43\uff41\uff54",
        "\U0001d41c\U0001d41a\U0001d42d",
        "\u24d2\u24d0\u24e3",
        "\u1d04\u1d00\u1d1b",
        "\U0001f1e8\U0001f1e6\U0001f1f9",
        "\U0001f172\U0001f170\U0001f183",
        "\u13df\u13aa\u13a2",
        "c\u2800a\u3164t",
        "\u202ec\u2066at",
    ],
)
def test_a_word_in_disguise_folds_to_the_word(text: str) -> None:
    assert folded(text) == "cat"


@pytest.mark.parametrize(
    ("text", "plain"),
    [("stra\u00dfe", "strasse"), ("\ufb01re", "fire"), ("\u0130", "i"), ("caf\u00e9", "cafe")],
)
def test_letters_that_stand_for_several_are_taken_apart(text: str, plain: str) -> None:
    assert folded(text) == plain


@given(st.text(max_size=80))
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert folded(folded(text)) == folded(text)


@given(st.text(max_size=80))
def test_no_mark_and_no_invisible_character_is_left(text: str) -> None:
    assert not {unicodedata.category(c) for c in folded(text)} & {"Mn", "Me", "Cf"}


@given(st.text(st.characters(max_codepoint=127), max_size=80))
def test_plain_text_only_loses_its_capitals(text: str) -> None:
    assert folded(text) == text.casefold()


def test_words_stand_between_single_spaces() -> None:
    assert spaced("a  cat-dog,\n\tbird_ 7") == " a cat dog bird 7 "


def test_a_picture_is_a_word_by_itself() -> None:
    assert spaced("cat\U0001f408cat") == " cat \U0001f408 cat "


def test_a_plain_text_has_one_reading() -> None:
    assert readings("A cat in space") == (" a cat in space ",)


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("c.a-t", " c a t "),
        ("c.a-t_", " cat "),
        ("well-known", " well known "),
        ("well-known", " wellknown "),
        ("c4t", " cat "),
        ("c4t", " c4t "),
        ("k1ll", " kill "),
        ("k11l", " klll "),
        ("k!ll it!", " kill it "),
        ("b!||s", " bllls "),
        ("$h1rt", " shirt "),
        ("c@t", " cat "),
        ("$5", " s5 "),
        ("c 4 t", " c a t "),
    ],
)
def test_a_text_has_the_reading_that_was_meant(text: str, reading: str) -> None:
    assert reading in readings(text)


@pytest.mark.parametrize("text", ["455", "1980", "4 455"])
def test_a_number_by_itself_is_not_read_as_a_word(text: str) -> None:
    assert all("ass" not in reading and "b" not in reading for reading in readings(text))


def test_writing_without_spaces_is_found() -> None:
    assert runs_without_spaces(" a \u9ed2\u732b\u304c b \u0e41\u0e21\u0e27 ") == [
        "\u9ed2\u732b\u304c",
        "\u0e41\u0e21\u0e27",
    ]


@given(st.text(max_size=60))
def test_every_reading_is_words_between_single_spaces(text: str) -> None:
    assert all(reading == spaced(reading) or reading == "  " for reading in readings(text))
