"""Reading the settings, and saying what is wrong with them without saying what they are."""

import difflib
import errno
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import DotEnvSettingsSource, EnvSettingsSource, SecretsSettingsSource
from pydantic_settings.exceptions import SettingsError as SourceError

from bot.settings import ENV_FILE, SECRETS_FOLDER, Settings

# A name this like a known one is a slip: DISCORD_TOKN is .96, DISCORD_API_URL to GET3W_API_URL .71.
_SLIP_RATIO = 0.88
# Next to a missing name even a cousin is worth a hint: GET3W_KEY to GET3W_API_KEY is .82,
# DISCORD_OPENAPI to DISCORD_TOKEN .79.
_COUSIN_RATIO = 0.8
_LINE_MAX_CHARACTERS = 96
# A file that Windows wrote may begin with a mark, which would be part of the first name.
_ENCODING = "utf-8-sig"
# What keeps a place from being read; a secret file's error comes as the cause of the last.
UNREADABLE = (OSError, UnicodeDecodeError, SourceError)
# What pydantic finds wrong, in words for people; the bounds are in what it tells of the error.
_WORDS: Mapping[str, str] = {
    "bool_parsing": "should be on or off",
    "bool_type": "should be on or off",
    "float_parsing": "should be a number",
    "int_parsing": "should be a whole number",
    "int_from_float": "should be a whole number",
    "greater_than": "should be more than {gt:g}",
    "greater_than_equal": "should be at least {ge:g}",
    "less_than_equal": "should be at most {le:g}",
    "literal_error": "should be {expected}",
}

_OPENING = (
    "Let the bot's user read it. With Docker, beside compose.yaml: "
    "chmod 755 secrets && chmod 444 secrets/*"
)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with one variable, without its value."""

    variable: str
    what: str
    how: str = ""


class SettingsError(Exception):
    """The settings don't allow a start.

    Attributes
    ----------
    problems
        What is wrong, a line for each; no value of any variable is in it.
    """

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(problems)
        self.problems = problems


def load_settings(env_file: Path = ENV_FILE, secrets_folder: Path = SECRETS_FOLDER) -> Settings:
    """Build the settings from the environment, a ``.env`` file and secret files.

    Raises
    ------
    SettingsError
        Where a name is missing or misspelt, or a value can't be used.
    """
    try:
        places = (read_secrets(secrets_folder), read_env_file(env_file), read_environment())
    except UNREADABLE as error:
        raise SettingsError((unreadable(error, env_file, secrets_folder),)) from None
    values = {name: value for place in places for name, value in place.values.items()}
    names = [name for place in places for name in place.names]
    problems = problems_of(values, names)
    if problems:
        raise SettingsError(problems)
    return Settings.model_validate(values)


class Place(NamedTuple):
    """Where settings are read from: the values by their fields, and every name that is set."""

    called: str
    values: dict[str, object]
    names: list[str]


def read_secrets(folder: Path) -> Place:
    """Read files that hold a value each."""
    if not folder.is_dir():
        return Place(str(folder), {}, [])
    values = SecretsSettingsSource(Settings, secrets_dir=folder)()
    return Place(str(folder), values, [file.name for file in folder.iterdir()])


def read_env_file(file: Path) -> Place:
    """Read a file of lines; where it isn't there, nothing."""
    if not file.is_file():
        return Place(str(file), {}, [])
    source = DotEnvSettingsSource(Settings, file, _ENCODING)
    return Place(str(file), source(), [*source.env_vars])


def read_environment() -> Place:
    """Read what the process was started with."""
    source = EnvSettingsSource(Settings)
    return Place("environment", source(), [*source.env_vars])


