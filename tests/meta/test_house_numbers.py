"""The rules of the house, held against the tree, and each held against a planted breach."""

import subprocess
import sys
import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tests.meta import house_rules as rules
from tests.meta.module_state import module_state
from tests.meta.sources import CODE, ROOT, Source, python_sources

Check = Callable[[Sequence[Source]], list[str]]

_CHECKS: tuple[Check, ...] = (
    rules.overlong_functions,
    rules.function_lengths,
    rules.overlong_files,
    rules.import_cycles,
    rules.cogs_that_call_each_other,
    rules.empty_names,
    rules.bare_suppressions,
    rules.undocumented_names,
    module_state,
)


def _source(text: str, path: str = "bot/planted.py") -> Source:
    return Source(path, text)


def _function(lines: int, name: str = "f") -> str:
    return f"def {name}():\n" + "    pass\n" * lines


def _functions(*lengths: int) -> str:
    return "".join(_function(lines, f"f{i}") for i, lines in enumerate(lengths))


@pytest.fixture(scope="module")
def code() -> list[Source]:
    return python_sources(*CODE)


@pytest.mark.parametrize("check", _CHECKS, ids=lambda check: check.__name__)
def test_the_tree_keeps_the_rule(check: Check, code: list[Source]) -> None:
    assert check(code) == []


def test_tests_and_benchmarks_give_a_reason_for_every_suppression() -> None:
    assert rules.bare_suppressions(python_sources("tests", "benchmarks")) == []


@pytest.mark.parametrize(
    ("check", "text"),
    [
        (rules.overlong_functions, _function(40)),
        (rules.overlong_functions, "class A:\n" + "    def f(self):\n" + "        pass\n" * 40),
        (rules.function_lengths, _functions(6, 6, 6)),
        (rules.function_lengths, _functions(*[1] * 18, 26, 26)),
        (rules.overlong_files, "\n" * 301),
        (rules.cogs_that_call_each_other, 'bot.get_cog("Imagine")\n'),
        (rules.empty_names, "class JobManager: ...\n"),
        (rules.undocumented_names, "x = 1\n"),
        (rules.undocumented_names, '"""M."""\ndef f(): ...\n'),
        (rules.undocumented_names, '"""M."""\nclass A: ...\n'),
        (
            rules.undocumented_names,
            '"""M."""\nclass A:\n    """A."""\n    async def f(self): ...\n',
        ),
        (module_state, "client = Client()\n"),
        (module_state, "start()\n"),
        (module_state, "if FAST:\n    loop = new_loop()\n"),
        (module_state, "try:\n    import a\nexcept ImportError:\n    a = fallback()\n"),
        (module_state, "for name in names():\n    pass\n"),
        (module_state, "with opened() as file:\n    pass\n"),
        (module_state, "SIZE = frozenset(measure())\n"),
        (module_state, "cache = {}\n"),
        (module_state, "names: list[str] = []\n"),
        (module_state, "table: MutableMapping[str, int] = {}\n"),
        (module_state, "seen = {1, 2}\n"),
        (module_state, "@dataclass\nclass A: ...\na = A()\n"),
        (rules.bare_suppressions, "import a  # noqa\n"),
        (rules.bare_suppressions, "import a  # noqa: F401\n"),
        (rules.bare_suppressions, "import a  # noqa  because it is needed\n"),
        (rules.bare_suppressions, "x = 1  # type: ignore\n"),
        (rules.bare_suppressions, "x = 1  # type: ignore[assignment]\n"),
        (rules.bare_suppressions, "x = 1  # pyright: ignore  the stub is wrong\n"),
        (rules.bare_suppressions, "# ruff: noqa: F401  everything here is needed\n"),
        (rules.bare_suppressions, "# mypy: ignore-errors\n"),
        (rules.bare_suppressions, "# pyright: basic\n"),
    ],
)
def test_a_planted_breach_is_found(check: Check, text: str) -> None:
    assert check([_source(text)])


