"""From a past job to the next request: what is asked for, by whom, and what is offered at all."""

from dataclasses import replace

import pytest

from bot.domain.deeds import Deed
from bot.domain.errors import StoreTrouble, StoreUnavailableError
from bot.domain.jobs import Job, Origin
from bot.domain.journal import JournalEntry, Made
from bot.domain.model_inputs import ModelKind, SeedInput
from bot.domain.models import Model
from bot.domain.next_steps import Choice, is_same_press
from bot.domain.pictures import OutputLink
from bot.domain.refusals import NothingAbleError, OthersPicturesOffError, PictureForgottenError
from bot.domain.requests import ImageRequest, OwnPicture, Shape, Upload
from bot.domain.server_policy import ServerPolicy
from bot.domain.server_settings import ServerSettings
from bot.providers.schemas import read_inputs
from bot.services.next_steps import ALWAYS, GENERATIONS_MAX, NextSteps, Past
from tests.unit.books import CHANNEL_ID, SERVER_ID, Counter, Policies, Shelf, a_policy, a_visit
from tests.unit.jobs import OWNER_ID, a_job
from tests.unit.journals import an_entry
from tests.unit.schemas import EDITOR, FLUX_DEV, IMAGEN, UPSCALER
from tests.unit.virtual_time import START

OTHER_ID = 4009
ASKED = ImageRequest("A cat", "get3w/flux-dev", Shape.WIDE, 2, 42, "dogs")
SHELF = Shelf(
    (
        Model("get3w/flux-dev", 0.01, takes=read_inputs(FLUX_DEV)),
        Model("google/imagen4", 0.02, takes=read_inputs(IMAGEN)),
        Model("a/edit", 0.04, kind=ModelKind.EDITOR, takes=read_inputs(EDITOR)),
        Model("b/edit", 0.04, kind=ModelKind.EDITOR, takes=read_inputs(EDITOR)),
        Model("a/upscaler", 0.01, kind=ModelKind.UPSCALER, takes=read_inputs(UPSCALER)),
    )
)


def a_counter(*allowed: str, **settings: object) -> Counter:
    policy = a_policy(*(allowed or ("*",)), settings=ServerSettings(**settings))
    return Counter(Policies(policy), catalogue=SHELF)


def steps_at(counter: Counter) -> NextSteps:
    past = Past(counter.journals, counter.ledgers, SHELF, counter.models, counter.book)
    return NextSteps(past)


def past_job(request: ImageRequest = ASKED, job_id: int = 9001, **of: object) -> Job:
    return replace(a_job(job_id), request=request, **of)


def ended(counter: Counter, job: Job | None = None) -> JournalEntry:
    """Put a job into the journal whose two pictures were delivered."""
    job = job or past_job()
    made = Made((OutputLink("https://a.example/1.png"), None), 3.2)
    sent = an_entry(job).answered(6001).submitted(START)
    entry = sent.completed(made).standing(job.channel_id, 6001).delivered(START)
    counter.journals.entries[job.id] = entry
    return entry


async def asked(deed: Deed, counter: Counter | None = None, **choice: object) -> ImageRequest:
    counter = counter or a_counter()
    entry = ended(counter)
    return (await steps_at(counter).ask(a_visit(), entry, Choice(deed, **choice))).request


async def test_another_try_asks_for_the_very_same() -> None:
    assert await asked(Deed.AGAIN) == ASKED


async def test_a_re_roll_asks_for_the_same_with_another_seed() -> None:
    request = await asked(Deed.REROLL)

    assert replace(request, seed=42) == ASKED
    assert request.seed not in {None, 42}


async def test_a_model_without_seeds_is_asked_for_none() -> None:
    bare = replace(SHELF.listed[0], takes=replace(SHELF.listed[0].takes, seed=None))
    counter = replace(a_counter(), catalogue=Shelf((bare,)))
    past = Past(counter.journals, counter.ledgers, counter.catalogue, counter.models, counter.book)

    request = await NextSteps(past).ask(a_visit(), ended(counter), Choice(Deed.REROLL))
    assert request.request.seed is None


@pytest.mark.parametrize("seeds", [SeedInput(5, 5), SeedInput(-1, 0)])
async def test_a_seed_is_within_what_the_model_takes(seeds: SeedInput) -> None:
    narrow = replace(SHELF.listed[0], takes=replace(SHELF.listed[0].takes, seed=seeds))
    counter = replace(a_counter(), catalogue=Shelf((narrow,)))
    past = Past(counter.journals, counter.ledgers, counter.catalogue, counter.models, counter.book)

    chosen = await NextSteps(past).ask(a_visit(), ended(counter), Choice(Deed.REROLL))
    assert chosen.request.seed == max(0, seeds.most)


