"""Nothing in the project says where packages come from or whose machine it was written on.

The needles are put together from pieces, so that this file doesn't contain them itself.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.meta.sources import ROOT, project_files

_REGISTRIES = (
    ("pypi", "org"),
    ("files", "pythonhosted", "org"),
    ("registry", "npmjs", "org"),
    ("registry", "yarnpkg", "com"),
    ("crates", "io"),
    ("conda", "anaconda", "org"),
    ("proxy", "golang", "org"),
    ("deb", "debian", "org"),
    ("registry-1", "docker", "io"),
)
# A server's folder in every container of Pterodactyl's is no path of a machine.
_HOMES = ("work", "root", r"home/(?!container/)\w+", r"Users/\w+", "opt/wheels")
_REGISTRY = re.compile("|".join(re.escape(".".join(parts)) for parts in _REGISTRIES))
_MACHINE_PATH = re.compile(rf"(?<![\w.~-])/(?:{'|'.join(_HOMES)})/")


def _found(needle: re.Pattern[str], path: Path) -> Iterator[str]:
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:  # a picture
        return
    for number, line in enumerate(text.splitlines(), 1):
        if match := needle.search(line):
            yield f"{path.relative_to(ROOT)}:{number}: {match[0]}"


@pytest.mark.parametrize("needle", [_REGISTRY, _MACHINE_PATH], ids=["registry", "machine path"])
def test_no_file_of_the_project_contains_it(needle: re.Pattern[str]) -> None:
    found = [hit for path in project_files() for hit in _found(needle, path)]

    assert found == []


@pytest.mark.parametrize("parts", _REGISTRIES, ids=lambda parts: parts[0])
def test_a_registry_is_recognised_in_an_address(parts: tuple[str, ...]) -> None:
    assert _REGISTRY.search(f"index-url = https://{'.'.join(parts)}/simple")


@pytest.mark.parametrize("home", ["work", "root", "home/ada", "home/containers", "Users/ada"])
def test_a_machine_path_is_recognised(home: str) -> None:
    assert _MACHINE_PATH.search(f'open("/{home}/notes.txt")')


@pytest.mark.parametrize(
    "line", ["https://example.com/api/work/1", "tests/work/a", "the /data volume", "a/root/b"]
)
def test_another_path_is_no_machine_path(line: str) -> None:
    assert not _MACHINE_PATH.search(line)