@pytest.mark.parametrize(
    ("check", "text"),
    [
        (rules.overlong_functions, _function(39)),
        (rules.function_lengths, _functions(5, 5, 5)),
        (rules.function_lengths, 'def f():\n    """One.\n' + "\n" * 50 + '    """\n    pass\n'),
        (rules.overlong_files, "\n" * 300),
        (rules.undocumented_names, '"""M."""\ndef _f(): ...\n'),
        (rules.undocumented_names, '"""M."""\nclass _A:\n    def f(self): ...\n'),
        (rules.undocumented_names, '"""M."""\n@typing.override\ndef f(): ...\n'),
        (module_state, 'log = logging.getLogger("a")\nRE = re.compile("a")\n'),
        (module_state, "@dataclass(frozen=True, slots=True)\nclass A: ...\nBUILT_IN = A()\n"),
        (module_state, 'WORDS = frozenset("a b".split())\n'),
        (module_state, "TABLE: Mapping[str, int] = {'a': 1}\n"),
        (module_state, "__all__ = ['a']\n"),
        (module_state, "if __name__ == '__main__':\n    main()\n"),
        (module_state, "Names = Annotated[str, Field(min_length=1)]\n"),
        (module_state, "KEY = lambda pair: str(pair)\n"),
        (rules.bare_suppressions, "import a  # noqa: F401  discord.py looks it up by name\n"),
        (rules.bare_suppressions, "x = 1  # type: ignore[misc]  # the stub lacks it\n"),
        (rules.bare_suppressions, "x = 1  # pyright: ignore[reportX] the stub lacks it\n"),
        (rules.bare_suppressions, "x = '# noqa'\n"),
    ],
)
def test_what_is_allowed_is_left_alone(check: Check, text: str) -> None:
    assert check([_source(text)]) == []


def test_a_long_cog_is_found_earlier_than_another_file() -> None:
    assert rules.overlong_files([_source("\n" * 151, "cogs/imagine.py")])


@pytest.mark.parametrize("path", ["bot/utils.py", "bot/core/jobs.py", "bot/image_helpers.py"])
def test_a_file_whose_name_says_nothing_is_found(path: str) -> None:
    assert rules.empty_names([_source("", path)])


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("import bot.b\n", "from bot.a import x\n"),
        ("from bot import b\n", "def f():\n    from bot import a\n"),
        ("import bot.b\n", "if TYPE_CHECKING:\n    import bot.a\n"),
    ],
)
def test_a_cycle_of_imports_is_found(a: str, b: str) -> None:
    pair = [_source(a, "bot/a.py"), _source(b, "bot/b.py")]

    assert len(rules.import_cycles(pair)) == 2


def test_a_longer_cycle_through_a_package_is_found() -> None:
    ring = [
        _source("from bot.p import x\n", "bot/a.py"),
        _source("from bot.p.c import x\n", "bot/p/__init__.py"),
        _source("import bot.a\n", "bot/p/c.py"),
    ]

    assert len(rules.import_cycles(ring)) == 3


def test_modules_above_and_below_a_cycle_are_not_blamed() -> None:
    sources = [
        _source("import bot.b\n", "bot/a.py"),
        _source("import bot.c\n", "bot/b.py"),
        _source("", "bot/c.py"),
    ]

    assert rules.import_cycles(sources) == []


def test_a_function_that_branches_too_often_is_found() -> None:
    branches = "".join(f"    if x == {i}:\n        return {i}\n" for i in range(8))
    planted = f'"""M."""\n\n\ndef f(x: int) -> int:\n    """F."""\n{branches}    return x\n'

    found = subprocess.run(  # noqa: S603  the command is ours, whole
        [_tool("ruff"), "check", "--select=C901", "--stdin-filename=bot/planted.py", "-"],
        input=planted,
        cwd=ROOT,
        capture_output=True,
        check=False,
        text=True,
    )

    assert "C901" in found.stdout


def _tool(name: str) -> Path:
    return Path(sys.executable).with_name(name)


def test_ruff_counts_branches_up_to_eight() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

    assert settings["tool"]["ruff"]["lint"]["mccabe"]["max-complexity"] == 8


def test_there_is_at_least_a_line_of_test_for_a_line_of_code(
    code: list[Source], capsys: pytest.CaptureFixture[str]
) -> None:
    tests = sum(source.line_count for source in python_sources("tests"))
    ratio = tests / sum(source.line_count for source in code)

    with capsys.disabled():
        sys.stdout.write(f"\n{ratio:.2f} lines of test for a line of code (aim: 1.2 to 2)\n")
    assert ratio >= 1.0