async def test_an_edit_asks_for_what_the_form_says() -> None:
    form = replace(ASKED, prompt="A dog", count=1)

    assert await asked(Deed.EDIT, request=form) == form


async def test_a_change_has_the_first_editor_work_on_the_picture() -> None:
    request = await asked(Deed.CHANGE, text="make it red", index=1)

    assert request == ImageRequest("make it red", "a/edit", source=OwnPicture(9001, 1))


async def test_a_change_by_another_editor_is_by_that_one() -> None:
    assert (await asked(Deed.CHANGE, text="make it red", model="b/edit")).model == "b/edit"


async def test_a_variation_begins_with_the_picture_and_its_own_words() -> None:
    request = await asked(Deed.VARY)

    assert (request.prompt, request.model, request.shape) == ("A cat", ASKED.model, Shape.WIDE)
    assert request.source == OwnPicture(9001, 0)
    assert request.seed != 42
    assert request.count == 1


async def test_an_upscaler_gets_the_picture_and_readers_the_prompt() -> None:
    request = await asked(Deed.UPSCALE, index=1)

    assert request == ImageRequest("A cat", "a/upscaler", source=OwnPicture(9001, 1))


@pytest.mark.parametrize("deed", [Deed.CHANGE, Deed.UPSCALE])
async def test_nothing_is_asked_of_a_model_that_is_not_allowed(deed: Deed) -> None:
    with pytest.raises(NothingAbleError) as refusal:
        await asked(deed, a_counter("google/imagen4"), text="make it red")

    assert refusal.value.deed is deed


async def test_a_model_that_takes_no_picture_varies_none() -> None:
    counter = a_counter()
    entry = ended(counter, past_job(replace(ASKED, model="google/imagen4")))

    with pytest.raises(NothingAbleError):
        await steps_at(counter).ask(a_visit(), entry, Choice(Deed.VARY))


# -- where it came from ----------------------------------------------------------------------------


async def test_it_is_kept_where_it_came_from() -> None:
    counter = a_counter()
    plan = await steps_at(counter).ask(a_visit(), ended(counter), Choice(Deed.REROLL))

    assert plan.origin == Origin(9001, Deed.REROLL, CHANNEL_ID, 6001)
    assert not plan.private


async def test_what_comes_of_a_private_picture_is_private_and_links_to_nothing() -> None:
    counter = a_counter()
    entry = ended(counter, past_job(private=True))
    plan = await steps_at(counter).ask(a_visit(), entry, Choice(Deed.REROLL))

    assert plan.private
    assert plan.origin == Origin(9001, Deed.REROLL)


async def test_what_is_known_of_a_picture_has_all_it_came_from() -> None:
    counter = a_counter()
    for job_id in range(1, 12):
        origin = Origin(job_id - 1, Deed.REROLL) if job_id > 1 else None
        ended(counter, past_job(job_id=job_id, origin=origin))
    about = await steps_at(counter).about(counter.journals.entries[11])

    assert [each.job.id for each in about.ancestors] == list(range(10, 0, -1))


async def test_a_family_without_end_is_told_as_far_as_anybody_reads() -> None:
    counter = a_counter()
    entry = ended(counter, past_job(origin=Origin(9001, Deed.EDIT)))

    assert len((await steps_at(counter).about(entry)).ancestors) == GENERATIONS_MAX


async def test_what_is_not_kept_any_more_ends_the_family() -> None:
    counter = a_counter()
    entry = ended(counter, past_job(origin=Origin(404, Deed.EDIT)))

    assert (await steps_at(counter).about(entry)).ancestors == []


# -- who finds it ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("member_id", "channel_id", "private"),
    [
        (OWNER_ID, CHANNEL_ID, False),
        (OWNER_ID, 2777, False),
        (OWNER_ID, CHANNEL_ID, True),
        (OTHER_ID, CHANNEL_ID, False),
    ],
    ids=["the owner", "the owner elsewhere", "the owner of a private one", "another, beside it"],
)
async def test_a_job_is_found_by(member_id: int, channel_id: int, *, private: bool) -> None:
    counter = a_counter()
    entry = ended(counter, past_job(private=private))

    assert await steps_at(counter).find(a_visit(member_id), channel_id, 9001) == entry


@pytest.mark.parametrize(
    ("channel_id", "private"),
    [(2777, False), (CHANNEL_ID, True)],
    ids=["of another channel", "that is private"],
)
async def test_nobody_finds_a_job_of_others(channel_id: int, *, private: bool) -> None:
    counter = a_counter()
    ended(counter, past_job(private=private))

    with pytest.raises(PictureForgottenError):
        await steps_at(counter).find(a_visit(OTHER_ID), channel_id, 9001)


