"""What happens when a module is imported: nothing, but for definitions and constants.

A value that can change, or work that is done, at import ties every test and every process to an
order of imports. Allowed are calls that only build a constant: those listed here, enums and frozen
dataclasses of our own, and methods of a literal.
"""

import ast
from collections.abc import Iterator, Sequence

from tests.meta.sources import Source

_CONSTANT_MAKERS = frozenset(
    {
        "ContextVar",
        "MappingProxyType",
        "NewType",
        "ParamSpec",
        "Path",
        "PurePosixPath",
        "Struct",
        "TypeVar",
        "compile",  # of re
        "datetime",
        "fromkeys",  # of dict, inside an annotated table
        "frozenset",
        "getLogger",
        "ip_network",
        "locale_str",
        "pack",  # of struct
        "range",
        "timedelta",
        "tuple",
    }
)
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
_MUTABLE = (ast.List, ast.Set, ast.Dict, ast.ListComp, ast.SetComp, ast.DictComp)


def module_state(sources: Sequence[Source]) -> list[str]:
    """Complain of calls and of mutable values at module level."""
    allowed = _CONSTANT_MAKERS | {name for source in sources for name in _frozen_classes(source)}
    return [
        source.at(node, complaint)
        for source in sources
        for node in _run_at_import(source.tree)
        if (complaint := _complaint(node, allowed))
    ]


def _complaint(node: ast.AST, allowed: frozenset[str]) -> str:
    if isinstance(node, ast.Call) and not _builds_constant(node, allowed):
        return f"{ast.unparse(node.func)}() is called at import"
    if isinstance(node, ast.Assign | ast.AnnAssign) and _can_change(node):
        return "a value that can change lives at module level"
    return ""


def _run_at_import(node: ast.AST) -> Iterator[ast.AST]:
    """Walk through what runs at import: no bodies of functions and classes, and no types."""
    yield node
    for child in ast.iter_child_nodes(node):
        if not (isinstance(child, _DEFINITIONS) or _is_main_guard(child) or _is_type(child)):
            yield from _run_at_import(child)


def _is_type(node: ast.AST) -> bool:
    return isinstance(node, ast.Subscript) and ast.unparse(node.value).endswith("Annotated")


def _is_main_guard(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) == "__name__ == '__main__'"


def _frozen_classes(source: Source) -> Iterator[str]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ClassDef) and _is_frozen(node):
            yield node.name


def _is_frozen(node: ast.ClassDef) -> bool:
    bases = {ast.unparse(base).rpartition(".")[2] for base in node.bases}
    decorators = {ast.unparse(decorator) for decorator in node.decorator_list}
    return bool(bases & {"Enum", "IntEnum", "StrEnum", "IntFlag", "NamedTuple"}) or any(
        "dataclass" in decorator and "frozen=True" in decorator for decorator in decorators
    )


def _builds_constant(call: ast.Call, allowed: frozenset[str]) -> bool:
    if isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Constant):
        return True
    return ast.unparse(call.func).rpartition(".")[2] in allowed


def _can_change(statement: ast.Assign | ast.AnnAssign) -> bool:
    """Tell whether it is a container that neither ``Mapping`` nor convention keeps as it is."""
    if not isinstance(statement.value, _MUTABLE):
        return False
    if isinstance(statement, ast.AnnAssign):
        return "Mapping[" not in ast.unparse(statement.annotation).replace("MutableMapping", "")
    return ast.unparse(statement.targets[0]) != "__all__"
