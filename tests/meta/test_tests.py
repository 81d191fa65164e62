"""Rules that the tests themselves keep: no mocks, no sleeps, names that are sentences."""

import ast
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import PurePosixPath

import pytest

from tests.meta.sources import Source, python_sources

Check = Callable[[Sequence[Source]], list[str]]

_MOCKS = frozenset({"unittest", "mock", "pytest_mock", "asynctest", "aioresponses", "responses"})
_LAYERS = frozenset(
    {"alone", "unit", "contract", "integration", "page", "meta", "simulation", "image"}
)
_FEWEST_WORDS = 3


def mocks(sources: Sequence[Source]) -> list[str]:
    return [
        source.at(node, f"{module} stands in for something real")
        for source in sources
        for node in ast.walk(source.tree)
        for module in _imported(node)
        if module.partition(".")[0] in _MOCKS
    ]


def _imported(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        yield node.module or ""


def sleeps(sources: Sequence[Source]) -> list[str]:
    """Complain of waiting for time to pass; giving way once, by ``sleep(0)``, is no wait."""
    return [
        source.at(node, "wait for an event or a condition, not for time to pass")
        for source in sources
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call) and _is_sleep(node)
    ]


def _is_sleep(call: ast.Call) -> bool:
    name = ast.unparse(call.func)
    gives_way = [ast.unparse(argument) for argument in call.args] == ["0"]
    return name in {"time.sleep", "asyncio.sleep", "anyio.sleep", "sleep"} and not gives_way


def short_names(sources: Sequence[Source]) -> list[str]:
    return [
        source.at(function, f"{function.name} is no sentence")
        for source in sources
        for function in source.functions()
        if function.name.startswith("test_") and function.name.count("_") < _FEWEST_WORDS
    ]


def shared_file_names(sources: Sequence[Source]) -> list[str]:
    """Complain of two test files of one name: a report wouldn't say which was meant."""
    names = Counter(PurePosixPath(source.path).name for source in sources)
    return [name for name, count in names.items() if count > 1 and name.startswith("test_")]


def homeless_files(sources: Sequence[Source]) -> list[str]:
    """Complain of a test file outside the folders that say what its tests touch."""
    return [
        f"{source.path}: put it into one of {sorted(_LAYERS)}"
        for source in sources
        if PurePosixPath(source.path).name.startswith("test_")
        and PurePosixPath(source.path).parts[1] not in _LAYERS
    ]


_CHECKS: tuple[Check, ...] = (mocks, sleeps, short_names, shared_file_names, homeless_files)


@pytest.mark.parametrize("check", _CHECKS, ids=lambda check: check.__name__)
def test_the_tests_keep_the_rule(check: Check) -> None:
    assert check(python_sources("tests")) == []


@pytest.mark.parametrize(
    ("check", "text"),
    [
        (mocks, "from unittest import mock\n"),
        (mocks, "import unittest.mock\n"),
        (mocks, "from unittest.mock import AsyncMock\n"),
        (mocks, "import aioresponses\n"),
        (sleeps, "time.sleep(0.1)\n"),
        (sleeps, "async def f():\n    await asyncio.sleep(1)\n"),
        (sleeps, "async def f():\n    await sleep(seconds)\n"),
        (short_names, "def test_cancel():\n    pass\n"),
        (short_names, "async def test_it_works():\n    pass\n"),
    ],
)
def test_a_planted_breach_is_found(check: Check, text: str) -> None:
    assert check([Source("tests/unit/test_planted.py", text)])


@pytest.mark.parametrize(
    ("check", "text"),
    [
        (sleeps, "async def f():\n    await asyncio.sleep(0)\n"),
        (sleeps, "async def f():\n    await clock.sleep(5)\n"),
        (short_names, "def test_a_second_callback_is_refused():\n    pass\n"),
    ],
)
def test_what_is_allowed_is_left_alone(check: Check, text: str) -> None:
    assert check([Source("tests/unit/test_planted.py", text)]) == []


def test_two_files_of_one_name_are_found() -> None:
    twins = [Source("tests/unit/test_a.py", ""), Source("tests/contract/test_a.py", "")]

    assert shared_file_names(twins) == ["test_a.py"]


def test_a_file_outside_the_layers_is_found() -> None:
    assert homeless_files([Source("tests/test_a.py", "")])
