"""What a message says of options: those that were used, and those that were left out."""

from dataclasses import replace

import pytest

from bot.domain.errors import Charge, ConnectionLostError
from bot.domain.jobs import Cancelled, Failed, Job, JobState, Waiting
from bot.domain.request_fitting import LeftOut, Option
from bot.domain.requests import PROMPT_MAX_CHARACTERS, ImageRequest, OwnPicture, Shape
from bot.presentation.layout import job_text
from tests.unit.jobs import a_job, a_picture, done, running
from tests.unit.virtual_time import START

# https://docs.discord.com/developers/components/reference#text-display
TEXT_MAX_CHARACTERS = 4000


def asked_for(*left_out: LeftOut, **options: object) -> Job:
    request = ImageRequest("A cat", "get3w/flux-dev", **options)
    return replace(a_job(), request=request, left_out=left_out)


def lines(job: Job, state: JobState) -> list[str]:
    return job_text(job, state, START).splitlines()


@pytest.mark.parametrize("state", [Waiting(1), running(5)])
def test_until_there_is_a_picture_its_shape_and_number_are_told(state: JobState) -> None:
    job = asked_for(shape=Shape.SQUARE, count=4)

    assert "-# flux-dev · square · 4 pictures · for <@4001>" in lines(job, state)


def test_a_picture_tells_the_size_and_the_seed_that_were_used() -> None:
    job = asked_for(shape=Shape.SQUARE, seed=7)

    assert lines(job, replace(done(), seed=None))[-1] == (
        "-# AI-generated · flux-dev · 1024 × 768 · seed 7 · 3.2 s · for <@4001>"
    )
    assert "seed 42" in lines(job, done())[-1]


@pytest.mark.parametrize(
    ("left_out", "words"),
    [
        (LeftOut(Option.NEGATIVE), "flux-dev doesn't take a negative prompt; it was left out."),
        (LeftOut(Option.SEED), "flux-dev doesn't take that seed; it was left out."),
        (LeftOut(Option.SHAPE), "flux-dev doesn't take that shape; it was left out."),
        (LeftOut(Option.COUNT), "flux-dev makes 1 picture at a time."),
        (LeftOut(Option.STRENGTH), "A strength counts only with an image; it was left out."),
        (
            LeftOut(Option.NEGATIVE, sure=False),
            "I don't know whether flux-dev takes a negative prompt; it was left out.",
        ),
    ],
)
@pytest.mark.parametrize("state", [Waiting(1), running(5), done()])
def test_what_was_left_out_is_said_first_and_last(
    state: JobState, left_out: LeftOut, words: str
) -> None:
    assert f"-# {words}" in lines(asked_for(left_out), state)


def test_a_strength_that_a_model_does_not_take_is_told_as_such() -> None:
    job = asked_for(LeftOut(Option.STRENGTH), source=OwnPicture(1))

    assert "-# flux-dev doesn't take a strength; it was left out." in lines(job, done())


@pytest.mark.parametrize("state", [Failed(ConnectionLostError()), Cancelled(4001, Charge.NOTHING)])
def test_where_nothing_was_made_nothing_is_said_of_it(state: JobState) -> None:
    assert "left out" not in job_text(asked_for(LeftOut(Option.SEED)), state, START)


def test_fewer_pictures_than_asked_for_are_told() -> None:
    job = asked_for(count=4)

    assert "-# The image service made 2 of 4 pictures." in lines(
        job, done(a_picture(), a_picture())
    )
    assert "made" not in job_text(job, replace(done(), missing=3), START)


def test_the_longest_of_all_messages_is_one_that_discord_takes() -> None:
    job = replace(
        a_job(prompt="*" * PROMPT_MAX_CHARACTERS, model="a/" + "_" * 98, private=True),
        left_out=tuple(LeftOut(option, sure=False) for option in Option),
    )

    for state in (Waiting(10_000, START), running(46), done()):
        assert len(job_text(job, state, START)) < TEXT_MAX_CHARACTERS
