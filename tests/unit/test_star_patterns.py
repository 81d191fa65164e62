from fnmatch import fnmatchcase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.star_patterns import StarPattern, StarPatterns

SHORT = st.text("ab/", max_size=4)
PATTERN = st.builds("{}{}{}".format, st.sampled_from(["", "*"]), SHORT, st.sampled_from(["", "*"]))


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        ("google/imagen4", "google/imagen4"),
        ("google/*", "google/imagen4/fast"),
        ("*-pro", "a/flux-pro"),
        ("*flux*", "get3w/flux-dev"),
        ("*", "any/thing"),
        ("a*", "a"),
    ],
)
def test_a_pattern_fits_the_names_it_is_meant_for(pattern: str, name: str) -> None:
    assert StarPatterns.of([pattern]).fit(name)


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        ("google/imagen4", "google/imagen4/fast"),
        ("google/*", "a/google/x"),
        ("*-pro", "a/flux-pro-ultra"),
        ("*flux*", "get3w/FLUX-dev"),
        ("a*b", "axb"),
        ("a[bc]", "ab"),
        ("a?", "ab"),
    ],
)
def test_a_pattern_fits_nothing_else(pattern: str, name: str) -> None:
    assert not StarPatterns.of([pattern]).fit(name)


def test_without_patterns_nothing_fits() -> None:
    assert not StarPatterns.of([]).fit("")


@given(st.lists(PATTERN, max_size=4), SHORT)
def test_many_patterns_fit_what_any_of_them_fits(patterns: list[str], name: str) -> None:
    expected = any(fnmatchcase(name, pattern) for pattern in patterns)

    assert StarPatterns.of(patterns).fit(name) is expected


@pytest.mark.parametrize(
    ("pattern", "parts"),
    [
        ("cat", ("cat", False, False)),
        ("cat*", ("cat", False, True)),
        ("*cat", ("cat", True, False)),
        ("*cat*", ("cat", True, True)),
        ("*", ("", True, True)),
    ],
)
def test_a_pattern_is_taken_apart_at_its_ends(pattern: str, parts: tuple[str, bool, bool]) -> None:
    assert StarPattern.of(pattern) == StarPattern(*parts)
