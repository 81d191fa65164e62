"""Ending when asked: SIGINT and SIGTERM as an event."""

from __future__ import annotations

import asyncio
import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator


@contextmanager
def stop_signals() -> Generator[asyncio.Event]:
    """Give an event that is set by SIGINT or SIGTERM while the context is open."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    asked = (signal.SIGINT, signal.SIGTERM)
    for number in asked:
        loop.add_signal_handler(number, stop.set)
    try:
        yield stop
    finally:
        for number in asked:
            loop.remove_signal_handler(number)
