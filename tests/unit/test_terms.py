"""Terms that a server blocks: which prompts they stop, and which terms can be given."""

import gc
import string
from fnmatch import fnmatchcase
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.refusals import BadInputError, Flaw
from bot.domain.terms import TERMS_MAX, BlockedTerms, parse_term, parse_terms
from tests.unit.ruled import untraced

GREEK = "\u03b7\u03bb\u03b9\u03bf\u03c2"


def hit(term: str, prompt: str) -> bool:
    return BlockedTerms.of([parse_term(term)]).found_in(prompt) is not None


@pytest.mark.parametrize(
    ("term", "prompt"),
    [
        ("cat", "a cat in space"),
        ("cat", "cat"),
        ("cat", "Cat!"),
        ("cat", "(cat)"),
        ("cat*", "a category"),
        ("cat*", "cat"),
        ("*cat", "a tomcat"),
        ("*cat", "cat"),
        ("*cat*", "education"),
        ("*cat*", "cat"),
        ("bad dog", "a very bad dog here"),
        ("bad dog", "a BAD,  dog"),
        ("bad dog", "bad-dog"),
        ("bad dog*", "two bad dogs"),
        ("*bad dog", "a superbad dog"),
        ("don't", "please DON'T"),
        ("\U0001f408", "me\U0001f408you"),
        ("$5", "only $5"),
        ("b00k", "my b00k"),
    ],
)
def test_a_term_stops_what_automod_would_stop(term: str, prompt: str) -> None:
    assert hit(term, prompt)


@pytest.mark.parametrize(
    ("term", "prompt"),
    [
        ("cat", "a category"),
        ("cat", "a tomcat"),
        ("cat*", "a tomcat"),
        ("*cat", "a category"),
        ("*cat*", "c at"),
        ("bad dog", "a bad old dog"),
        ("bad dog", "a bad doggy"),
        ("bad dog", "not so bad. A dogma"),
        ("dog", "a cat"),
        ("ass", "455 pixels"),
        ("ass", "assassin, glass, class"),
        ("cat", ""),
        ("b00k", "my book"),
    ],
)
def test_a_term_stops_nothing_else(term: str, prompt: str) -> None:
    assert not hit(term, prompt)


@pytest.mark.parametrize(
    "prompt",
    [
        "a K\u0130LL\u0301",
        "a k\u200bi\u200bll",
        "a \u043a\u0456ll",
        "a k1ll",
        "a k!ll",
        "a k.i.l.l",
        "a k-ill",
        "a k i l l",
        "a  k  i  l  l  here",
        "k_i_l_l",
        "a k 1 l l",
        "a \uff4b\uff49\uff4c\uff4c",
        "\U0001f1f0\U0001f1ee\U0001f1f1\U0001f1f1",
        "a k\u00adi\u034fl\u2060l",
        "the*kill*",
        "ki**ll",
    ],
)
def test_a_term_is_found_in_every_disguise(prompt: str) -> None:
    assert hit("kill", prompt)


@pytest.mark.parametrize("term", ["K\u00ccLL", "k\u200bill", "\u043aill", " kill ", "kill!"])
def test_a_term_may_be_disguised_itself(term: str) -> None:
    assert hit(term, "they kill time")


@pytest.mark.parametrize("prompt", [GREEK, GREEK.upper(), GREEK.title()])
def test_capitals_do_not_matter_where_they_look_like_other_letters(prompt: str) -> None:
    assert hit(GREEK, prompt)


def test_a_term_in_a_script_without_spaces_is_found_anywhere() -> None:
    assert hit("\u732b", "\u5bc7\u3044\u9ed2\u732b\u304c\u3044\u308b")


def test_two_letters_are_not_looked_for_letter_by_letter() -> None:
    assert not hit("am", "a m i")


def test_the_term_is_told_as_it_was_typed() -> None:
    terms = BlockedTerms.of(["bird", "*CaT*", "dog"])

    assert terms.found_in("an education") == "*CaT*"


def test_without_terms_nothing_is_stopped() -> None:
    assert BlockedTerms.of([]).found_in("anything") is None


def test_a_term_that_was_kept_and_folds_to_nothing_stops_nothing() -> None:
    assert BlockedTerms.of(["*"]).found_in("anything") is None


CONSONANTS = "bcdfghjklmnpqrstvwx"
LISTS = {
    "a few": ["cat", "*dog", "ana*"],
    "hundreds that begin in as many ways": [f"{a}{b}oo" for a in CONSONANTS for b in CONSONANTS],
    "in a script of many letters": [f"{chr(0x4E00 + number)}口" for number in range(300)],
    "of pictures": [f"*{chr(0x1F400 + number)}*" for number in range(80)],
}


