"""What `make bench` prints, from the figures of the trials."""

import math

import pytest

from benchmarks.loads import LOADS
from benchmarks.table import FIGURES, table

OURS = {"picture_p50_s": 0.01, "limited": 0.0, "edits": 3.0}
NAIVE = {"picture_p50_s": 7.1, "limited": 2.0, "edits": 29.0}


def rows(text: str) -> dict[str, list[str]]:
    """Give the cells behind each line's label."""
    lines = text.splitlines()[2:]
    return {line.split("  ")[0]: line.split("  ", 1)[1].split() for line in lines}


def test_each_line_has_both_medians_their_ratio_and_the_target() -> None:
    trials = {
        ("flood", "ours"): [OURS, OURS | {"picture_p50_s": 9.0}, OURS],
        ("flood", "naive"): [NAIVE],
    }

    line = rows(table(trials))["29 events in 3 s: completed to picture, s"]

    assert line == ["0.010", "7.100", "0.001", "<=", "0.05", "yes"]


def test_a_target_that_is_missed_stands_out() -> None:
    trials = {("flood", "ours"): [NAIVE], ("flood", "naive"): [NAIVE]}

    assert rows(table(trials))["29 events in 3 s: 429s"][-1] == "NO"


def test_a_target_can_be_a_share_of_the_naive_figure() -> None:
    burst = dict.fromkeys(("answered_p50_s", "answered_p99_s", "picture_p50_s"), 1.0)
    burst |= dict.fromkeys(("memory_mb_per_job", "cpu_ms_per_job", "limited", "edits"), 1.0)
    burst |= {"picture_p99_s": 1.0, "missing": 0.0, "stand_in_cpu_ms_per_job": 1.0}
    trials = {("burst", "ours"): [burst], ("burst", "naive"): [burst]}

    cells = rows(table(trials))["200 at once: completed to picture p99, s"]

    assert cells[-5:] == ["<=", "0.75", "x", "naive", "NO"]


def test_what_was_not_measured_is_a_dash() -> None:
    trials = {("flood", "ours"): [OURS | {"picture_p50_s": math.nan}]}

    line = rows(table(trials))["29 events in 3 s: completed to picture, s"]

    assert line[:3] == ["-", "-", "-"]


def test_loads_without_trials_have_no_lines() -> None:
    trials = {("flood", "ours"): [OURS], ("flood", "naive"): [NAIVE]}

    assert all(label.startswith("29 events") for label in rows(table(trials)))


def test_every_load_has_figures_and_every_figure_a_load() -> None:
    assert {figure.load for figure in FIGURES} == set(LOADS)


@pytest.mark.parametrize(
    ("load", "key", "label", "target"),
    [
        ("ruled-burst", "answered_p99_s", "all rules, 200 at once: first answer p99, s", 0.3),
        ("ruled-thousand", "answered_p99_s", "all rules, 1,000 at once: first answer p99, s", 1.0),
        ("pickers", "picker_p99_ms", "1,000 servers with 50 rules: picker p99, ms", 10.0),
    ],
)
def test_what_has_to_hold_with_rules_in_force_is_shown_with_its_target(
    load: str, key: str, label: str, target: float
) -> None:
    figures = dict.fromkeys((figure.key for figure in FIGURES if figure.load == load), 0.0)

    met = rows(table({(load, "ours"): [figures | {key: target}]}))[label]
    missed = rows(table({(load, "ours"): [figures | {key: target * 1.01}]}))[label]

    assert (met[-3:], missed[-1]) == (["<=", f"{target:g}", "yes"], "NO")


def test_no_load_that_the_naive_bot_has_no_feature_for_is_compared_with_it() -> None:
    times_naive = {figure.load for figure in FIGURES if figure.times_naive is not None}

    assert not any(LOADS[load].ours_only for load in times_naive)
