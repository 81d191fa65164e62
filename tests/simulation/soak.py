"""Many seeds, every step with each fate, and ten planted bugs: what ``make soak`` simulates.

    python -m tests.simulation.soak --jobs 100000 --seed 4711
    python -m tests.simulation.soak --replay 4711

Seeds are told side by side in as many processes as are asked for, one after another in each. Where
an invariant breaks, the seed and its whole tape are written down; ``--replay`` tells it again.
"""

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from random import SystemRandom

from tests.simulation.chance import JOBS, run_seed
from tests.simulation.enumeration import STORIES, Fate, outcomes
from tests.simulation.mutations import PLANTS, Plant
from tests.simulation.world import Verdict

# A bug that so many seeds don't find isn't found.
SEEDS_FOR_A_PLANT = 400
_SEED_MAX = 10**9
_TOLD_EVERY = 100


@dataclass(frozen=True)
class Evidence:
    """What brought a planted bug to light: a seed or a case, and the first thing it broke."""

    where: str
    breach: str


def evidence_by_chance(plant: Plant, seeds: Sequence[int]) -> Evidence | None:
    """Look for a planted bug in stories told by chance."""
    with plant.bug():
        for seed in seeds:
            if found := run_seed(seed).breaches:
                return Evidence(f"seed {seed}", found[0])
    return None


def evidence_by_story(plant: Plant) -> Evidence | None:
    """Look for a planted bug in the story that is made for it."""
    with plant.bug():
        for case, verdict in outcomes(plant.story, [plant.fate]):
            if verdict.breaches:
                where = f"{case.story!r}, {case.fate.value}, crossing {case.crossing}"
                return Evidence(where, verdict.breaches[0])
    return None


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what is asked for; 1 where anything is wrong."""
    wish = _parser().parse_args(arguments)
    if wish.replay is not None:
        return _replay(wish.replay)
    seed = SystemRandom().randrange(_SEED_MAX) if wish.seed is None else wish.seed
    with ProcessPoolExecutor(wish.workers) as pool:
        broken = _soak(pool, range(seed, seed + -(-wish.jobs // JOBS)))
        broken += _enumerate(pool)
        missed = _look_for_plants(pool, range(seed, seed + SEEDS_FOR_A_PLANT))
    return 1 if broken or missed else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Simulate jobs, and look for planted bugs.")
    parser.add_argument("--jobs", type=int, default=100_000, help="how many, about")
    parser.add_argument("--seed", type=int, help="the first one; by chance without it")
    parser.add_argument("--workers", type=int, default=2, help="processes side by side")
    parser.add_argument("--replay", type=int, metavar="SEED", help="write down one seed's tape")
    return parser


def _replay(seed: int) -> int:
    verdict = run_seed(seed, taped=True)
    _say(*verdict.tape, f"seed {seed}: {len(verdict.breaches)} breaches", *verdict.breaches)
    return 1 if verdict.breaches else 0


def _soak(pool: ProcessPoolExecutor, seeds: range) -> int:
    """Tell all seeds; give the number of those that broke something."""
    began_s, jobs, broken, let_be = time.monotonic(), 0, 0, 0
    _say(f"seeds {seeds.start} to {seeds.stop - 1}")
    for number, (seed, verdict) in enumerate(_told(pool, seeds), 1):
        jobs += verdict.jobs
        let_be += verdict.let_be
        if verdict.breaches:
            broken += 1
            _say(*verdict.tape, f"seed {seed} BROKE:", *verdict.breaches)
        if number % _TOLD_EVERY == 0 or number == len(seeds):
            took_s = time.monotonic() - began_s
            pace = f"{jobs / took_s:.0f} jobs/s"
            _say(f"{jobs} jobs, {took_s:.0f} s, {pace}, {broken} seeds broken, {let_be} let be")
    return broken


def _told(pool: ProcessPoolExecutor, seeds: range) -> Iterator[tuple[int, Verdict]]:
    return zip(seeds, pool.map(run_seed, seeds), strict=True)


def _enumerate(pool: ProcessPoolExecutor) -> int:
    """Let each fate befall each step of each short story; give the number of cases that broke."""
    began_s, told = time.monotonic(), list(pool.map(_cases_of, STORIES))
    for line in (line for _, broken in told for line in broken):
        _say(line)
    cases, broken = sum(count for count, _ in told), sum(len(broken) for _, broken in told)
    fates = f"{len(STORIES)} stories, {len(Fate)} fates at each step"
    took_s = time.monotonic() - began_s
    _say(f"{cases} cases enumerated, {fates}, {took_s:.0f} s, {broken} broken")
    return broken


def _cases_of(story: str) -> tuple[int, list[str]]:
    told = list(outcomes(story))
    return len(told), [f"{case}: {found.breaches[0]}" for case, found in told if found.breaches]


def _look_for_plants(pool: ProcessPoolExecutor, seeds: range) -> int:
    """Look for each planted bug; give the number of those that weren't found."""
    found = 0
    looking = pool.map(partial(_evidence, seeds=seeds), range(len(PLANTS)))
    for plant, evidence in zip(PLANTS, looking, strict=True):
        found += evidence is not None
        where = "NOT FOUND" if evidence is None else f"{evidence.where}: {evidence.breach}"
        _say(f"{plant.name:<26} {where}")
    _say(f"{found} of {len(PLANTS)} planted bugs found")
    return len(PLANTS) - found


def _evidence(number: int, seeds: range) -> Evidence | None:
    plant = PLANTS[number]
    return evidence_by_chance(plant, seeds) or evidence_by_story(plant)


def _say(*lines: str) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