@pytest.mark.parametrize("name", LISTS)
def test_each_term_of_a_list_is_found_and_nothing_else(name: str) -> None:
    terms = BlockedTerms.of(LISTS[name])

    found = [terms.found_in(f"a quiet {term.strip('*')} at noon") for term in LISTS[name]]

    assert found == LISTS[name]
    assert terms.found_in("a quiet sea at noon") is None


words = st.text(string.ascii_lowercase[:4], min_size=1, max_size=5)
plain_terms = st.builds(
    "{}{}{}".format, st.sampled_from(["", "*"]), words, st.sampled_from(["", "*"])
)


@given(st.lists(plain_terms, max_size=5), st.lists(words, max_size=6))
def test_plain_words_are_stopped_as_their_patterns_say(terms: list[str], prompt: list[str]) -> None:
    long_words = [word for word in prompt if len(word) > 1]
    expected = any(fnmatchcase(word, term) for word in long_words for term in terms)

    found = BlockedTerms.of(terms).found_in(" ".join(long_words))

    assert (found is not None) is expected


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_text_breaks_the_search(term: str, prompt: str) -> None:
    try:
        parsed = parse_term(term)
    except BadInputError:
        return
    BlockedTerms.of([parsed]).found_in(prompt)


def thousand_terms() -> BlockedTerms:
    shapes = ("w{}x", "*w{}x", "w{}x*", "*w{}x*")
    return BlockedTerms.of(shapes[number % 4].format("y" * (number % 40)) for number in range(1000))


def thousand_letters() -> BlockedTerms:
    return BlockedTerms.of(f"{chr(0x4E00 + number)}口木" for number in range(1000))


@untraced
@pytest.mark.parametrize("terms", [thousand_terms(), thousand_letters()])
@pytest.mark.parametrize(
    "prompt",
    [
        "a lovely cat sits, on 4 mats @ home! " * 40,
        "\u00e9 " * 750,
        "w" * 1500,
        f"{'凧' * 15}.1x{'凧' * 7}!x " * 60,
    ],
)
def test_the_longest_prompt_against_a_thousand_terms_never_holds_the_loop(
    prompt: str, terms: BlockedTerms
) -> None:
    gc.collect()  # what others left isn't counted
    started = process_time()

    terms.found_in(prompt[:1500])

    assert process_time() - started < 0.05


def test_a_term_is_kept_as_it_was_typed_but_for_space() -> None:
    assert parse_term("  Bad \n dog* ") == "Bad dog*"


@pytest.mark.parametrize(
    ("text", "flaw", "limit"),
    [
        ("x" * 5000, Flaw.TOO_LONG, "60"),
        ("x" * 61, Flaw.TOO_LONG, "60"),
        ("", Flaw.EMPTY, ""),
        ("  ", Flaw.EMPTY, ""),
        ("*", Flaw.EMPTY, ""),
        ("**", Flaw.EMPTY, ""),
        ("...", Flaw.EMPTY, ""),
        ("\u200b", Flaw.EMPTY, ""),
        ("ca*t", Flaw.STAR_INSIDE, ""),
        ("*ca*t*", Flaw.STAR_INSIDE, ""),
    ],
)
def test_what_can_be_no_term_is_refused_with_the_limit(text: str, flaw: Flaw, limit: str) -> None:
    with pytest.raises(BadInputError) as refused:
        parse_term(text, "term")

    assert (refused.value.field, refused.value.flaw, refused.value.limit) == ("term", flaw, limit)


def test_the_longest_term_is_taken() -> None:
    assert parse_term("x" * 60) == "x" * 60


def test_a_list_moved_over_from_automod_is_read() -> None:
    assert parse_terms("cat*, *dog,*ana*\nbad dog,, cat*\n") == (
        "cat*",
        "*dog",
        "*ana*",
        "bad dog",
    )


def test_one_bad_term_refuses_the_whole_list() -> None:
    with pytest.raises(BadInputError):
        parse_terms("cat, do*g")


def test_a_list_has_as_many_terms_as_automods() -> None:
    most = ",".join(f"t{number}" for number in range(TERMS_MAX))

    assert len(parse_terms(most)) == TERMS_MAX
    with pytest.raises(BadInputError) as refused:
        parse_terms(most + ",more")
    assert (refused.value.flaw, refused.value.limit) == (Flaw.TOO_MANY, "1000")
