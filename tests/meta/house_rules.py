"""The house rules that no linter knows, each as a function from sources to complaints."""

import ast
import re
import statistics
from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePosixPath

from tests.meta.sources import Function, Source

MEDIAN_MAX_LINES = 5
P95_MAX_LINES = 25
FUNCTION_MAX_LINES = 40
FILE_MAX_LINES = 300
COG_MAX_LINES = 150

_EMPTY_NAMES = frozenset(
    {"utils", "util", "helpers", "helper", "common", "manager", "managers", "core", "misc"}
)
_EMPTY_CLASS_NAME = re.compile(r"(Manager|Helpers?|Utils?)$")
_SUPPRESSION = re.compile(r"#\s*(noqa|type:\s*ignore|pyright:\s*ignore)", re.IGNORECASE)
_REASONED = re.compile(
    r"#\s*(noqa:\s*[A-Z]+\d+(,\s*[A-Z]+\d+)*|(type|pyright):\s*ignore\[[\w, -]+\])"
    r"[\s:#-]+\S+\s\S"
)
_WHOLE_FILE = re.compile(
    r"#\s*(ruff:\s*noqa|mypy:|flake8:|pyright:\s*(basic|standard|strict|\w+=))", re.IGNORECASE
)


def overlong_functions(sources: Sequence[Source]) -> list[str]:
    return [
        source.at(function, f"{function.name} has {length} lines")
        for source in sources
        for function in source.functions()
        if (length := _whole_length(function)) > FUNCTION_MAX_LINES
    ]


def function_lengths(sources: Sequence[Source]) -> list[str]:
    """Complain where the functions of all sources together are too long, by median or by p95."""
    lengths = sorted(body_length(f) for source in sources for f in source.functions())
    if not lengths:
        return []
    figures = (
        ("median", statistics.median(lengths), MEDIAN_MAX_LINES),
        ("p95", lengths[len(lengths) * 95 // 100], P95_MAX_LINES),
    )
    return [f"{name} of function bodies: {n} lines" for name, n, limit in figures if n > limit]


def _whole_length(function: Function) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def body_length(function: Function) -> int:
    """Count the lines of a function's body without its docstring."""
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def overlong_files(sources: Sequence[Source]) -> list[str]:
    return [
        f"{source.path}: {source.line_count} lines"
        for source in sources
        if source.line_count > _file_limit(source)
    ]


def _file_limit(source: Source) -> int:
    return COG_MAX_LINES if source.path.startswith("cogs/") else FILE_MAX_LINES


def import_cycles(sources: Sequence[Source]) -> list[str]:
    """Complain of modules that import one another, wherever in the file they do it."""
    graph = {source.module: set[str]() for source in sources}
    for source in sources:
        graph[source.module] = {name for name in _imported(source, graph) if name != source.module}
    stuck = _without_leaves(graph)
    return [f"{name} imports itself by way of {sorted(graph[name] & stuck)}" for name in stuck]


def _without_leaves(graph: dict[str, set[str]]) -> set[str]:
    """Take away what imports nothing that is left, and what nothing left imports."""
    left = set(graph)
    while True:
        wanted = set().union(*(graph[name] for name in left))
        inside = {name for name in left if graph[name] & left and name in wanted}
        if inside == left:
            return left
        left = inside


def _imported(source: Source, modules: Iterable[str]) -> Iterator[str]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in modules)
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            yield from _named(node.module, node.names, modules)


def _named(module: str, names: Iterable[ast.alias], modules: Iterable[str]) -> Iterator[str]:
    for alias in names:
        full = f"{module}.{alias.name}"
        if full in modules:
            yield full
        elif module in modules:
            yield module


def cogs_that_call_each_other(sources: Sequence[Source]) -> list[str]:
    return [
        source.at(node, "get_cog ties one command group to another")
        for source in sources
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Attribute) and node.attr == "get_cog"
    ]


def empty_names(sources: Sequence[Source]) -> list[str]:
    """Complain of modules and classes whose names say nothing."""
    modules = [
        f"{source.path}: name it by what it knows"
        for source in sources
        if _EMPTY_NAMES & _words(source.path)
    ]
    classes = [
        source.at(node, f"{node.name} says nothing")
        for source in sources
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ClassDef) and _EMPTY_CLASS_NAME.search(node.name)
    ]
    return modules + classes


def _words(path: str) -> set[str]:
    parts = PurePosixPath(path).with_suffix("").parts
    return {word for part in parts for word in part.strip("_").split("_")}


def bare_suppressions(sources: Sequence[Source]) -> list[str]:
    """Complain of a silenced tool where the line doesn't give the rule's code and a reason."""
    return [
        f"{source.path}:{line}: {comment}"
        for source in sources
        for line, comment in source.comments()
        if _WHOLE_FILE.match(comment) or not _has_its_reason(comment)
    ]


def _has_its_reason(comment: str) -> bool:
    starts = [match.start() for match in _SUPPRESSION.finditer(comment)]
    return all(_REASONED.match(comment[start:]) for start in starts)


def undocumented_names(sources: Sequence[Source]) -> list[str]:
    return [complaint for source in sources for complaint in _undocumented(source, source.tree)]


def _undocumented(source: Source, node: ast.Module | ast.ClassDef) -> Iterator[str]:
    if ast.get_docstring(node) is None:
        yield source.at(node, f"{getattr(node, 'name', 'the module')} has no docstring")
    for child in node.body:
        if isinstance(child, ast.ClassDef) and not child.name.startswith("_"):
            yield from _undocumented(source, child)
        elif isinstance(child, Function) and _wants_docstring(child):
            yield source.at(child, f"{child.name} has no docstring")


def _wants_docstring(function: Function) -> bool:
    inherits = {ast.unparse(d).rpartition(".")[2] for d in function.decorator_list}
    return (
        not function.name.startswith("_")
        and not inherits & {"override", "overload", "setter"}
        and ast.get_docstring(function) is None
    )
