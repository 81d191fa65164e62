"""The documents agree with the project that they describe."""

import re
import tomllib
from pathlib import Path

import pytest

import bot
from tests.meta.sources import ROOT

_ADRS = sorted(Path(ROOT, "docs/adr").glob("*.md"))
_ARCHITECTURE_MAX_LINES = 150
_ADR_MAX_LINES = 50
# The order in which those who host the bot have to read them.
_SECTIONS = ("Security", "Removed", "Deprecated", "Added", "Changed", "Fixed")


def _read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def _project_version() -> str:
    version: str = tomllib.loads(_read("pyproject.toml"))["project"]["version"]
    return version


def test_the_changelog_begins_with_the_version_of_the_project() -> None:
    versions = re.findall(r"^## \[(.+?)\]", _read("CHANGELOG.md"), re.MULTILINE)

    assert versions[0] == _project_version()


def test_the_program_knows_its_own_version() -> None:
    assert bot.__version__ == _project_version()


def test_each_version_of_the_changelog_keeps_the_order_of_sections() -> None:
    for release in re.split(r"^## ", _read("CHANGELOG.md"), flags=re.MULTILINE)[1:]:
        sections = re.findall(r"^### (.+)", release, re.MULTILINE)

        assert sections == [name for name in _SECTIONS if name in sections]


def test_each_version_of_the_changelog_begins_with_what_to_read_before_updating() -> None:
    for release in re.split(r"^## ", _read("CHANGELOG.md"), flags=re.MULTILINE)[1:]:
        beginning = release.partition("###")[0]

        assert "\n**Read before updating:** " in beginning


def test_the_architecture_is_short_enough_to_be_read() -> None:
    assert len(_read("ARCHITECTURE.md").splitlines()) <= _ARCHITECTURE_MAX_LINES


def test_the_architecture_names_every_package_of_the_bot() -> None:
    packages = [f"bot/{path.parent.name}/" for path in Path(ROOT, "bot").glob("*/__init__.py")]

    assert [name for name in packages if name not in _read("ARCHITECTURE.md")] == []


def test_decisions_are_numbered_without_a_gap() -> None:
    assert [int(path.name[:4]) for path in _ADRS] == list(range(1, len(_ADRS) + 1))


@pytest.mark.parametrize("adr", _ADRS, ids=lambda path: path.stem)
def test_a_decision_has_its_parts_on_one_page(adr: Path) -> None:
    text = adr.read_text(encoding="utf-8")

    assert text.startswith(f"# {int(adr.name[:4])}. ")
    assert re.search(r"^Status: (accepted|superseded by \d+)$", text, re.MULTILINE)
    assert re.findall(r"^## (.+)", text, re.MULTILINE) == ["Context", "Decision", "Consequences"]
    assert len(text.splitlines()) <= _ADR_MAX_LINES


def test_every_target_that_a_document_tells_of_is_in_the_makefile() -> None:
    targets = set(re.findall(r"^([a-z-]+):", _read("Makefile"), re.MULTILINE))
    told = {
        target
        for name in ("README.md", "CONTRIBUTING.md", "ARCHITECTURE.md", "CHANGELOG.md")
        for target in re.findall(r"(?:^|`)make ([a-z-]+)", _read(name), re.MULTILINE)
    }

    assert told
    assert told <= targets


def test_every_target_is_explained_by_make_help() -> None:
    makefile = _read("Makefile")
    phony = re.search(r"^\.PHONY: (.+)", makefile, re.MULTILINE)

    assert phony
    assert set(phony[1].split()) == set(re.findall(r"^([a-z-]+):.*## ", makefile, re.MULTILINE))
