"""Measure our bot beside a naive one and print a table: ``python -m benchmarks --help``."""

import argparse
import json
import os
import platform
import signal
import subprocess
import sys
import time
from collections import defaultdict
from importlib.metadata import version
from pathlib import Path
from typing import Final

from benchmarks.bot_process import MODULES, ROOT
from benchmarks.loads import LOADS
from benchmarks.table import table

RUNS: Final = 5
# A trial that takes longer than this hangs.
TRIAL_MAX_S: Final = 600
# Pictures come and go by the hundred in the stand-ins. With these the C library keeps the memory
# instead of giving it back to the kernel each time, at a tenth of their processor time.
STAND_IN_ENV: Final = {"MALLOC_MMAP_THRESHOLD_": "67108864", "MALLOC_TRIM_THRESHOLD_": "268435456"}


def main() -> None:
    """Run all trials one after the other, both bots in turn, and print the medians."""
    options = _options()
    trials: defaultdict[tuple[str, str], list[dict[str, float]]] = defaultdict(list)
    for load in options.only or LOADS:
        for run in range(options.runs):
            for bot in MODULES:
                if bot == "ours" or not LOADS[load].ours_only:
                    _say(f"{load} {bot} {run + 1}/{options.runs}")
                    trials[load, bot].append(_trial(load, bot))
    if options.json is not None:
        raw = {" ".join(key): figures for key, figures in trials.items()}
        options.json.write_text(json.dumps(raw, indent=1))
    print(table(trials))
    print(_circumstances(options.runs))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--runs", type=int, default=RUNS, help=f"trials of each kind ({RUNS})")
    parser.add_argument(
        "--only", action="append", choices=LOADS, metavar="NAME", help=f"of {', '.join(LOADS)}"
    )
    parser.add_argument("--quick", action="store_const", dest="runs", const=1, help="one run only")
    parser.add_argument("--json", type=Path, help="a file for the figures of every trial")
    return parser.parse_args()


def _circumstances(runs: int) -> str:
    versions = ", ".join(f"{name} {version(name)}" for name in ("discord.py", "aiohttp"))
    python = f"Python {platform.python_version()}"
    return f"\nmedians of {runs}; {os.cpu_count()} processors, {python}, {versions}"


def _say(text: str) -> None:
    print(f"{time.strftime('%H:%M:%S')}  {text}", file=sys.stderr)


def _trial(load: str, bot: str) -> dict[str, float]:
    with subprocess.Popen(  # noqa: S603  every word of the command is ours
        [sys.executable, "-m", "benchmarks.trial", load, bot],
        cwd=ROOT,
        env={**os.environ, **STAND_IN_ENV},
        stdout=subprocess.PIPE,
        start_new_session=True,
    ) as trial:
        try:
            written, _ = trial.communicate(timeout=TRIAL_MAX_S)
        except BaseException:
            # Its bot must not outlive it.
            os.killpg(trial.pid, signal.SIGKILL)
            raise
    if trial.returncode:
        raise SystemExit(f"the trial {load} {bot} failed")
    figures: dict[str, float] = json.loads(written)
    return figures


if __name__ == "__main__":
    main()
