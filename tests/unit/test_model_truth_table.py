"""The truth table of the decision record holds, row by row, and leaves no case out."""

import itertools
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

import pytest

from bot.domain.model_rules import LEVELS, Check, Decision, ModelRule, ServerModels
from bot.domain.models import ModelCeiling
from tests.meta.sources import ROOT
from tests.unit.ruled import (
    CHANNEL,
    MEMBER,
    OPEN,
    OTHER_CHANNEL,
    OTHER_ROLE,
    ROLE,
    allow,
    decide,
    deny,
)

MODEL = "vendor/asked-for"
ADR = ROOT / "docs/adr/0011-let-the-narrowest-model-rule-decide.md"
LEVEL_CELLS = ("none", "allow", "deny", "both")
YES_NO = ("yes", "no")
PLACES = {
    Check.ROLE_IN_CHANNEL: (ROLE, CHANNEL),
    Check.CHANNEL: (None, CHANNEL),
    Check.ROLE: (ROLE, None),
    Check.SERVER: (None, None),
}


class Case(NamedTuple):
    """One combination: what each level holds, strong to weak, and the two other questions."""

    role_in_channel: str
    channel: str
    role: str
    server: str
    is_default: str
    in_ceiling: str


class Row(NamedTuple):
    """One row of the table; a cell of its first part may stand for several values."""

    cells: tuple[str, ...]
    answer: str
    decided_by: str

    def cases(self) -> Iterator[Case]:
        meant = [
            full if cell == "any" else tuple(cell.split(", "))
            for cell, full in zip(self.cells, (*[LEVEL_CELLS] * 4, YES_NO, YES_NO), strict=True)
        ]
        return (Case(*values) for values in itertools.product(*meant))


def rows() -> list[Row]:
    lines = [line for line in ADR.read_text(encoding="utf-8").splitlines() if line[:2] == "| "]
    cells = [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines[1:]]
    return [Row(line[:6], line[6], line[7]) for line in cells]


def rules_of(case: Case) -> Iterator[ModelRule]:
    for check, cell in zip(LEVELS, case, strict=False):
        if cell in {"allow", "both"}:
            yield allow(MODEL, *PLACES[check])
        if cell in {"deny", "both"}:
            yield deny("vendor/*", *PLACES[check])


def decision(case: Case) -> Decision:
    models = ServerModels(MODEL if case.is_default == "yes" else "vendor/other", noisy(case))
    ceiling = OPEN if case.in_ceiling == "yes" else ModelCeiling(("other/*",))
    return decide(models, MEMBER, MODEL, ceiling)


def noisy(case: Case) -> tuple[ModelRule, ...]:
    """Mix the rules of the case with rules that concern other models, members and channels."""
    return (
        allow(MODEL, OTHER_ROLE),
        *rules_of(case),
        deny(MODEL, ROLE, OTHER_CHANNEL),
        deny("vendor/other", ROLE, CHANNEL),
        allow(MODEL, None, OTHER_CHANNEL),
    )


def test_the_table_has_every_case_once() -> None:
    counted = Counter(case for row in rows() for case in row.cases())
    every = itertools.product(*[LEVEL_CELLS] * 4, YES_NO, YES_NO)

    assert counted == dict.fromkeys((Case(*values) for values in every), 1)


@pytest.mark.parametrize("row", rows(), ids=lambda row: "-".join((*row.cells, row.decided_by)))
def test_the_row_holds_in_all_its_cases(row: Row) -> None:
    decided = {(d.allowed, d.deciding.check.value) for d in map(decision, row.cases())}

    assert decided == {(row.answer == "yes", row.decided_by)}
