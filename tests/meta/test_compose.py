"""``compose.yaml`` is well formed, and its parts fit each other and the image."""

import copy
from typing import Any

import jsonschema
import pytest
import yaml

from bot.settings import Settings
from tests.meta.compose_schema import COMPOSE
from tests.meta.sources import ROOT

Document = dict[str, Any]


@pytest.fixture(scope="module")
def compose() -> Document:
    document: Document = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
    return document


def is_sound(document: Document) -> bool:
    return jsonschema.Draft202012Validator(COMPOSE).is_valid(document)


def test_nothing_in_it_is_unknown_or_of_another_shape(compose: Document) -> None:
    jsonschema.validate(compose, COMPOSE, jsonschema.Draft202012Validator)


@pytest.mark.parametrize(
    "slip",
    [
        {"stop_grace_periode": "75s"},
        {"stop_grace_period": 75},
        {"restart": False},
        {"depends_on": {"postgres": {"condition": "healthy"}}},
        {"volumes": ["/etc:/data"]},
        {"healthcheck": {"test": ["pg_isready", "-U", "imagine"]}},
    ],
    ids=lambda slip: next(iter(slip)),
)
def test_a_slip_in_it_is_found(compose: Document, slip: Document) -> None:
    broken = copy.deepcopy(compose)
    broken["services"]["bot"] |= slip

    assert not is_sound(broken)


def test_one_service_runs_unless_more_are_asked_for(compose: Document) -> None:
    unasked = [name for name, service in compose["services"].items() if "profiles" not in service]

    assert unasked == ["bot"]


def test_with_postgres_the_schema_is_brought_up_between_database_and_bot(
    compose: Document,
) -> None:
    bot, migrate, postgres = (compose["services"][n] for n in ("bot", "migrate", "postgres"))

    assert bot["depends_on"] == {
        "migrate": {"condition": "service_completed_successfully", "required": False}
    }
    assert migrate["depends_on"] == {"postgres": {"condition": "service_healthy"}}
    assert migrate["command"] == ["migrate"]
    assert migrate["profiles"] == postgres["profiles"] == ["postgres"]
    assert migrate["image"] == bot["image"]
    assert postgres["healthcheck"]["test"][:2] == ["CMD", "pg_isready"]


def test_every_volume_and_secret_that_is_used_is_declared_and_the_other_way_round(
    compose: Document,
) -> None:
    services = compose["services"].values()
    mounts = {mount.partition(":")[0] for service in services for mount in service["volumes"]}
    secrets = {secret for service in services for secret in service.get("secrets", [])}

    assert {mount for mount in mounts if not mount.startswith("./")} == set(compose["volumes"])
    assert secrets == set(compose["secrets"])


def test_secrets_come_from_files_alone(compose: Document) -> None:
    variables = [service.get("environment", {}) for service in compose["services"].values()]
    named = {name for names in variables for name in names}

    assert "./secrets:/run/secrets:ro" in compose["services"]["bot"]["volumes"]
    assert all(secret["file"].startswith("./secrets/") for secret in compose["secrets"].values())
    assert {name for name in named if "PASSWORD" in name} == {"POSTGRES_PASSWORD_FILE"}


def test_what_lies_among_the_secrets_is_never_committed() -> None:
    ignored = (ROOT / "secrets" / ".gitignore").read_text(encoding="utf-8").splitlines()

    assert ignored[-2:] == ["*", "!.gitignore"]


def test_no_port_is_opened_and_nothing_has_rights_that_it_does_not_need(
    compose: Document,
) -> None:
    bot, migrate = compose["services"]["bot"], compose["services"]["migrate"]

    for service in (bot, migrate):
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert "cap_add" not in service
    assert all(
        service["security_opt"] == ["no-new-privileges:true"]
        for service in compose["services"].values()
    )


def test_logs_are_bounded(compose: Document) -> None:
    options = [service["logging"]["options"] for service in compose["services"].values()]

    assert all(int(option["max-file"]) * 10 <= 50 for option in options)
    assert all(option["max-size"] == "10m" for option in options)


def test_it_waits_longer_than_the_bot_takes_to_stop(compose: Document) -> None:
    grace = compose["services"]["bot"]["stop_grace_period"]

    assert int(grace.removesuffix("s")) > Settings.model_fields["shutdown_grace_s"].default


def test_what_the_documents_call_in_the_server_is_there(compose: Document) -> None:
    server = compose["services"]["postgres"]["environment"]
    dump = f"exec -T postgres pg_dump -U {server['POSTGRES_USER']} -Fc {server['POSTGRES_DB']} >"
    file = Settings.model_fields["database_url"].default.get_secret_value()
    names = ("operating.md", "backup.md")
    documents = [(ROOT / "docs" / name).read_text(encoding="utf-8") for name in names]

    assert all(dump in document for document in documents)
    assert f"-e DATABASE_URL={file} bot move --to - < secrets/database_url" in documents[0]