def problems_of(values: Mapping[str, object], names: Iterable[str]) -> tuple[Problem, ...]:
    """Say what is wrong with values, and with names that are set."""
    slips = tuple(_slips(names))
    try:
        Settings.model_validate(values)
    except ValidationError as error:
        problems = tuple(_problems(error, names))
        # A slip that stands beside the missing name already isn't told again.
        hints = " ".join(problem.what for problem in problems)
        return (*problems, *(slip for slip in slips if slip.variable not in hints))
    return slips


def unreadable(error: Exception, env_file: Path, secrets_folder: Path) -> Problem:
    """Say which place can't be read, and what mends it."""
    of_secret = isinstance(error, SourceError)
    cause = error.__cause__ if of_secret else error
    if isinstance(cause, OSError):
        place = Path(cause.filename or env_file)
        closed = cause.errno == errno.EACCES and secrets_folder in (place, *place.parents)
        return Problem(str(place), f"can't be read: {cause.strerror}", _OPENING if closed else "")
    place = _no_text(secrets_folder) if of_secret else env_file
    return Problem(str(place), "can't be read: it isn't text in UTF-8", "Save it as UTF-8.")


def _no_text(folder: Path) -> Path:
    """Find the file that isn't text; where it can't be told, give the folder."""
    with suppress(OSError):
        for file in sorted(file for file in folder.iterdir() if file.is_file()):
            try:
                file.read_text("utf-8")
            except UnicodeDecodeError:
                return file
    return folder


def known_names() -> list[str]:
    """List every variable, in the order of the fields."""
    return [name.upper() for name in Settings.model_fields]


def written(error: SettingsError) -> str:
    """Write the problems for a terminal."""
    width = max(len(problem.variable) for problem in error.problems)
    lines = ["The bot can't start yet. Please look at:"]
    for problem in error.problems:
        lines += ["", *_written(problem, width)]
    lines += ["", "Set them in the environment or in a file .env (.env.example shows how)."]
    return "\n".join(lines)


def _written(problem: Problem, width: int) -> Iterator[str]:
    room = _LINE_MAX_CHARACTERS - width - 4
    lines = textwrap.wrap(problem.what, room) + textwrap.wrap(problem.how, room)
    for number, line in enumerate(lines):
        yield f"  {'' if number else problem.variable:<{width}}  {line}"


def _slips(names: Iterable[str]) -> Iterable[Problem]:
    known = known_names()
    for name in sorted({name.upper() for name in names} - set(known)):
        for meant in difflib.get_close_matches(name, known, n=1, cutoff=_SLIP_RATIO):
            yield Problem(name, f"isn't a setting; {meant} is probably meant")


def _problems(error: ValidationError, names: Iterable[str]) -> Iterator[Problem]:
    for detail in error.errors(include_input=False, include_url=False):
        if detail["loc"]:
            field = str(detail["loc"][0])
            yield Problem(field.upper(), _what(detail, names), _how(field))
        else:
            yield from _misfits(detail)


def _misfits(detail: ErrorDetails) -> Iterator[Problem]:
    """Take apart what was said of the whole: a line for each variable, which it begins with."""
    for line in _own_words(detail).splitlines():
        variable, _, what = line.partition(" ")
        yield Problem(variable, what, _how(variable.lower()))


def _how(field: str) -> str:
    return Settings.model_fields[field].description or ""


def _what(detail: ErrorDetails, names: Iterable[str]) -> str:
    if detail["type"] == "missing":
        return f"is missing{_hint(str(detail['loc'][0]).upper(), names)}"
    words = _WORDS.get(detail["type"])
    return _own_words(detail) if words is None else words.format(**detail.get("ctx", {}))


def _hint(variable: str, names: Iterable[str]) -> str:
    unknown = {name.upper() for name in names} - set(known_names())
    cousins = difflib.get_close_matches(variable, sorted(unknown), n=2, cutoff=_COUSIN_RATIO)
    return f"; is {' or '.join(cousins)} meant for it?" if cousins else ""


def _own_words(detail: ErrorDetails) -> str:
    return detail["msg"].removeprefix("Value error, ")
