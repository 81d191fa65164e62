"""What a process finds around itself."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from bot.domain.pictures import Picture
from tests.simulation.discord_side import Discord
from tests.simulation.image_api import ImageApi
from tests.simulation.mortal_loop import Life
from tests.simulation.shared_database import SharedDatabase
from tests.simulation.tape import Tape


@dataclass
class Surroundings:
    """The world of all processes."""

    new_life: Callable[[str, Callable[[asyncio.Task[Any]], None]], Life]
    luck: Random
    tape: Tape
    database: SharedDatabase
    api: ImageApi
    discord: Discord
    has_lost: Callable[[int, int, bool], bool]
    knows_outputs: Callable[[int], bool]
    mistaken: Callable[[str], None]
    slots: int = 2
    member_waiting_max: int = 10
    shelves: dict[int, Sequence[Picture]] = field(default_factory=dict[int, Sequence[Picture]])
