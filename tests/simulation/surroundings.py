"""What a process finds around itself."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any, NamedTuple

from bot.domain.pictures import Picture
from tests.simulation.discord_side import Discord
from tests.simulation.image_api import ImageApi
from tests.simulation.mortal_loop import Life
from tests.simulation.shared_database import SharedDatabase
from tests.simulation.tape import Tape


class KeptOnDisk(NamedTuple):
    """What the disk keeps of a job, and since when."""

    since: datetime
    pictures: Sequence[Picture]


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
    shelves: dict[int, KeptOnDisk] = field(default_factory=dict[int, KeptOnDisk])
