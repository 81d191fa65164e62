from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sandbox.backstage.pairing import paired
from tests.unit.backstage_facts import ASKED_S, ENDED, PROMPT, REFUSED, TASK, ask

if TYPE_CHECKING:
    from sandbox.backstage.facts import Entry, TaskFacts

LATER_S = ASKED_S + 60


def submitted(after_s: float, prompt: str = PROMPT) -> TaskFacts:
    return replace(TASK, submitted_at_s=ASKED_S + after_s, prompt=prompt)


def numbers(entries: list[Entry]) -> list[tuple[int | None, int]]:
    return [(entry.ask.id if entry.ask else None, len(entry.tasks)) for entry in entries]


def test_a_submission_goes_to_the_wish_with_its_prompt() -> None:
    other = replace(ask(number=2), prompt="A dog")
    assert numbers(paired([ask(), other], [submitted(1, "A dog")])) == [(1, 0), (2, 1)]


def test_two_wishes_with_one_prompt_get_a_submission_each() -> None:
    twins = [ask(number=1), ask(number=2, at_s=ASKED_S + 1)]
    assert numbers(paired(twins, [submitted(2), submitted(3)])) == [(1, 1), (2, 1)]


def test_a_submission_too_many_goes_to_the_newest_wish() -> None:
    twins = [ask(number=1), ask(number=2, at_s=ASKED_S + 1)]
    tasks = [submitted(2), submitted(3), submitted(4)]
    assert numbers(paired(twins, tasks)) == [(1, 1), (2, 2)]


def test_a_wish_that_was_over_before_gets_no_later_submission() -> None:
    cancelled, again = ask(ENDED, number=1), ask(number=2, at_s=LATER_S)
    assert numbers(paired([cancelled, again], [submitted(61)])) == [(1, 0), (2, 1)]


def test_a_refused_submission_leaves_the_wish_waiting_for_another() -> None:
    twins = [ask(number=1), ask(number=2, at_s=ASKED_S + 5)]
    refused = replace(REFUSED, submitted_at_s=ASKED_S + 1)
    assert numbers(paired(twins, [refused, submitted(6), submitted(7)])) == [(1, 2), (2, 1)]


def test_a_submission_before_any_wish_belongs_to_nobody() -> None:
    assert numbers(paired([ask(at_s=LATER_S)], [submitted(1)])) == [(None, 1), (1, 0)]


def test_a_submission_without_a_prompt_goes_to_the_wish_that_names_its_model() -> None:
    first = replace(ask(number=1), said="-# AI-generated · flux-dev · for @Alice")
    larger = replace(ask(number=2, at_s=ASKED_S + 5), said="-# image-upscaler · for @Alice")
    enlarging = replace(submitted(6, ""), model="get3w/image-upscaler")

    assert numbers(paired([first, larger], [submitted(1), enlarging])) == [(1, 1), (2, 1)]


def test_a_submission_without_a_prompt_that_no_message_names_belongs_to_nobody() -> None:
    assert numbers(paired([ask()], [submitted(1), submitted(6, "")])) == [(1, 1), (None, 1)]


def test_blanks_that_were_tidied_make_no_other_prompt() -> None:
    untidy = replace(ask(), prompt="  A cat  in space ")
    assert numbers(paired([untidy], [submitted(1)])) == [(1, 1)]


def test_a_long_prompt_is_known_by_its_beginning_where_a_message_cuts_it() -> None:
    cut = replace(ask(), prompt="A cat in…")
    assert numbers(paired([cut], [submitted(1)])) == [(1, 1)]
