"""Reading the settings although some are wrong, and where each value comes from.

A start needs them all to be right. Whoever looks for what is wrong needs the rest of them: a broken
value is left out, as if it weren't set, and a secret that is missing has a stand-in that nobody
sends anywhere.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeGuard
from urllib.parse import urlsplit

from pydantic import SecretStr, ValidationError

from bot.settings import ENV_FILE, SECRETS_FOLDER, Settings
from bot.settings_report import (
    UNREADABLE,
    Place,
    Problem,
    SettingsError,
    known_names,
    problems_of,
    read_env_file,
    read_environment,
    read_secrets,
    unreadable,
)
from bot.storage.urls import DatabaseUrlError, PostgresServer, SqliteFile, read_database_url

_STAND_IN = "no-secret-was-given"
_HIDDEN = "[hidden]"
_DEFAULT = "default"
_DATABASE = "DATABASE_URL"
# What doesn't fit another setting: what is left out, so that the rest can be looked at.
_MISFITS: Mapping[str, tuple[str, ...]] = {
    "DEFAULT_MODEL": ("allowed_models",),
    "SHARD_COUNT": ("shard_ids",),
    "SHARD_IDS": ("shard_ids",),
}
_SECRETS = frozenset({"discord_token", "get3w_api_key"})


@dataclass(frozen=True, slots=True)
class ShownSetting:
    """One line of the configuration; nothing secret is in it."""

    name: str
    value: str
    source: str


@dataclass(frozen=True, slots=True)
class Reading:
    """The settings as far as they can be read.

    Attributes
    ----------
    missing
        The fields of secrets that have a stand-in.
    problems
        What a start would refuse.
    secrets
        What may never be seen: also what was refused, which may be a secret in the wrong line.
    """

    settings: Settings
    missing: frozenset[str]
    problems: tuple[Problem, ...]
    shown: tuple[ShownSetting, ...]
    secrets: tuple[str, ...]


def read_leniently(env_file: Path = ENV_FILE, secrets_folder: Path = SECRETS_FOLDER) -> Reading:
    """Read what can be read, from all places; never fails."""
    places, troubles = _places(env_file, secrets_folder)
    values = {name: value for place in places for name, value in place.values.items()}
    settings, problems = _settled(values, [name for place in places for name in place.names])
    wrong = frozenset(problem.variable for problem in problems)
    return Reading(
        settings=settings,
        missing=frozenset(name for name in _SECRETS if name.upper() in wrong),
        problems=(*troubles, *problems),
        shown=tuple(_shown(name, places, wrong) for name in Settings.model_fields),
        secrets=(*settings.secrets, *_given(places, _SECRETS | {name.lower() for name in wrong})),
    )


def _given(places: list[Place], names: frozenset[str]) -> Iterator[str]:
    """Give what stands in any place under these names, also where a stronger one covers it."""
    found = (place.values[name] for place in places for name in names if name in place.values)
    return (v.get_secret_value() if isinstance(v, SecretStr) else str(v) for v in found)


def load_for_database(env_file: Path = ENV_FILE, secrets_folder: Path = SECRETS_FOLDER) -> Settings:
    """Read the settings for what needs the database and nothing else, such as no token.

    Raises
    ------
    SettingsError
        Where it isn't sure which database is meant.
    """
    reading = read_leniently(env_file, secrets_folder)
    problems = tuple(problem for problem in reading.problems if _may_be_of_database(problem))
    if problems:
        raise SettingsError(problems)
    return reading.settings


def _may_be_of_database(problem: Problem) -> bool:
    """Tell whether it is one of another setting for sure; a slip of a name is none."""
    others = {*known_names()} - {_DATABASE}
    return problem.variable not in others or _DATABASE in problem.what


def _places(env_file: Path, secrets_folder: Path) -> tuple[list[Place], list[Problem]]:
    """Read each place for itself, the strongest last."""
    places: list[Place] = []
    troubles: list[Problem] = []
    for read, where in ((read_secrets, secrets_folder), (read_env_file, env_file)):
        try:
            places.append(read(where))
        except UNREADABLE as error:
            troubles.append(unreadable(error, env_file, secrets_folder))
    return [*places, read_environment()], troubles


def _settled(
    values: Mapping[str, object], names: Sequence[str]
) -> tuple[Settings, tuple[Problem, ...]]:
    """Put a default in the place of what is wrong until all is right.

    What doesn't fit together comes out only once each value for itself is right.
    """
    left = dict(values)
    problems: dict[Problem, None] = {}
    while True:
        problems |= dict.fromkeys(problems_of(left, names))
        try:
            return Settings.model_validate(left), tuple(problems)
        except ValidationError as error:
            # Leaving it out wouldn't do: the environment is looked into again.
            left |= {name: _default(name) for name in _fields_of(error)}


def _default(name: str) -> object:
    return SecretStr(_STAND_IN) if name in _SECRETS else Settings.model_fields[name].default


def _fields_of(error: ValidationError) -> list[str]:
    details = error.errors(include_input=False, include_url=False)
    alone = [str(detail["loc"][0]) for detail in details if detail["loc"]]
    texts = (detail["msg"].removeprefix("Value error, ") for detail in details if not detail["loc"])
    together = [line.partition(" ")[0] for text in texts for line in text.splitlines()]
    return [*alone, *(name for variable in together for name in _MISFITS[variable])]


def _shown(name: str, places: list[Place], wrong: frozenset[str]) -> ShownSetting:
    field = Settings.model_fields[name]
    given = [place for place in places if name in place.values]
    if not given:
        value = "" if field.is_required() else _written(name, field.default)
        return ShownSetting(name.upper(), value, "not set" if field.is_required() else _DEFAULT)
    # What is wrong may be a secret in the wrong line.
    value = _HIDDEN if name.upper() in wrong else _written(name, given[-1].values[name])
    return ShownSetting(name.upper(), value, given[-1].called)


def _written(name: str, value: object) -> str:
    text = value.get_secret_value() if isinstance(value, SecretStr) else value
    if name in _SECRETS:
        return _HIDDEN
    if name == "database_url":
        return _place(str(text))
    if name.endswith("_url"):
        return "" if text is None else _address(str(text), secret=name == "alert_url")
    return _plain(text)


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    if _is_list(value):
        return ",".join(str(part) for part in value)
    return "" if value is None else str(value)


def _is_list(value: object) -> TypeGuard[tuple[object, ...]]:
    return isinstance(value, tuple)


def _address(url: str, *, secret: bool) -> str:
    """Show an address; only where it is, when the rest of it opens something."""
    with suppress(ValueError):
        parts = urlsplit(url)
        place = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
        return f"{place}/{_HIDDEN}" if secret else place + parts.path
    return _HIDDEN


def _place(url: str) -> str:
    try:
        place = read_database_url(url.strip().strip("\"'").strip())
    except DatabaseUrlError:
        return _HIDDEN
    return f"sqlite:///{place.path}" if isinstance(place, SqliteFile) else _server(place)


def _server(server: PostgresServer) -> str:
    password = f":{_HIDDEN}" if server.password else ""
    user = f"{server.user or ''}{password}@" if server.user else ""
    port = f":{server.port}" if server.port else ""
    return f"postgresql://{user}{server.host or ''}{port}/{server.database or ''}"
