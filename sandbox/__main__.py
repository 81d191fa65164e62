"""`python -m sandbox`: local Discord, local Get3W and the page in one process, until Ctrl-C."""

from __future__ import annotations

import argparse
import asyncio
import sys
from typing import TYPE_CHECKING

from sandbox.signals import stop_signals
from sandbox.stage import NotOpenedError, Ports, open_stage
from sandbox.terminal import standard_terminal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sandbox.terminal import Terminal


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until asked to stop; returns the exit code."""
    asked = _parser().parse_args(arguments)
    ports = Ports(discord=asked.discord_port, get3w=asked.get3w_port, page=asked.page_port)
    terminal = standard_terminal()
    try:
        asyncio.run(_serve(asked.host, ports, terminal))
    except NotOpenedError as error:
        terminal.say(f"The sandbox can't be opened: {error}")
        return 1
    return 0


async def _serve(host: str, ports: Ports, terminal: Terminal) -> None:
    with stop_signals() as stop:
        async with open_stage(host=host, ports=ports) as stage:
            terminal.say(f"The sandbox is open. Page: {stage.page_url}")
            terminal.say("A bot comes here with these settings:")
            for name, value in stage.environment.items():
                terminal.say(f"  {name}={value}")
            await stop.wait()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    for name in ("discord", "get3w", "page"):
        parser.add_argument(f"--{name}-port", type=int, default=0, help="0: any free port")
    return parser


if __name__ == "__main__":
    sys.exit(main())
