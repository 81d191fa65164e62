"""The list of what an image is made of: complete, the same each time, nothing looked up."""

import json
import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import pytest

from deploy.sbom import document, hashes_of, library, system_packages

ROOT = Path(__file__).parents[2]
REQUIREMENTS = ROOT / "requirements" / "run.txt"
STATUS = """\
Package: libssl3t64
Status: install ok installed
Architecture: amd64
Version: 1:3.5.1-1+deb13u1~1
Description: a library
 Status: not a field

Package: gone
Status: deinstall ok config-files
Architecture: amd64
Version: 1
"""


@pytest.fixture(scope="module")
def written() -> dict[str, Any]:
    """Run the script as the build does."""
    command = [sys.executable, str(ROOT / "deploy/sbom.py"), str(REQUIREMENTS), "1.2.3"]
    run = subprocess.run(command, capture_output=True, check=True, text=True)  # noqa: S603  the command is ours
    found: dict[str, Any] = json.loads(run.stdout)
    return found


def test_it_is_a_cyclonedx_document_of_this_version(written: dict[str, Any]) -> None:
    assert (written["bomFormat"], written["specVersion"]) == ("CycloneDX", "1.6")
    assert written["metadata"]["component"]["version"] == "1.2.3"


def test_each_part_has_a_name_a_version_and_an_address_of_its_own(
    written: dict[str, Any],
) -> None:
    parts = written["components"]
    addresses = [part["purl"] for part in parts]

    assert all(part["name"] and part["version"] for part in parts)
    assert all(part["purl"] == part["bom-ref"] for part in parts)
    assert len(set(addresses)) == len(addresses)


def test_a_library_has_the_hashes_that_it_may_have_come_with(written: dict[str, Any]) -> None:
    parts = {part["name"]: part for part in written["components"]}
    (reference,) = parts["aiohttp"]["externalReferences"]

    assert [known["content"] for known in reference["hashes"]] == list(
        hashes_of(REQUIREMENTS.read_text(encoding="utf-8"))["aiohttp"]
    )
    assert all(len(known["content"]) == 64 for known in reference["hashes"])


def test_the_interpreter_is_in_it(written: dict[str, Any]) -> None:
    version = ".".join(map(str, sys.version_info[:3]))

    assert f"pkg:generic/python@{version}" in {part["purl"] for part in written["components"]}


def test_a_library_is_named_as_its_index_names_it() -> None:
    described = library(distribution("discord.py"), {})

    assert described["purl"] == f"pkg:pypi/discord-py@{distribution('discord.py').version}"
    assert "externalReferences" not in described


def test_a_package_of_the_system_is_listed_where_it_is_installed() -> None:
    (package,) = system_packages(STATUS)

    assert package["version"] == "1:3.5.1-1+deb13u1~1"
    assert package["purl"] == "pkg:deb/debian/libssl3t64@1%3A3.5.1-1%2Bdeb13u1%7E1?arch=amd64"


def test_the_same_image_has_the_same_list() -> None:
    requirements = REQUIREMENTS.read_text(encoding="utf-8")

    assert document(requirements, STATUS, "1") == document(requirements, STATUS, "1")
