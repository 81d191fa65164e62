"""The import contracts cover every package: one that is new has to be given its place."""

import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.meta.sources import ROOT

# Those that may know the library are what the contract is about.
_DOORS: Mapping[str, frozenset[str]] = {
    "Only the edge knows Discord": frozenset({"app", "client", "presentation"}),
    "Only the doors know aiohttp": frozenset({"app", "client", "observability", "providers"}),
    "Only storage knows the databases": frozenset({"storage"}),
}


def _packages() -> set[str]:
    return {path.parent.name for path in Path(ROOT, "bot").glob("*/__init__.py")}


@pytest.fixture(scope="module")
def contracts() -> dict[str, dict[str, list[str]]]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return {each["name"]: each for each in settings["tool"]["importlinter"]["contracts"]}


def test_every_package_has_its_layer(contracts: dict[str, dict[str, list[str]]]) -> None:
    layers = " ".join(contracts["Dependencies point inwards"]["layers"])

    assert [name for name in sorted(_packages()) if f"bot.{name}" not in layers] == []


@pytest.mark.parametrize("contract", _DOORS)
def test_every_package_but_the_doors_is_kept_from_the_library(
    contract: str, contracts: dict[str, dict[str, list[str]]]
) -> None:
    kept = set(contracts[contract]["source_modules"])

    assert {f"bot.{name}" for name in _packages() - _DOORS[contract]} <= kept
