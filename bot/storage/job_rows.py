"""Jobs as rows, and back."""

import json
from collections.abc import Mapping, Sequence
from typing import cast

from sqlalchemy import RowMapping

from bot.domain.deeds import Deed
from bot.domain.error_document import error_document, read_error
from bot.domain.errors import Charge
from bot.domain.jobs import Job, Origin
from bot.domain.journal import JournalEntry, Made, MessageMark, Step
from bot.domain.pictures import OutputLink
from bot.domain.request_document import read_request, request_document
from bot.domain.request_fitting import LeftOut, Option
from bot.domain.showing import Flagged, Showing
from bot.domain.visits import Visit
from bot.storage.statements import Row
from bot.storage.tables import NOBODY


def row_of(entry: JournalEntry) -> Row:
    """Write an entry as a whole row."""
    return {**_row_of_job(entry.job), **row_of_step(entry)}


def row_of_step(entry: JournalEntry) -> Row:
    """Write what steps change."""
    message = entry.message
    return {
        "step": entry.step.value,
        "open": entry.open,
        "owner_id": entry.owner or NOBODY,
        "granted": entry.granted,
        "cancel_by": entry.cancel_by,
        "accepted_at": entry.accepted_at,
        "submitted_at": entry.submitted_at,
        "ended_at": entry.ended_at,
        "application_id": message.application_id,
        "token": message.token,
        "message_id": message.message_id,
        "message_channel_id": message.channel_id,
        "file_max_bytes": message.file_max_bytes,
        "prediction_id": entry.prediction_id,
        "percent": entry.percent,
        "made": None if entry.made is None else json.dumps(_made_document(entry.made)),
        "error": None if entry.error is None else json.dumps(error_document(entry.error)),
        "charge": entry.charge.name,
    }


def changed_by(before: JournalEntry, after: JournalEntry) -> Row:
    """Write only what is new; with a new owner also the slot, which the line writes beside us."""
    old, new = row_of_step(before), row_of_step(after)
    always = {"granted"} if before.owner != after.owner else set[str]()
    return {name: value for name, value in new.items() if value != old[name] or name in always}


def entry_of(row: RowMapping) -> JournalEntry:
    """Read a row back."""
    return JournalEntry(
        job=_job_of(row),
        message=_mark_of(row),
        accepted_at=row["accepted_at"],
        step=Step(row["step"]),
        owner=row["owner_id"] or None,
        granted=row["granted"],
        submitted_at=row["submitted_at"],
        prediction_id=row["prediction_id"],
        percent=row["percent"],
        made=None if row["made"] is None else _read_made(json.loads(row["made"])),
        cancel_by=row["cancel_by"],
        error=None if row["error"] is None else read_error(json.loads(row["error"])),
        charge=Charge[row["charge"]],
        ended_at=row["ended_at"],
        open=row["open"],
    )


def _mark_of(row: RowMapping) -> MessageMark:
    return MessageMark(
        application_id=row["application_id"],
        token=row["token"],
        file_max_bytes=row["file_max_bytes"],
        message_id=row["message_id"],
        channel_id=row["message_channel_id"],
    )


def _row_of_job(job: Job) -> Row:
    origin = job.origin
    return {
        "job_id": job.id,
        "server_id": job.visit.server_id,
        "channel_id": job.channel_id,
        "member_id": job.visit.member_id,
        "visit": json.dumps(_visit_document(job.visit)),
        "request": json.dumps(request_document(job.request)),
        "showing": json.dumps(_showing_document(job)),
        "private": job.private,
        "parent_id": NOBODY if origin is None else origin.job_id,
        "deed": "" if origin is None else origin.deed.value,
    }


def _job_of(row: RowMapping) -> Job:
    parent_id, shown = row["parent_id"], json.loads(row["showing"])
    return Job(
        id=row["job_id"],
        request=read_request(json.loads(row["request"])),
        visit=_read_visit(row, json.loads(row["visit"])),
        channel_id=row["channel_id"],
        private=row["private"],
        showing=_read_showing(shown),
        left_out=tuple(_left_out(name, sure) for name, sure in shown["left_out"]),
        origin=_read_origin(row, shown) if parent_id else None,
    )


def _read_origin(row: RowMapping, shown: Mapping[str, object]) -> Origin:
    # An older process wrote none.
    place = [*_items(shown, "origin"), None, None] if "origin" in shown else [None, None]
    channel_id, message_id = (one if isinstance(one, int) else None for one in place[:2])
    return Origin(row["parent_id"], Deed(row["deed"]), channel_id, message_id)


def _visit_document(visit: Visit) -> Mapping[str, object]:
    return {
        "channel": visit.channel_id,
        "roles": sorted(visit.role_ids),
        "age_restricted": visit.age_restricted,
        "direct": visit.direct,
    }


def _read_visit(row: RowMapping, document: Mapping[str, object]) -> Visit:
    return Visit(
        server_id=row["server_id"],
        channel_id=int(str(document["channel"])),
        member_id=row["member_id"],
        role_ids=frozenset(int(str(role)) for role in _items(document, "roles")),
        age_restricted=bool(document["age_restricted"]),
        direct=bool(document["direct"]),
    )


def _showing_document(job: Job) -> Mapping[str, object]:
    showing = job.showing
    return {
        "spoiler": showing.spoiler,
        "with_prompt": showing.with_prompt,
        "flagged": showing.flagged.name,
        "left_out": [[each.option.value, each.sure] for each in job.left_out],
        "origin": [job.origin.channel_id, job.origin.message_id] if job.origin else None,
    }


def _left_out(name: str, sure: object) -> LeftOut:
    return LeftOut(Option(name), sure=bool(sure))


def _read_showing(document: Mapping[str, object]) -> Showing:
    return Showing(
        spoiler=bool(document["spoiler"]),
        with_prompt=bool(document["with_prompt"]),
        flagged=Flagged[str(document["flagged"])],
    )


def _made_document(made: Made) -> Mapping[str, object]:
    return {
        "outputs": [None if output is None else output.url for output in made.outputs],
        "took_s": made.took_s,
        "flagged": made.flagged,
        "seed": made.seed,
    }


def without_outputs(made: str) -> str:
    """Leave out of what was made where the API has it."""
    return json.dumps({**json.loads(made), "outputs": []})


def _read_made(document: Mapping[str, object]) -> Made:
    seed, urls = document["seed"], _items(document, "outputs")
    return Made(
        outputs=tuple(OutputLink(url) if isinstance(url, str) else None for url in urls),
        took_s=float(str(document["took_s"])),
        flagged=bool(document["flagged"]),
        seed=seed if isinstance(seed, int) else None,
    )


def _items(document: Mapping[str, object], name: str) -> Sequence[object]:
    found = document[name]
    return cast("list[object]", found) if isinstance(found, list) else ()
