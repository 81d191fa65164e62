"""Every file and folder that a document names is there."""

import re

import pytest

from tests.meta.sources import ROOT

_DOCUMENTS = (
    "README.md",
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    *sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").rglob("*.md")),
)
_TOP = ("bot", "cogs", "sandbox", "tests", "docs", "benchmarks", "requirements", "deploy")
_NAMED = re.compile(rf"`((?:{'|'.join(_TOP)})/[\w./-]*)`")
_LINKED = re.compile(r"\]\((?!https?://|#)([^)]+)\)")


def _text(document: str) -> str:
    return (ROOT / document).read_text(encoding="utf-8")


@pytest.mark.parametrize("document", _DOCUMENTS)
def test_what_a_document_names_in_code_is_there(document: str) -> None:
    named = _NAMED.findall(_text(document))

    assert [path for path in named if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("document", _DOCUMENTS)
def test_what_a_document_links_to_is_there(document: str) -> None:
    folder = (ROOT / document).parent
    linked = [link.partition("#")[0] for link in _LINKED.findall(_text(document))]

    assert [path for path in linked if not (folder / path).exists()] == []
