"""Jobs, pictures and states to test with; what a test doesn't name doesn't matter to it."""

from dataclasses import replace

from bot.domain.jobs import Done, Job, Running
from bot.domain.pictures import Picture, PictureFormat
from bot.domain.requests import ImageRequest
from bot.domain.showing import Showing
from bot.domain.visits import Visit
from tests.unit.virtual_time import START

OWNER_ID = 4001
CHANNEL_ID = 2001
GUILD_ID = 1001


def a_job(
    job_id: int = 9001,
    *,
    prompt: str = "A cat in space",
    model: str = "get3w/flux-dev",
    private: bool = False,
    showing: Showing | None = None,
) -> Job:
    return Job(
        id=job_id,
        request=ImageRequest(prompt, model),
        visit=Visit(GUILD_ID, CHANNEL_ID, OWNER_ID, frozenset({GUILD_ID})),
        channel_id=CHANNEL_ID,
        private=private,
        showing=showing or Showing(),
    )


def a_picture(data: bytes = b"\x89PNG small", *, source_url: str | None = None) -> Picture:
    return Picture(PictureFormat.PNG, 1024, 768, len(data), data, source_url=source_url)


def done(*pictures: Picture, took_s: float = 3.2, flagged: bool = False) -> Done:
    return Done(pictures or (a_picture(),), took_s, seed=42, flagged=flagged)


def running(percent: int | None = None, *, about: bool = False) -> Running:
    return replace(Running(START), percent=percent, about=about)
