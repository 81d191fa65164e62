"""The moderators' document says of each setting what its declaration says."""

import re

import pytest

from bot.domain.server_settings import all_settings
from bot.domain.setting_declaration import Page, Setting
from bot.domain.terms import TERM_MAX_CHARACTERS, TERMS_MAX
from bot.presentation.panel_words import limits_of
from tests.meta.sources import ROOT

_ROW = re.compile(r"^\| `([a-z_]+)` \| (.+?) \| `(.+?)` \| (.+) \|$", re.MULTILINE)
_ACTIONS = re.compile(r"^\| [^|]+ \| .+ \| ([0-9]+) \|$", re.MULTILINE)


def document() -> str:
    return (ROOT / "docs" / "moderating.md").read_text(encoding="utf-8")


def rows(page: Page) -> list[tuple[str, ...]]:
    """Read the table below a page's name."""
    below = document().partition(f"\n### {page.value}\n")[2]
    return _ROW.findall(below.partition("\n### ")[0])


def row(one: Setting) -> tuple[str, ...]:
    return one.name, limits_of(one), one.show(one.default), one.meaning


@pytest.mark.parametrize("page", Page)
def test_the_document_describes_the_settings_of_each_page(page: Page) -> None:
    assert rows(page) == [row(one) for one in all_settings().values() if one.page is page]


@pytest.mark.parametrize("name", all_settings())
def test_every_setting_says_in_a_sentence_what_it_means(name: str) -> None:
    assert all_settings()[name].meaning.endswith(".")


def test_everything_usual_takes_at_most_five_actions() -> None:
    actions = [int(count) for count in _ACTIONS.findall(document())]

    assert len(actions) > 10
    assert max(actions) <= 5


def test_the_document_tells_the_limits_of_terms() -> None:
    limits = f"at most {TERM_MAX_CHARACTERS} characters, a server at most {TERMS_MAX:,} terms"

    assert limits in document()
