"""The life of one job in this process, from wherever its entry stands to its end.

Three things run side by side: the message's writer, the work itself, and this module between
them. The work may be cancelled at any moment until the API has completed; the writer never is,
so that the message always reaches an end. Each step is in the journal before it is taken
(:mod:`bot.services.job_record`), and how the job ended is settled there while its message is told;
once the message says so, the entry is closed.

Where another process has taken the job up meanwhile, this one lets go of it without a word.
"""

import asyncio
import logging
import re
from dataclasses import dataclass, field
from typing import Protocol

from bot.domain.errors import (
    GenerationError,
    InterruptedByStopError,
    JobEndedError,
    ModelUnavailableError,
    UnexpectedError,
)
from bot.domain.jobs import Cancelled, Done, Failed, FinalState, HandedOver, Job, JobState
from bot.domain.journal import JournalEntry, Step
from bot.domain.journal_ports import LostJobError
from bot.domain.ports import JobDisplay
from bot.services.bookings import end_of, stand_of
from bot.services.job_making import JobMaking, Workshop
from bot.services.job_record import JobRecord
from bot.services.slot_line import Place

_log = logging.getLogger(__name__)
