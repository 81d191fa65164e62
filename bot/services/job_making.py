"""The work of one job: its turn, the events of the API, the pictures.

It begins where the journal's entry stands. What was never sent waits for its turn and is submitted;
what the API has named is asked for by that name; what exists already is fetched. What may have been
sent and has no name can't be found again, and is never sent a second time.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

from bot.domain.errors import (
    Charge,
    InterruptedByStopError,
    PictureUnfetchableError,
    PictureWithheldError,
)
from bot.domain.events import (
    Accepted,
    Busy,
    Completed,
    GenerationEvent,
    Identified,
    Submitting,
)
from bot.domain.jobs import Done, JobState, Running
from bot.domain.journal import JournalEntry, Made, Step
from bot.domain.journal_ports import Journal
from bot.domain.models import Model
from bot.domain.pictures import Output, OutputLink, Picture
from bot.domain.ports import Clock, ImageProvider, JobDisplay, OutputFetcher, RunTimes
from bot.domain.showing import Flagged
from bot.domain.visits import Visit
from bot.services.answers_first import AnswersFirst
from bot.services.job_progress import JobProgress
from bot.services.job_record import JobRecord
from bot.services.slot_line import Place, SlotLine
