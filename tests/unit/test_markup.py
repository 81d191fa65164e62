from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.presentation.markup import bar, link, moment, ordinal, plain, quoted


@pytest.mark.parametrize(
    ("prompt", "shown"),
    [
        ("A cat", "> A cat"),
        ("**bold** _it_ ~~no~~", r"> \*\*bold\*\* \_it\_ \~\~no\~\~"),
        ("`code` ||secret||", r"> \`code\` \|\|secret\|\|"),
        ("@everyone <@1> <@&2> <#3>", r"> \@everyone \<\@1\> \<\@&2\> \<\#3\>"),
        ("<t:1:R> <:cat:4> </imagine:5>", r"> \<t:1:R\> \<:cat:4\> \</imagine:5\>"),
        ("[words](https://x.example)", r"> \[words\](https\://x.example)"),
        ("https://x.example discord://y", r"> https\://x.example discord\://y"),
        ("# head", r"> \# head"),
        ("-# small", r"> \-\# small"),
        ("- item", r"> \- item"),
        ("+ item", r"> \+ item"),
        ("> quote", r"> \> quote"),
        ("a\\b", r"> a\\b"),
    ],
)
def test_nothing_in_a_prompt_acts_as_markup(prompt: str, shown: str) -> None:
    assert quoted(prompt) == shown


@pytest.mark.parametrize("prompt", ["half-timbered, 3:2, 50+ cats", "it's (very) nice!", "f/1.8"])
def test_harmless_signs_are_left_alone(prompt: str) -> None:
    assert quoted(prompt) == f"> {prompt}"


@pytest.mark.parametrize("gap", ["\n", "\r\n", "\r", "\x0b", "\x85", "\u2028", "\u2029", "\n\n\n"])
def test_a_prompt_of_many_lines_is_quoted_in_one(gap: str) -> None:
    assert quoted(f"A cat{gap}in space") == "> A cat in space"


@pytest.mark.parametrize("mark", ["\u202e", "\u202a", "\u2066", "\u2069", "\x00", "\x1b"])
def test_marks_that_turn_or_hide_text_are_taken_out(mark: str) -> None:
    assert plain(f"a{mark}b") == "a b"


def test_signs_that_join_letters_and_pictograms_stay() -> None:
    family, word = "\U0001f468\u200d\U0001f469\u200d\U0001f467", "\u0645\u06cc\u200c\u062e\u0648"

    assert plain(f"{family} {word}") == f"{family} {word}"


def test_a_prompt_is_quoted_up_to_300_characters() -> None:
    assert quoted("x" * 300) == "> " + "x" * 300
    assert quoted("x" * 301) == "> " + "x" * 299 + "…"


def test_a_prompt_is_cut_before_it_is_escaped() -> None:
    assert quoted("*" * 400) == "> " + r"\*" * 299 + "…"


@given(st.text(max_size=400))
def test_a_quoted_prompt_is_one_line_whatever_was_typed(prompt: str) -> None:
    assert len(quoted(prompt).splitlines()) == 1


@given(st.text(alphabet="*_`~|<>@#\\a ", max_size=60))
def test_every_sign_of_markup_stands_behind_a_backslash(prompt: str) -> None:
    shown = quoted(prompt).removeprefix("> ")

    undone = iter(shown)
    for character in undone:
        if character == "\\":
            next(undone)
        else:
            assert character not in "*_`~|<>@#"


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("https://x.example/a.png?sig=1&b=%20", "https://x.example/a.png?sig=1&b=%20"),
        ("https://x.example/a(1).png", "https://x.example/a%281%29.png"),
        ("https://x.example/a b>c", "https://x.example/a%20b%3Ec"),
        ("https://x.example/é", "https://x.example/%C3%A9"),
    ],
)
def test_a_link_ends_where_its_address_does(url: str, target: str) -> None:
    assert link("Open it", url) == f"[Open it](<{target}>)"


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (1, "1st"),
        (2, "2nd"),
        (3, "3rd"),
        (4, "4th"),
        (11, "11th"),
        (12, "12th"),
        (13, "13th"),
        (21, "21st"),
        (111, "111th"),
        (122, "122nd"),
    ],
)
def test_places_are_counted_as_people_say_them(number: int, words: str) -> None:
    assert ordinal(number) == words


@pytest.mark.parametrize(("percent", "full"), [(0, 0), (9, 0), (10, 1), (46, 4), (89, 8), (99, 9)])
def test_the_bar_has_ten_cells_and_rounds_down(percent: int, full: int) -> None:
    assert bar(percent) == "▰" * full + "▱" * (10 - full)


def test_a_moment_is_written_for_every_time_zone() -> None:
    when = datetime(2026, 1, 2, 3, 4, 5, 999_999, UTC)

    assert moment(when) == "<t:1767323045:R>"
    assert moment(when, "f") == "<t:1767323045:f>"