async def test_a_job_of_another_server_is_unknown_to_its_owner_too() -> None:
    counter = a_counter()
    ended(counter)
    elsewhere = replace(a_visit(), server_id=SERVER_ID + 1)

    with pytest.raises(PictureForgottenError):
        await steps_at(counter).find(elsewhere, CHANNEL_ID, 9001)


async def test_a_private_job_that_ended_as_a_direct_message_is_found_there() -> None:
    counter = a_counter()
    entry = ended(counter, past_job(private=True))
    direct = replace(a_visit(), server_id=7001, direct=True)

    assert await steps_at(counter).find(direct, 7001, 9001) == entry


async def test_where_a_new_message_had_to_tell_the_end_it_is_found_there() -> None:
    counter = a_counter()
    entry = ended(counter)
    moved = replace(entry, message=replace(entry.message, channel_id=2888))
    counter.journals.entries[9001] = moved

    assert await steps_at(counter).find(a_visit(OTHER_ID), 2888, 9001) == moved


async def test_a_job_that_is_gone_is_told_as_such() -> None:
    with pytest.raises(PictureForgottenError):
        await steps_at(a_counter()).find(a_visit(), CHANNEL_ID, 404)


# -- pictures of others ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("deed", "others"),
    [(Deed.REROLL, False), (Deed.EDIT, False), (Deed.VARY, True), (Deed.UPSCALE, True)],
)
async def test_it_is_told_whether_it_begins_with_what_is_anothers(
    deed: Deed, *, others: bool
) -> None:
    counter = a_counter()
    plan = await steps_at(counter).ask(a_visit(OTHER_ID), ended(counter), Choice(deed))

    assert plan.others is others


@pytest.mark.parametrize(
    ("source", "others"),
    [(Upload("https://a.example/1"), False), (OwnPicture(1), True), (OwnPicture(2), False)],
    ids=["an own upload", "another's picture", "an own picture"],
)
async def test_a_re_roll_looks_at_whose_picture_it_begins_with(
    source: Upload | OwnPicture, *, others: bool
) -> None:
    counter = a_counter()
    ended(counter, replace(past_job(job_id=1), visit=a_visit(OTHER_ID)))
    ended(counter, past_job(job_id=2))
    entry = ended(counter, past_job(replace(ASKED, source=source)))
    plan = await steps_at(counter).ask(a_visit(), entry, Choice(Deed.REROLL))

    assert plan.others is others


@pytest.mark.parametrize("deed", [Deed.CHANGE, Deed.VARY, Deed.UPSCALE])
async def test_whoever_may_not_is_refused_before_a_form_is_filled_in(deed: Deed) -> None:
    counter = a_counter()

    with pytest.raises(OthersPicturesOffError):
        await steps_at(counter).check(a_visit(OTHER_ID), ended(counter), deed)


async def test_where_it_is_allowed_nobody_is_held_back() -> None:
    counter = a_counter(others_pictures=True)

    await steps_at(counter).check(a_visit(OTHER_ID), ended(counter), Deed.CHANGE)


# -- what is offered -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "allowed", "offered"),
    [
        ("get3w/flux-dev", "*", frozenset(Deed)),
        ("get3w/flux-dev", "a/edit", ALWAYS | {Deed.VARY, Deed.CHANGE}),
        ("google/imagen4", "google/imagen4", ALWAYS),
        ("a/upscaler", "a/upscaler", {Deed.AGAIN, Deed.UPSCALE}),
    ],
)
async def test_what_is_offered_follows_from_the_model_and_from_what_is_allowed(
    model: str, allowed: str, offered: set[Deed]
) -> None:
    job = past_job(replace(ASKED, model=model))

    assert set(await steps_at(a_counter(allowed)).offered(job)) == offered


async def test_while_the_database_is_away_what_always_works_is_offered() -> None:
    class Away(Policies):
        async def get(self, server_id: int) -> ServerPolicy:
            assert server_id == SERVER_ID
            raise StoreUnavailableError(StoreTrouble.AWAY)

    counter = replace(a_counter(), policies=Away())

    assert await steps_at(counter).offered(past_job()) == ALWAYS


async def test_others_are_not_offered_what_they_may_not() -> None:
    counter = a_counter()
    entry = ended(counter)

    assert Deed.VARY in await steps_at(counter).offered_to(a_visit(), entry)
    assert Deed.VARY not in await steps_at(counter).offered_to(a_visit(OTHER_ID), entry)


def test_commands_are_no_presses() -> None:
    assert not is_same_press(past_job(), past_job(job_id=9002))
